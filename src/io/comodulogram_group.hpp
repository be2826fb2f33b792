// The group /comodulogram of the result file: maps with their axes, written and read. Tables are elsewhere (report.cpp,
// result_reader.cpp).
#pragma once

#include "io/hdf5_group.hpp"
#include "io/netcdf_writer.hpp"
#include "measure/record.hpp"

namespace pac {

/// Writes record.comodulogram (n_rows = batches * channels > 0) into its empty group.
void write_comodulogram(NetcdfGroup group, const Record& record);

/// Fills comodulogram, bands and shape (channels and batch items; fs, T and the unit are not in this group) from a
/// group that holds `pac`; other maps and the axes may be missing (bands then stay as they are, or empty where they are
/// not as many). The group keeps one quality per row, the worst of its pairs: each pair of the row gets it. Throws
/// Error (input).
void read_comodulogram(const Hdf5Group& group, Record& record);

}  // namespace pac
