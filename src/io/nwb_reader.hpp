// Signals in an NWB 2 file (Neurodata Without Borders): an ElectricalSeries, in volts.
#pragma once

#include <memory>
#include <string>

#include "io/hdf5_handles.hpp"
#include "io/signal_array.hpp"

namespace pac {

/// The ElectricalSeries named by its path, or the only one of the file; a path that is no series is read as a plain
/// dataset. volts = data * conversion * channel_conversion + offset. The rate is starting_time's, or that of timestamps
/// when they are regular to a thousandth of a sample. Throws Error (input).
std::unique_ptr<SignalArray> open_nwb(const Hdf5Handle& file, const std::string& file_name, const std::string& path);

/// Whether the file says it is NWB.
bool is_nwb(const Hdf5Handle& file);

}  // namespace pac
