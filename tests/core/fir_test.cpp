// Filter design against the oracle and against its own definition.
#include "core/fir.hpp"

#include <cmath>
#include <numbers>

#include <gtest/gtest.h>

#include "core/fast_length.hpp"
#include "reference/oracle.hpp"

namespace {

using namespace pac;

TEST(Fir, TapsEqualTheOracles) {
  for (const auto& [lo, hi, cycles] :
       std::vector<std::tuple<double, double, int>>{{2, 2.5, 3}, {13.5, 18, 3}, {40, 45, 6}, {130, 148, 6}}) {
    const auto order = filter_order(512, lo, cycles, 4096);
    ASSERT_EQ(order, oracle::filter_order(512, lo, cycles, 4096));
    const auto taps = band_pass(order, {lo, hi}, 512);
    const auto expected = oracle::band_pass_taps(static_cast<int>(order), lo, hi, 512);
    ASSERT_EQ(taps.size(), expected.size());
    for (std::size_t i = 0; i < taps.size(); ++i) EXPECT_NEAR(taps[i], expected[i], 1e-15);
  }
}

TEST(Fir, ShortRowsShortenTheFilter) {
  EXPECT_EQ(filter_order(512, 2, 3, 4096), 768);
  EXPECT_EQ(filter_order(512, 2, 3, 301), 100);
  EXPECT_EQ(filter_order(512, 2, 3, 3 * 768), 768);
  EXPECT_EQ(filter_order(512, 2, 3, 3 * 768 - 1), 767);
}

TEST(Fir, GainIsTheSquaredResponse) {
  const auto taps = band_pass(333, {3, 5}, 512);
  const std::int64_t length = 1000;
  const auto gain = zero_phase_gain(autocorrelation(taps), length);
  ASSERT_EQ(gain.size(), 501U);
  for (std::int64_t f = 0; f <= 500; f += 7) {
    double re = 0;
    double im = 0;
    for (std::size_t i = 0; i < taps.size(); ++i) {
      const double angle = 2 * std::numbers::pi * static_cast<double>(f) * static_cast<double>(i) / 1000;
      re += taps[i] * std::cos(angle);
      im += taps[i] * std::sin(angle);
    }
    EXPECT_NEAR(gain[static_cast<std::size_t>(f)], re * re + im * im, 1e-12) << f;
  }
}

TEST(FastLength, AreTheSmallestOfTheirKind) {
  EXPECT_EQ(next_5_smooth(4096), 4096);
  EXPECT_EQ(next_5_smooth(4097), 4320);
  EXPECT_EQ(next_7_smooth(5632), 5670);
  EXPECT_EQ(next_5_smooth(1), 1);
  EXPECT_EQ(next_7_smooth(7), 7);
  for (std::int64_t n : {1, 2, 3, 17, 63, 100, 4240, 5632, 100003}) {
    const auto length = cheap_length(n);
    EXPECT_GE(length, n);
    EXPECT_LE(length, n + n / 4 + 2);
    EXPECT_EQ(next_5_smooth(length), length);
  }
}

}  // namespace
