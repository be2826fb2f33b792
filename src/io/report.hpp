// The result file (HDF5, valid netCDF-4) and the same tables as JSON and CSV. Rank 0 only.
#pragma once

#include <string>

#include "measure/record.hpp"

namespace pac {

/// Throws Error (input) when `path` cannot become a result file: exists without `overwrite`, folder absent or not
/// writable; `option` is the one that the message tells to change. Called before any work is done.
void check_output(const std::string& path, bool overwrite, const char* option = "--output");

/// Writes the result file: to a temporary name beside it, synced, renamed when complete. Throws Error (input) and
/// leaves no temporary behind when it cannot (disk full, ...).
void write_hdf5(const Record& record, const std::string& path, bool overwrite);

/// Writes one valid JSON document with the same tables (NaN as null); "-" is stdout. Same atomicity.
void write_json(const Record& record, const std::string& path);

/// Writes one CSV line per case under one header line; "-" is stdout. Same atomicity.
void write_csv(const Record& record, const std::string& path);

/// Version of the HDF5 library, "1.10.8".
std::string hdf5_library();

}  // namespace pac
