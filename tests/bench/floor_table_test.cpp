// Floors as metrics of a case and as a table.
#include "bench/floor_table.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "bench/measured_case.hpp"

namespace {

using namespace pac;

/// Medians of 1, 2, 4 ms; surrogates not run.
Case measured() {
  Case c;
  double seconds = 1e-3;
  for (const char* const name : stage_names) {
    c.metrics.push_back({std::string(name) + "_s_median", "s", name == stage_names.back() ? 0 : seconds});
    seconds *= 2;
  }
  return c;
}

StageFloors floors() {
  StageFloors list{};
  list[0] = {0.5e-3, 0.1e-3};
  list[1] = {0.2e-3, 0.5e-3};
  list[2] = {1e-3, 0};
  return list;
}

TEST(FloorTable, TheLargerFloorOverTheMedianIsTheShare) {
  Case c = measured();
  add_floors(floors(), c);
  EXPECT_DOUBLE_EQ(metric_of(c, "spectrum_memory_floor_s"), 0.5e-3);
  EXPECT_DOUBLE_EQ(metric_of(c, "spectrum_floor_share"), 0.5);
  EXPECT_DOUBLE_EQ(metric_of(c, "analytic_arithmetic_floor_s"), 0.5e-3);
  EXPECT_DOUBLE_EQ(metric_of(c, "analytic_floor_share"), 0.25);
  EXPECT_DOUBLE_EQ(metric_of(c, "bin_sums_floor_share"), 0.25);
  EXPECT_EQ(metric_of(c, "surrogates_memory_floor_s"), 0);
  EXPECT_TRUE(std::isnan(metric_of(c, "surrogates_floor_share")));
  EXPECT_EQ(c.metrics.size(), 4 * stage_names.size());
  EXPECT_FALSE(is_floor(c.metrics.front()));
  EXPECT_TRUE(is_floor(c.metrics.back()));
}

TEST(FloorTable, ALineForEachStageThatRan) {
  Case c = measured();
  add_floors(floors(), c);
  EXPECT_EQ(floor_table(c),
            "    stage                     time      memory floor  arithmetic floor             share\n"
            "    spectrum                  1 ms            500 us            100 us            50.0 %\n"
            "    analytic                  2 ms            200 us            500 us            25.0 %\n"
            "    bin_sums                  4 ms              1 ms              0 us            25.0 %");
}

TEST(FloorTable, SaysWhereThereAreNone) {
  Case c = measured();
  add_floors(std::nullopt, c);
  EXPECT_EQ(c.metrics.size(), stage_names.size());
  EXPECT_NE(floor_table(c).find("none known"), std::string::npos);
}

}  // namespace
