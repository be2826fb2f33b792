// A result file read back into a Record. The layout is report.cpp's; files that other programs write in it are read
// too.
#pragma once

#include <string>

#include "measure/record.hpp"

namespace pac {

/// Reads a result file of schema version 1.x; writing the Record again gives the same tables, parameters and maps.
///
/// What a file does not hold stays at its default: attributes and tables may be missing, unknown ones are ignored,
/// numbers may be of any width, texts of fixed or variable length. Bands without a comodulogram are those of the
/// parameters. shape.fs_hz is the parameter fs; shape.n_times is what all cases state as `n_times`, otherwise follows
/// from seq_sec for synthetic rows, otherwise is 0 (unknown); unit and dropped samples are not in the file. A row's
/// quality is given to each of its pairs (io/comodulogram_group.hpp).
///
/// Throws Error (input) in one line that names the file: absent, damaged (tried in a child process first), no result,
/// another schema version. Blocks.
Record read_result(const std::string& path);

}  // namespace pac
