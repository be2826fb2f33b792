// Where the ranks of a job run, and what about it costs speed or misleads. Decided from plain values; nothing is asked
// of the system here.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "measure/record.hpp"

namespace pac {

/// Ascending processors as text: "0-3,8".
std::string cpu_list(std::span<const int> cpus);

/// One line each, with the remedy, for the first host that it is true of: threads that share cores; ranks that see one
/// GPU each of several; hosts whose clocks differ by more than half a second. Empty where there is nothing to say.
std::vector<std::string> placement_warnings(std::span<const RankInfo> ranks);

}  // namespace pac
