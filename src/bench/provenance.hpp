// Where a result comes from: versions, command line, times, allowed environment.
#pragma once

#include <string>

#include "measure/record.hpp"

namespace pac {

/// Now, UTC, by strftime's format.
std::string utc_time(const char* format);

/// Adds what every benchmark's record carries. Of the environment only SLURM_*, OMP_*, OMPI_MCA_*, NCCL_* and
/// CUDA_VISIBLE_DEVICES: never a token or a key.
void add_provenance(Record& record, const std::string& command_text);

}  // namespace pac
