// The group /comodulogram of the result file: maps with their axes. Tables are written elsewhere (report.cpp).
#pragma once

#include "io/netcdf_writer.hpp"
#include "measure/record.hpp"

namespace pac {

/// Writes record.comodulogram (n_rows = batches * channels > 0) into its empty group.
void write_comodulogram(NetcdfGroup group, const Record& record);

}  // namespace pac
