// Family-wise p-values and false discovery rates, beside their definitions written out over all pairs.
#include "core/row_inference.hpp"

#include <cmath>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace {

using namespace pac;

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

/// Two rows whose pac and exceed_count are random, with ties, and every ninth pair undefined.
Comodulogram example(std::int64_t n_perm, std::uint32_t seed) {
  Comodulogram c;
  c.allocate(2, {5, 7, 18, n_perm});
  std::mt19937 random(seed);
  for (std::size_t i = 0; i < c.pac.size(); ++i) {
    c.pac[i] = i % 9 == 4 ? nan : static_cast<float>(random() % 40) / 40;
    c.exceed_count[i] = i % 9 == 4 ? nan : static_cast<float>(random() % static_cast<std::uint32_t>(n_perm + 1));
  }
  return c;
}

TEST(InferRow, IsMaximumStatisticAndBenjaminiHochberg) {
  for (const std::int64_t n_perm : {1, 19, 200}) {
    Comodulogram c = example(n_perm, static_cast<std::uint32_t>(n_perm));
    std::mt19937 random(3);
    std::vector<float> largest;
    for (std::int64_t k = 0; k < n_perm; ++k) largest.push_back(static_cast<float>(random() % 50) / 40);
    infer_row(c, 1, c.pairs(), largest);
    for (std::int64_t i = 0; i < c.pairs(); ++i) {
      const auto at = static_cast<std::size_t>(c.pairs() + i);
      EXPECT_EQ(c.p_maxstat[static_cast<std::size_t>(i)], 0.0F) << "another row";
      if (std::isnan(c.pac[at])) {
        EXPECT_TRUE(std::isnan(c.p_maxstat[at]) && std::isnan(c.q_fdr[at]));
        continue;
      }
      const auto reached = std::count_if(largest.begin(), largest.end(), [&](float x) { return x >= c.pac[at]; });
      EXPECT_FLOAT_EQ(c.p_maxstat[at], static_cast<float>(1 + reached) / static_cast<float>(1 + n_perm));
      const auto p_of = [&](std::int64_t j) {
        return (1.0 + static_cast<double>(c.exceed_count[static_cast<std::size_t>(c.pairs() + j)])) /
               static_cast<double>(1 + n_perm);
      };
      const auto not_above = [&](double p) {  // NaN never is
        int n = 0;
        for (std::int64_t j = 0; j < c.pairs(); ++j) n += p_of(j) <= p ? 1 : 0;
        return n;
      };
      double q = 1;
      for (std::int64_t j = 0; j < c.pairs(); ++j) {
        if (p_of(j) >= p_of(i)) q = std::min(q, not_above(2) * p_of(j) / not_above(p_of(j)));
      }
      EXPECT_NEAR(static_cast<double>(c.q_fdr[at]), q, 1e-6);
    }
  }
}

TEST(InferRow, PairsFoundAtARateAreThoseOfTheStepUpRule) {
  // Five p-values of the classic example: at 0.05 the rule finds the smallest k with p_(k) <= 0.05 k / m.
  Comodulogram c;
  c.allocate(1, {1, 5, 18, 999});
  c.pac = {5, 4, 3, 2, 1};
  c.exceed_count = {0, 7, 28, 44, 600};  // p = 0.001 0.008 0.029 0.045 0.601
  infer_row(c, 0, 5, std::vector<float>(999, 0));
  const std::vector<double> expected{0.005, 0.02, 0.029 * 5 / 3, 0.045 * 5 / 4, 0.601};
  for (std::size_t i = 0; i < 5; ++i) EXPECT_NEAR(static_cast<double>(c.q_fdr[i]), expected[i], 1e-7);
}

TEST(InferRow, ASurrogateWithoutAnyPairReachesNothing) {
  Comodulogram c = example(3, 1);
  infer_row(c, 0, c.pairs(), std::vector<float>{nan, -1, nan});
  EXPECT_FLOAT_EQ(c.p_maxstat[0], 0.25F);
}

}  // namespace
