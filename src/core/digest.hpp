// Digests: 64-bit FNV-1a (Fowler, Noll, Vo), the same on every machine, and its spelling.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pac {

/// Hash of a sequence of words, taken byte by byte from the lowest.
class Digest {
 public:
  void add(std::uint64_t word, int n_bytes = 8) {
    for (int byte = 0; byte < n_bytes; ++byte) value_ = (value_ ^ ((word >> (8 * byte)) & 0xff)) * 0x100000001b3;
  }
  void add(std::string_view bytes) {
    for (const char byte : bytes) add(static_cast<unsigned char>(byte), 1);
  }
  [[nodiscard]] std::uint64_t value() const { return value_; }

 private:
  std::uint64_t value_ = 0xcbf29ce484222325;
};

/// 16 hexadecimal digits.
std::string hexadecimal(std::uint64_t value);

}  // namespace pac
