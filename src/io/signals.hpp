// The one door through which recordings come in: plain HDF5, NWB 2, MATLAB 7.3, NumPy .npy, EDF and BDF.
// Local: each rank opens the file itself and reads only its own rows.
#pragma once

#include <memory>
#include <string>

#include "core/config.hpp"
#include "core/rows.hpp"

namespace pac {

/// Opens config.input (FILE[:DATASET]) and checks everything that can be checked without reading samples: format,
/// dataset, numeric type, layout, sampling rate against --fs, channels, at least one segment of seq_sec. Throws Error
/// (input or usage). A plain array [batch, channel, time] gives epochs; a recording is cut into segments of seq_sec.
std::unique_ptr<RowSource> open_signals(const Config& config);

/// The input's file, without the name of a dataset. Throws Error (usage).
std::string input_path(const Config& config);

}  // namespace pac
