// Signals in a NumPy .npy file.
#pragma once

#include <memory>
#include <string>

#include "io/signal_array.hpp"

namespace pac {

/// Format versions 1 to 3, C and Fortran order, both byte orders, f2 f4 f8, i1 to i8, u1 to u8. Throws Error (input).
std::unique_ptr<SignalArray> open_npy(const std::string& path);

}  // namespace pac
