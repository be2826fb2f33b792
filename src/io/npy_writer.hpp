// Rows go out as a NumPy .npy file, so that other programs work on the very samples of a run.
#pragma once

#include <string>

#include "core/rows.hpp"

namespace pac {

/// Writes all rows as the source has them, [batch, channel, time] float64: read back with --layout bct they have the
/// source's digest. Local; holds a few rows at a time. Throws Error (input), `option` in its remedy.
void write_npy(RowSource& source, const std::string& path, bool overwrite, const std::string& option);

}  // namespace pac
