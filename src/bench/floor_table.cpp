// The stages' floors beside their measured times.
#include "bench/floor_table.hpp"

#include <limits>

#include "bench/measured_case.hpp"
#include "bench/terminal.hpp"

namespace pac {
namespace {

constexpr const char* memory_floor = "_memory_floor_s";
constexpr const char* arithmetic_floor = "_arithmetic_floor_s";
constexpr const char* floor_share = "_floor_share";

std::string padded(const std::string& text) { return std::string(text.size() < 18 ? 18 - text.size() : 1, ' ') + text; }

}  // namespace

void add_floors(const std::optional<StageFloors>& floors, Case& c) {
  if (!floors) return;
  for (std::size_t s = 0; s < stage_names.size(); ++s) {
    const std::string stage = stage_names[s];
    const StageFloor& least = (*floors)[s];
    const double median_s = metric_of(c, stage + "_s_median");
    const bool known = least.least_s() > 0 && median_s > 0;
    c.metrics.push_back({stage + memory_floor, "s", least.memory_s});
    c.metrics.push_back({stage + arithmetic_floor, "s", least.arithmetic_s});
    c.metrics.push_back(
        {stage + floor_share, "1", known ? least.least_s() / median_s : std::numeric_limits<double>::quiet_NaN()});
  }
}

StageFloor floor_of(const Case& c, const std::string& stage) {
  const auto known = [&](const char* floor) {
    const double seconds = metric_of(c, stage + floor);
    return seconds > 0 ? seconds : 0;
  };
  return {known(memory_floor), known(arithmetic_floor)};
}

bool is_floor(const Metric& metric) {
  return metric.name.ends_with(memory_floor) || metric.name.ends_with(arithmetic_floor) ||
         metric.name.ends_with(floor_share);
}

std::string floor_table(const Case& c) {
  std::string lines;
  for (const char* const name : stage_names) {
    const std::string stage = name;
    const StageFloor floor = floor_of(c, stage);
    if (floor.memory_s == 0) continue;  // not run, or no floors at all
    const double share = metric_of(c, stage + floor_share);
    lines += "\n    " + stage + std::string(12 - std::min<std::size_t>(12, stage.size()), ' ') +
             padded(readable({"", "s", metric_of(c, stage + "_s_median")})) +
             padded(readable({"", "s", floor.memory_s})) + padded(readable({"", "s", floor.arithmetic_s})) +
             padded(share > 0 ? number_text("%.1f %%", 100 * share) : "-");
  }
  if (lines.empty()) return "    floors of the stages: none known for this backend or device";
  return "    stage       " + padded("time") + padded("memory floor") + padded("arithmetic floor") + padded("share") +
         lines;
}

}  // namespace pac
