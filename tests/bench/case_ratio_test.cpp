// Ratios of times and memory between two cases, what many of them say together, and which cases belong together.
#include "bench/case_ratio.hpp"

#include <cmath>

#include <gtest/gtest.h>

#include "bench/result_match.hpp"

namespace {

using namespace pac;

Case timed(const std::vector<double>& wall_s) {
  Case c;
  for (const double seconds : wall_s)
    c.samples.push_back({0, static_cast<std::int64_t>(c.samples.size()), false, seconds, {}});
  return c;
}

TEST(CaseRatio, IsOfMediansWithQuartilesAsItsSpread) {
  const Ratio ratio = time_ratio(timed({1, 2, 3, 4, 5}), timed({8, 9, 12, 13, 14}));
  EXPECT_DOUBLE_EQ(ratio.value, 4);
  EXPECT_DOUBLE_EQ(ratio.low, 9.0 / 4);
  EXPECT_DOUBLE_EQ(ratio.high, 13.0 / 2);
}

TEST(CaseRatio, TakesMetricsWhereThereAreNoSamplesAndIsUnknownWithoutEither) {
  Case metrics;
  metrics.metrics = {{"wall_s_median", "s", 2}};
  EXPECT_DOUBLE_EQ(time_ratio(timed({1}), metrics).low, 2);
  metrics.metrics.push_back({"wall_s_q75", "s", 3});
  EXPECT_DOUBLE_EQ(time_ratio(timed({1}), metrics).high, 3);
  EXPECT_TRUE(std::isnan(time_ratio(timed({1}), Case{}).value));
  EXPECT_TRUE(std::isnan(time_ratio(timed({0}), timed({1})).value));
  EXPECT_TRUE(std::isnan(mean_of({time_ratio(Case{}, Case{})}).value));
}

TEST(CaseRatio, OfMemoryIsTheDevicesWhereBothHaveIt) {
  Case a, b;
  a.memory = {{0, -1, -1, -1, 100, 10}, {1, -1, -1, -1, 200, 20}};
  b.memory = {{0, -1, -1, -1, -1, 60}};
  EXPECT_DOUBLE_EQ(memory_ratio(a, b), 3);
  b.memory[0].device_peak_bytes = 100;
  EXPECT_DOUBLE_EQ(memory_ratio(a, b), 0.5);
  EXPECT_TRUE(std::isnan(memory_ratio(a, Case{})));
}

TEST(CaseRatio, PaceNeedsEveryIntervalOrTheirMeanWithoutALoser) {
  EXPECT_EQ(pace_of({{1.1, 1.03, 1.2}, {3, 2.9, 3.1}}), Pace::faster);
  EXPECT_EQ(pace_of({{1.1, 1.01, 1.2}}), Pace::same);
  EXPECT_EQ(pace_of({{1.0, 0.99, 1.01}, {3, 2.9, 3.1}}), Pace::faster);
  EXPECT_EQ(pace_of({{0.9, 0.89, 0.91}, {3, 2.9, 3.1}}), Pace::same);
  EXPECT_EQ(pace_of({{0.9, 0.89, 0.91}, {1.0, 0.99, 1.01}}), Pace::slower);
  EXPECT_EQ(pace_of({{0.5, 0.4, 0.6}, {std::nan(""), 0, 0}}), Pace::slower);
  EXPECT_EQ(pace_of({}), Pace::same);
}

Case labelled(const std::string& label, std::int64_t n_ranks) {
  Case c;
  c.label = label;
  c.n_ranks = n_ranks;
  return c;
}

TEST(ResultMatch, PairsCasesByLabelAndRanksThenByALabelThatIsAlone) {
  const std::vector<Case> a{labelled("x", 1), labelled("x", 2), labelled("alone", 1), labelled("a", 1)};
  const std::vector<Case> b{labelled("alone", 4), labelled("x", 2), labelled("x", 8)};
  const CaseMatch match = match_cases(a, b);
  ASSERT_EQ(match.pairs.size(), 2U);
  EXPECT_EQ(match.pairs[0].a, &a[1]);
  EXPECT_EQ(match.pairs[0].b, &b[1]);
  EXPECT_EQ(match.pairs[1].b, &b[0]);
  EXPECT_EQ(match.only_a, (std::vector<std::string>{"'x' on 1 rank", "'a' on 1 rank"}));
  EXPECT_EQ(match.only_b, (std::vector<std::string>{"'x' on 8 ranks"}));
}

TEST(ResultMatch, DigestsDecideAboutSignals) {
  Record a, b;
  b.config.seed = 43;
  EXPECT_EQ(signal_differences(a, b), (std::vector<std::string>{"seed: 42 and 43"}));
  a.provenance["signals_digest"] = "1";
  EXPECT_EQ(signal_differences(a, b).size(), 1U);
  b.provenance["signals_digest"] = "1";
  EXPECT_TRUE(signal_differences(a, b).empty());
  b.provenance["signals_digest"] = "2";
  EXPECT_EQ(signal_differences(a, b), (std::vector<std::string>{"signals_digest: 1 and 2", "seed: 42 and 43"}));
}

TEST(ResultMatch, BandsMayDifferByRounding) {
  Record a, b;
  a.pha_bands = {{4, 8}};
  b.pha_bands = {{4 * (1 + 1e-10), 8}};
  EXPECT_TRUE(band_differences(a, b).empty());
  b.pha_bands = {{4 * (1 + 1e-8), 8}};
  EXPECT_EQ(band_differences(a, b).size(), 1U);
}

}  // namespace
