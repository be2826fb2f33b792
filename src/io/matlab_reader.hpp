// Signals in a MATLAB 7.3 file: HDF5 behind a 512-byte text header, axes stored in reverse order.
#pragma once

#include <memory>
#include <string>

#include "io/hdf5_array.hpp"

namespace pac {

/// The numeric variable named, or the only one with more than one element. Axes are named in MATLAB's own order; the
/// sampling rate is a scalar variable fs, Fs, srate, sfreq or sampling_rate beside it. Throws Error (input).
std::unique_ptr<SignalArray> open_matlab(const Hdf5Handle& file, const std::string& file_name,
                                         const std::string& variable);

}  // namespace pac
