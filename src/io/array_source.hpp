// Rows of signal out of an array in a file: which axis is what, which channels, which segments, which sampling rate.
// Knows no file format.
#pragma once

#include <memory>

#include "core/config.hpp"
#include "core/rows.hpp"
#include "io/signal_array.hpp"

namespace pac {

/// Makes rows of `array` as config asks: layout, channels, fs, seq_sec. [batch, channel, time] are epochs; anything
/// else is a recording, cut into consecutive segments of seq_sec whose neighbours are the recording's own samples.
/// Throws Error: usage where an option does not fit the file, input where the file lacks something.
std::unique_ptr<RowSource> rows_of_array(std::unique_ptr<SignalArray> array, const Config& config);

}  // namespace pac
