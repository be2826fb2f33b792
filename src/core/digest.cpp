// Spelling of digests.
#include "core/digest.hpp"

#include <array>
#include <cstdio>

namespace pac {

std::string hexadecimal(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

}  // namespace pac
