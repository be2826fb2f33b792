// Statistics over the maxima of ranks.
#include "measure/statistics.hpp"

#include <cmath>

#include <gtest/gtest.h>

namespace {

using namespace pac;

TEST(Statistics, QuantilesAreLinearBetweenNeighbours) {
  EXPECT_DOUBLE_EQ(quantile({3, 1, 2}, 0.5), 2);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4}, 0.5), 2.5);
  EXPECT_DOUBLE_EQ(quantile({1, 2, 3, 4}, 0.25), 1.75);
  EXPECT_DOUBLE_EQ(quantile({5}, 0.95), 5);
  EXPECT_TRUE(std::isnan(quantile({}, 0.5)));
}

TEST(Statistics, AJobsTimeIsTheSlowestRanksAndWarmupsDoNotCount) {
  Case c;
  c.stages = {"spectrum"};
  c.samples = {{0, 0, true, 100, {100}}, {1, 0, true, 200, {200}}, {0, 1, false, 1, {0.5}},
               {1, 1, false, 3, {0.1}},  {0, 2, false, 5, {0.2}},  {1, 2, false, 4, {0.4}}};
  EXPECT_EQ(job_wall_s(c.samples), (std::vector<double>{3, 5}));
  EXPECT_EQ(job_stage_s(c.samples, 0), (std::vector<double>{0.5, 0.4}));
  add_time_metrics(c);
  EXPECT_EQ(c.metrics.front().name, "wall_s_median");
  EXPECT_DOUBLE_EQ(c.metrics.front().value, 4);
  EXPECT_EQ(c.metrics.back().name, "spectrum_s_median");
  EXPECT_DOUBLE_EQ(c.metrics.back().value, 0.45);
}

TEST(Statistics, TheMediansUncertaintyComesFromOrderStatistics) {
  EXPECT_TRUE(std::isinf(median_uncertainty({1, 1, 1, 1})));
  EXPECT_DOUBLE_EQ(median_uncertainty({1, 1, 1, 1, 1}), 0);
  EXPECT_DOUBLE_EQ(median_uncertainty({1, 2, 3, 4, 5}), 2.0 / 3);  // few values: their whole range
  std::vector<double> hundred;
  for (int i = 1; i <= 100; ++i) hundred.push_back(i);
  EXPECT_DOUBLE_EQ(median_uncertainty(hundred),
                   (61.0 - 40.0) / 2 / 50.5);  // ranks 40 and 61 of 100 (Hoefler and Belli)
}

}  // namespace
