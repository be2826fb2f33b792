// Signals in a plain HDF5 file.
#pragma once

#include <memory>
#include <string>

#include "io/hdf5_array.hpp"
#include "io/hdf5_handles.hpp"

namespace pac {

/// The dataset named, or the only one that could be signals. States fs, channel names and unit where attributes of the
/// dataset or of the groups above it do. Throws Error (input); where a name is missing or wrong, it lists what is
/// there.
std::unique_ptr<Hdf5Array> open_plain_hdf5(const Hdf5Handle& file, const std::string& file_name,
                                           const std::string& dataset);

/// Path of the dataset named `dataset`, or of the only one among `candidates`; the error otherwise.
std::string choose_dataset(const Hdf5Handle& file, const std::string& file_name, const std::string& dataset,
                           const std::vector<std::string>& candidates);

/// All datasets that could be signals, dimension scales (coordinates) and MATLAB's internals left out.
std::vector<std::string> signal_candidates(const Hdf5Handle& file);

}  // namespace pac
