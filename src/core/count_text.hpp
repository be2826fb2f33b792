// A count with its noun, for messages: "1 rank", "3 ranks".
#pragma once

#include <cstdint>
#include <string>

namespace pac {

/// `noun` takes an s where the count is not 1.
inline std::string count_text(std::int64_t n, const std::string& noun) {
  return std::to_string(n) + " " + noun + (n == 1 ? "" : "s");
}

}  // namespace pac
