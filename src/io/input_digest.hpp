// A digest of an input file that is cheap on files of any size: do hosts have the same file under one name?
#pragma once

#include <cstdint>

#include "io/input_file.hpp"

namespace pac {

/// FNV-1a hash (64 bit) of the file's size and of 64 blocks of 64 KiB spread evenly over it, the first and the last
/// included; of all bytes where there are no more than these. Reads at most 4 MiB. Throws Error (input).
std::uint64_t digest_of(const InputFile& file);

}  // namespace pac
