// The stages' floors beside their measured times: as metrics of a case, and as a small table to print.
#pragma once

#include <optional>
#include <string>

#include "measure/record.hpp"
#include "model/floors.hpp"

namespace pac {

/// Adds <stage>_memory_floor_s, <stage>_arithmetic_floor_s and <stage>_floor_share, the larger floor over the stage's
/// median (NaN where one of them is zero), for each stage of the pipeline; nothing where there are no floors.
void add_floors(const std::optional<StageFloors>& floors, Case& c);

/// What add_floors() left in a case of a stage; zeros where there are none.
StageFloor floor_of(const Case& c, const std::string& stage);

/// Whether a metric came from add_floors().
bool is_floor(const Metric& metric);

/// Lines "stage, time, memory floor, arithmetic floor, share" of a case, or one line where it has no floors.
std::string floor_table(const Case& c);

}  // namespace pac
