// See input_digest.hpp.
#include "io/input_digest.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>
#include <vector>

#include "core/digest.hpp"

namespace pac {

std::uint64_t digest_of(const InputFile& file) {
  constexpr std::int64_t n_blocks = 64;
  constexpr std::int64_t block_bytes = 64 << 10;
  Digest digest;
  digest.add(static_cast<std::uint64_t>(file.bytes()));
  std::vector<std::byte> block(block_bytes);
  const std::int64_t last = file.bytes() - block_bytes;
  const std::int64_t step = std::max(block_bytes, last / (n_blocks - 1));
  for (std::int64_t i = 0; i < n_blocks && i * step < file.bytes(); ++i) {
    const std::int64_t at = i == n_blocks - 1 ? last : i * step;
    const auto part = std::span(block).first(static_cast<std::size_t>(std::min(block_bytes, file.bytes() - at)));
    file.read_at(at, part);
    digest.add(std::string_view(reinterpret_cast<const char*>(part.data()), part.size()));
  }
  return digest.value();
}

}  // namespace pac
