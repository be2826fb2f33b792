// Phase bins and amplitudes against atan2 and hypot in double precision; division by multiplication against
// division.
#include <cmath>
#include <numbers>

#include "kernels/analytic.hpp"
#include "kernels/divisor.hpp"
#include "model/row_tables.hpp"
#include "poisoned.hpp"

namespace pac::kernels {
namespace {

constexpr double pi = std::numbers::pi;
constexpr std::int64_t tile_rows = 3;
constexpr std::int64_t n_rows = 2;
constexpr std::int64_t bin_counts[] = {2, 3, 9, 18, 40};

PhaseEdges edges_of(const PhaseEdgeTable& table) {
  return {table.lower_cot.data(), table.upper_cot.data(), static_cast<int>(table.lower_cot.size()), table.upper_base};
}

/// Analytic signals of some bands as both ways of transforming leave them.
struct Signals {
  std::int64_t n_bands;
  bool pairs;
  std::int64_t n_units = pairs ? (n_bands + 1) / 2 : n_bands;
  std::int64_t real_length = 331;
  std::int64_t imaginary_length = pairs ? 320 : 331;
  std::vector<Complex> real = normal_complex(tile_rows * n_units * real_length, 1);
  std::vector<Complex> imaginary = pairs ? normal_complex(tile_rows * n_units * imaginary_length, 2) : real;

  [[nodiscard]] AnalyticView view() const {
    return {&real[0].re, pairs ? &imaginary[0].re : &real[0].re, real_length, imaginary_length, n_units, pairs};
  }
  [[nodiscard]] Complex at(std::int64_t row, std::int64_t band, std::int64_t time) const {
    const std::int64_t unit = row * n_units + (pairs ? band / 2 : band);
    const Complex& first = real[index(unit * real_length + time)];
    if (!pairs) return first;
    const Complex& second = imaginary[index(unit * imaginary_length + time)];
    return band % 2 == 0 ? Complex{first.re, second.re} : Complex{first.im, second.im};
  }
};

constexpr std::int64_t n_times = 301;
constexpr std::int64_t stride = 320;

TEST(AnalyticBodies, BinsFollowTheArcTangent) {
  for (const bool pairs : {false, true}) {
    const Signals signals{3, pairs};
    for (const std::int64_t n_bins : bin_counts) {
      const PhaseEdgeTable table = phase_edge_table(n_bins);
      for (const Order order : all_orders) {
        Poisoned<std::uint8_t> bins(tile_rows * 3 * stride);
        run_on_host(ToBins{signals.view(), edges_of(table), bins.data(), stride, n_times, 3, n_rows}, order);
        expect_only(bins, [](std::int64_t i) { return i < n_rows * 3 * stride && i % stride < n_times; });
        for (std::int64_t i = 0; i < n_rows * 3 * n_times; ++i) {
          const std::int64_t at = i / n_times;
          const Complex z = signals.at(at / 3, at % 3, i % n_times);
          const double phase = std::atan2(static_cast<double>(z.im), static_cast<double>(z.re));
          const double place = (phase + pi) * static_cast<double>(n_bins) / (2 * pi);
          if (std::abs(place - std::round(place)) < 1e-5) continue;  // single precision may decide otherwise
          ASSERT_EQ(bins[at * stride + i % n_times], static_cast<int>(place)) << n_bins << " bins, phase " << phase;
        }
      }
    }
  }
}

TEST(AnalyticBodies, BinsAreClosedBelow) {
  for (const std::int64_t n_bins : bin_counts) {
    const PhaseEdgeTable table = phase_edge_table(n_bins);
    const PhaseEdges edges = edges_of(table);
    for (const float size : {1.0F, 1e-30F, 1e30F}) {
      EXPECT_EQ(phase_bin(-size, 0.0F, edges), 0) << n_bins << " bins at pi";
      EXPECT_EQ(phase_bin(-size, -0.0F, edges), 0) << n_bins << " bins at -pi";
      EXPECT_EQ(phase_bin(size, 0.0F, edges), n_bins / 2) << n_bins << " bins at 0";
      EXPECT_EQ(phase_bin(size, -0.0F, edges), n_bins / 2) << n_bins << " bins at -0";
      // Right angles are edges where four divides the number of bins.
      EXPECT_EQ(phase_bin(0.0F, -size, edges), n_bins / 4) << n_bins << " bins at -pi / 2";
      if (n_bins % 4 == 0) {
        EXPECT_EQ(phase_bin(0.0F, size, edges), 3 * n_bins / 4) << n_bins << " bins at pi / 2";
      }
    }
    // No phase at all: it has passed every edge. The row is undefined then, any bin will do that is there.
    EXPECT_EQ(phase_bin(0.0F, 0.0F, edges), n_bins - 1);
    EXPECT_EQ(phase_bin(0.0F, -0.0F, edges), n_bins - 1);
    EXPECT_EQ(phase_bin(-0.0F, 0.0F, edges), n_bins - 1);
  }
}

TEST(AnalyticBodies, AmplitudesAreMagnitudes) {
  for (const bool pairs : {false, true}) {
    const Signals signals{5, pairs};
    for (const Order order : all_orders) {
      Poisoned<float> amplitudes(tile_rows * 5 * stride);
      run_on_host(ToAmplitudes{signals.view(), amplitudes.data(), stride, n_times, 5, n_rows}, order);
      expect_only(amplitudes, [](std::int64_t i) { return i < n_rows * 5 * stride && i % stride < n_times; });
      for (std::int64_t i = 0; i < n_rows * 5 * n_times; ++i) {
        const std::int64_t at = i / n_times;
        const Complex z = signals.at(at / 5, at % 5, i % n_times);
        const double expected = std::hypot(static_cast<double>(z.re), static_cast<double>(z.im));
        ASSERT_NEAR(static_cast<double>(amplitudes[at * stride + i % n_times]), expected, 1.5e-7 * expected);
      }
    }
  }
}

TEST(Divisor, DividesEveryNumeratorBelowTwoToThe31) {
  constexpr std::uint32_t most = 0x7fffffffU;
  std::mt19937 random(6);
  std::vector<std::uint32_t> divisors = {1, 2, 3, 5, 6, 7, 10, 641, 65537, 1000003, most - 1, most, most + 1};
  for (unsigned k = 2; k < 31; ++k) {
    for (const std::uint32_t near : {(1U << k) - 1, 1U << k, (1U << k) + 1}) divisors.push_back(near);
  }
  for (int i = 0; i < 500; ++i) divisors.push_back((word_of(random) & most) >> word_of(random) % 31 | 1U);
  for (const std::uint32_t divisor : divisors) {
    const Divisor by = Divisor::by(divisor);
    std::vector<std::uint32_t> numerators = {0, 1, 2, most - 1, most};
    for (int i = 0; i < 100; ++i) {
      const std::uint32_t any = (word_of(random) & most) >> word_of(random) % 31;
      const std::uint64_t multiple = std::uint64_t{any} / divisor * divisor;
      for (const std::uint64_t n : {std::uint64_t{any}, multiple, multiple + divisor - 1, multiple + divisor}) {
        if (n <= most) numerators.push_back(static_cast<std::uint32_t>(n));
      }
    }
    for (const std::uint32_t n : numerators) ASSERT_EQ(by.quotient(n), n / divisor) << n << " / " << divisor;
  }
}

}  // namespace
}  // namespace pac::kernels
