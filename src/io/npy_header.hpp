// The header of a NumPy .npy file: a Python dictionary literal, parsed strictly.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pac {

struct NpyHeader {
  char kind = 'f';              ///< f floating point, i signed, u unsigned
  std::int64_t item_bytes = 8;  ///< of one number
  bool big_endian = false;
  bool fortran_order = false;
  std::vector<std::int64_t> shape;  ///< as NumPy names the axes
};

/// Parses "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 600), }"; `name` begins the message of the Error
/// (input) thrown for anything else, types that are not real numbers among them.
NpyHeader parse_npy_header(const std::string& name, std::string_view text);

}  // namespace pac
