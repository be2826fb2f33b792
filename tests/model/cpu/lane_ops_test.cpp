// Every variant of the lane loops against plain loops, and against each other bit for bit but where they fuse.
#include "model/cpu/lane_ops.hpp"

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstring>
#include <limits>
#include <numbers>
#include <random>

#include <gtest/gtest.h>

#include "model/cpu/band_tables.hpp"
#include "model/cpu/fft.hpp"

namespace {

using namespace pac::cpu;
using Complex = std::complex<float>;

class LaneOpsTest : public ::testing::TestWithParam<const LaneOps*> {
 protected:
  const LaneOps& ops = *GetParam();
  std::mt19937 random{7};

  AlignedArray<float> noise(std::int64_t count) {
    std::normal_distribution<float> normal;
    AlignedArray<float> values(count);
    for (std::int64_t i = 0; i < count; ++i) values[i] = normal(random);
    return values;
  }
};

INSTANTIATE_TEST_SUITE_P(Variants, LaneOpsTest,
                         ::testing::ValuesIn(lane_ops_variants().begin(), lane_ops_variants().end()),
                         [](const auto& variant) { return std::string(variant.param->name); });

TEST_P(LaneOpsTest, GainBuildsTheSpectrumOfTwoRealBands) {
  for (const std::int64_t length : {7, 8, 30, 45, 256, 1001}) {
    const std::int64_t half = length / 2 + 1;
    const auto x = noise(2 * half);
    const auto g = noise(2 * half);
    const AlignedArray<float> z(2 * length + 64);
    ops.apply_gain(x.data(), g.data(), length, z.data());
    for (std::int64_t f = 0; f < length; ++f) {
      const std::int64_t k = f < half ? f : length - f;
      const Complex spectrum(x[2 * k], f < half ? x[2 * k + 1] : -x[2 * k + 1]);
      const Complex expected = spectrum * Complex(g[2 * k], g[2 * k + 1]);
      EXPECT_NEAR(z[2 * f], expected.real(), 1e-5) << length << " " << f;
      EXPECT_NEAR(z[2 * f + 1], expected.imag(), 1e-5) << length << " " << f;
    }
  }
}

TEST_P(LaneOpsTest, HilbertTurnsSpectra) {
  for (const std::int64_t length : {5, 8, 33, 250}) {
    const auto in = noise(2 * length);
    const AlignedArray<float> out(2 * length + 64);
    ops.hilbert(in.data(), out.data(), length, 0.5F);
    for (std::int64_t f = 0; f < length; ++f) {
      const float sign = f == 0 || 2 * f == length ? 0.0F : (2 * f < length ? 0.5F : -0.5F);
      EXPECT_EQ(out[2 * f], in[2 * f + 1] * sign);
      EXPECT_EQ(out[2 * f + 1], in[2 * f] * -sign);
    }
  }
}

TEST_P(LaneOpsTest, PhaseBinsFollowTheDefinition) {
  const std::int64_t n_times = 4000;
  for (const int n_bins : {2, 3, 5, 8, 17, 18, 36, 255}) {
    const pac::PhaseEdgeTable table = pac::phase_edge_table(n_bins);
    const BinEdges edges = edges_of(table);
    const auto y = noise(2 * n_times + 64);
    const auto h = noise(2 * n_times + 64);
    // -pi and +pi belong to the first bin, 0 to the one that begins or contains it.
    y[0] = -1, h[0] = 0;
    y[1] = -1, h[1] = -0.0F;
    y[2] = 1, h[2] = 0;
    y[3] = 1, h[3] = -0.0F;
    std::vector<std::uint8_t> first(n_times + 64);
    std::vector<std::uint8_t> second(n_times + 64);
    ops.phase_bins(y.data(), h.data(), n_times, edges, first.data(), second.data());
    EXPECT_EQ(first[0], 0);
    EXPECT_EQ(second[0], 0);
    EXPECT_EQ(first[1], n_bins / 2);
    EXPECT_EQ(second[1], n_bins / 2);
    for (std::int64_t i = 4; i < 2 * n_times; ++i) {
      const double phase = std::atan2(static_cast<double>(h[i]), static_cast<double>(y[i]));
      const double place = (phase + std::numbers::pi) * n_bins / (2 * std::numbers::pi);
      if (std::abs(place - std::round(place)) < 1e-5) continue;  // single precision may decide otherwise
      const int bin = i % 2 == 0 ? first[static_cast<std::size_t>(i / 2)] : second[static_cast<std::size_t>(i / 2)];
      EXPECT_EQ(bin, static_cast<int>(std::floor(place))) << n_bins << " bins, phase " << phase;
    }
  }
}

TEST_P(LaneOpsTest, AmplitudesAndTheirSums) {
  const std::int64_t n_times = 2053;
  const auto y = noise(2 * n_times + 64);
  const auto h = noise(2 * n_times + 64);
  const AlignedArray<float> a(2 * n_times + 64);
  double sum[2];
  ops.amplitude(y.data(), h.data(), n_times, a.data(), sum);
  double expected[2] = {};
  for (std::int64_t i = 0; i < 2 * n_times; ++i) {
    EXPECT_FLOAT_EQ(a[i], std::hypot(y[i], h[i]));
    expected[i % 2] += static_cast<double>(a[i]);
  }
  EXPECT_NEAR(sum[0] / expected[0], 1, 1e-6);
  EXPECT_NEAR(sum[1] / expected[1], 1, 1e-6);
}

/// A row's bins that mostly advance by one, with jumps and steps back mixed in, and eight pairs of amplitudes.
struct Material {
  std::int64_t n_times;
  int n_bins;
  std::vector<std::uint8_t> bins;
  AlignedArray<float> amplitudes;
  AlignedArray<std::uint32_t> prefix, total;
  std::vector<std::uint32_t> time, samples;
  std::vector<Jump> jumps;
  Boundaries boundaries;
  std::vector<std::vector<std::uint32_t>> integers;  // [lane][time]

  Material(const LaneOps& ops, std::int64_t t, int n, std::mt19937& random) : n_times(t), n_bins(n) {
    int bin = static_cast<int>(random() % static_cast<unsigned>(n));
    for (std::int64_t i = 0; i < t; ++i) {
      const auto draw = random() % 100;
      if (draw < 30) bin += 1;
      if (draw >= 97) bin += static_cast<int>(random() % static_cast<unsigned>(n));
      bin %= n;
      bins.push_back(static_cast<std::uint8_t>(bin));
    }
    bins.resize(static_cast<std::size_t>(t) + 64);
    const std::int64_t padded = (t + 7) / 8 * 8;
    amplitudes = AlignedArray<float>(8 * 2 * padded);
    for (std::int64_t i = 0; i < 8 * 2 * padded; ++i) {
      amplitudes[i] = i / 2 % padded < t ? static_cast<float>(random() % 1000) / 10 : 0;
    }
    prefix = AlignedArray<std::uint32_t>((2 * t + 64) * lanes);
    total = AlignedArray<std::uint32_t>(lanes);
    alignas(64) float scale[lanes];
    const float* a[8];
    for (int lane = 0; lane < lanes; ++lane) scale[lane] = 3.0F + static_cast<float>(lane);
    for (int pair = 0; pair < 8; ++pair) a[pair] = amplitudes.data() + pair * 2 * padded;
    ops.prefix_sums(a, scale, t, true, prefix.data(), total.data());
    for (int lane = 0; lane < lanes; ++lane) {
      auto& row = integers.emplace_back();
      for (std::int64_t i = 0; i < t; ++i) {
        row.push_back(static_cast<std::uint32_t>(a[lane / 2][2 * i + lane % 2] * scale[lane] + 0.5F));
      }
    }
    const auto room = static_cast<std::size_t>(t) + 16;
    time.resize(room), jumps.resize(room);
    samples.resize(static_cast<std::size_t>(n));
    boundaries.samples = samples.data();
    boundaries.time = time.data();
    boundaries.jumps = jumps.data();
    ops.boundaries(bins.data(), t, n, boundaries);
  }

  [[nodiscard]] std::uint32_t plain_sum(int lane, int bin, std::int64_t shift) const {
    std::uint32_t sum = 0;
    for (std::int64_t i = 0; i < n_times; ++i) {
      if (bins[static_cast<std::size_t>(i)] == bin) {
        sum += integers[static_cast<std::size_t>(lane)][static_cast<std::size_t>((i + shift) % n_times)];
      }
    }
    return sum;
  }
};

TEST_P(LaneOpsTest, BoundarySumsEqualPlainSumsForEveryShift) {
  for (const auto& [n_times, n_bins] :
       std::vector<std::pair<std::int64_t, int>>{{4, 2}, {9, 3}, {64, 18}, {65, 18}, {301, 5}, {1000, 18}}) {
    const Material m(ops, n_times, n_bins, random);
    const AlignedArray<std::uint32_t> sums(shift_group * n_bins * lanes);
    ops.bin_sums(m.prefix.data(), m.total.data(), m.boundaries, n_bins, sums.data());
    for (int bin = 0; bin < n_bins; ++bin) {
      for (int lane = 0; lane < lanes; ++lane) ASSERT_EQ(sums[bin * lanes + lane], m.plain_sum(lane, bin, 0));
      ASSERT_EQ(m.samples[static_cast<std::size_t>(bin)], std::count(m.bins.begin(), m.bins.begin() + n_times, bin));
    }
    std::int64_t shifts[shift_group] = {0, 1, 2, n_times / 3, n_times / 2, n_times - 2, n_times - 1, 3};
    for (int g = 8; g < shift_group; ++g) shifts[g] = static_cast<std::int64_t>(random()) % n_times;
    ops.shifted_bin_sums(m.prefix.data(), m.total.data(), m.boundaries, n_bins, shifts, shift_group, sums.data());
    for (int g = 0; g < shift_group; ++g) {
      for (int bin = 0; bin < n_bins; ++bin) {
        for (int lane = 0; lane < lanes; ++lane) {
          ASSERT_EQ(sums[(g * n_bins + bin) * lanes + lane], m.plain_sum(lane, bin, shifts[g]))
              << n_times << " samples, shift " << shifts[g] << ", bin " << bin << ", lane " << lane;
        }
      }
    }
  }
}

TEST_P(LaneOpsTest, LanesWithoutABandMayHoldAnything) {
  constexpr std::int64_t n_times = 37;
  const AlignedArray<float> amplitudes(n_times * lanes);
  const AlignedArray<std::uint32_t> prefix((2 * n_times + 64) * lanes);
  const AlignedArray<std::uint32_t> total(lanes);
  alignas(64) float scale[lanes] = {};
  const float rubbish[] = {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity(), -3e38F};
  for (int lane = 0; lane < lanes; ++lane) {
    const bool used = lane % 3 == 1;
    scale[lane] = used ? 8.0F : 0.0F;
    for (std::int64_t t = 0; t < n_times; ++t) amplitudes[t * lanes + lane] = used ? 2.0F : rubbish[t % 3];
  }
  ops.prefix_sums_of_lanes(amplitudes.data(), scale, n_times, true, prefix.data(), total.data());
  for (int lane = 0; lane < lanes; ++lane) {
    const std::uint32_t each = lane % 3 == 1 ? 16 : 0;
    EXPECT_EQ(total[lane], n_times * each) << "lane " << lane;
    for (std::int64_t t = 0; t < 2 * n_times; ++t) ASSERT_EQ(prefix[t * lanes + lane], t * each) << "lane " << lane;
  }
}

TEST_P(LaneOpsTest, AConstantBinHasNoBoundary) {
  std::vector<std::uint8_t> bins(100, 4);
  std::uint32_t samples[18];
  std::uint32_t time[100];
  Boundaries b;
  b.samples = samples;
  b.time = time;
  ops.boundaries(bins.data(), 100, 18, b);
  EXPECT_EQ(samples[4], 100U);
  EXPECT_EQ(samples[3], 0U);
  EXPECT_EQ(b.n_rounds, 0U);
  EXPECT_EQ(b.n_jumps, 0U);
  EXPECT_EQ(b.last_bin, 4);
}

double plain_index(const std::vector<double>& means) {
  double total = 0;
  for (const double m : means) total += m;
  double index = 1;
  for (const double m : means) {
    if (m > 0) index += m / total * std::log(m / total) / std::log(static_cast<double>(means.size()));
  }
  return index;
}

TEST_P(LaneOpsTest, ModulationIndexOverItsWholeRange) {
  for (const int n_bins : {2, 7, 18}) {
    const AlignedArray<std::uint32_t> sums(n_bins * lanes);
    const AlignedArray<float> p(n_bins * lanes);
    std::vector<float> weight(static_cast<std::size_t>(n_bins));
    for (float& w : weight) w = 1.0F / static_cast<float>(100 + random() % 200);
    // Lanes go from nearly uniform to a single bin, and to no amplitude at all.
    for (int j = 0; j < n_bins; ++j) {
      for (int lane = 0; lane < lanes; ++lane) {
        const double spread = std::pow(10.0, -5 + lane * 0.5);
        const double uniform = 1e7 / static_cast<double>(weight[static_cast<std::size_t>(j)]) / 200;
        const double value = uniform * std::max(0.0, 1 + spread * std::sin(3.0 * j + lane));
        sums[j * lanes + lane] = static_cast<std::uint32_t>(std::min(value, 2e9));
      }
      sums[j * lanes + 14] = j == 1 ? 1000000 : 0;
      sums[j * lanes + 15] = 0;
    }
    alignas(64) float index[lanes];
    ops.modulation_index(sums.data(), 1, weight.data(), n_bins, index, p.data());
    for (int lane = 0; lane < lanes - 1; ++lane) {
      std::vector<double> means;
      for (int j = 0; j < n_bins; ++j) {
        means.push_back(static_cast<double>(sums[j * lanes + lane]) *
                        static_cast<double>(weight[static_cast<std::size_t>(j)]));
      }
      const double expected = plain_index(means);
      EXPECT_NEAR(static_cast<double>(index[lane]), expected, 1e-9 + 1e-5 * expected) << n_bins << " " << lane;
      double total = 0;
      for (int j = 0; j < n_bins; ++j) total += static_cast<double>(p[j * lanes + lane]);
      EXPECT_NEAR(total, 1, 1e-6);
    }
    EXPECT_NEAR(static_cast<double>(index[14]), 1, 1e-6);
    EXPECT_TRUE(std::isnan(index[15]));
  }
}

TEST_P(LaneOpsTest, AccumulatesMeanSquaresAndCount) {
  alignas(64) float observed[lanes];
  alignas(64) float index[lanes];
  alignas(64) double sum[lanes] = {};
  alignas(64) double squares[lanes] = {};
  alignas(64) std::uint32_t count[lanes] = {};
  for (int lane = 0; lane < lanes; ++lane) observed[lane] = static_cast<float>(lane);
  for (int k = 0; k < 5; ++k) {
    for (int lane = 0; lane < lanes; ++lane) index[lane] = static_cast<float>(3 * k);
    float largest = 5;
    ops.accumulate(index, 1, observed, sum, squares, count, &largest);
    EXPECT_EQ(largest, std::max(5.0F, index[0]));
  }
  for (int lane = 0; lane < lanes; ++lane) {
    EXPECT_EQ(sum[lane], 30);
    EXPECT_EQ(squares[lane], 270);
    EXPECT_EQ(count[lane], static_cast<std::uint32_t>(lane == 0 ? 5 : lane > 12 ? 0 : 5 - (lane + 2) / 3)) << lane;
  }
}

TEST_P(LaneOpsTest, TheLargestSurrogateIsFoundInAnyLaneAndNaNIsNone) {
  alignas(64) float index[lanes];
  alignas(64) float observed[lanes] = {};
  alignas(64) double sum[lanes] = {};
  alignas(64) double squares[lanes] = {};
  alignas(64) std::uint32_t count[lanes] = {};
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (int lane = 0; lane < lanes; ++lane) {
    for (float& value : index) value = nan;
    index[(lane + 5) % lanes] = 0.25F;
    index[lane] = 0.5F;
    float largest = -1;
    ops.accumulate(index, 1, observed, sum, squares, count, &largest);
    EXPECT_EQ(largest, 0.5F) << lane;
  }
  for (float& value : index) value = nan;
  float largest = -1;
  ops.accumulate(index, 1, observed, sum, squares, count, &largest);
  EXPECT_EQ(largest, -1);
}

TEST(LaneOps, AllVariantsGiveTheSameBitsButWhereTheyFuse) {
  const auto variants = lane_ops_variants();
  std::vector<std::vector<std::uint8_t>> results;
  for (const LaneOps* ops : variants) {
    std::mt19937 random{11};
    const Material m(*ops, 777, 18, random);
    std::vector<std::uint8_t>& bytes = results.emplace_back();
    const auto keep = [&](const void* data, std::size_t size) {
      const auto* first = static_cast<const std::uint8_t*>(data);
      bytes.insert(bytes.end(), first, first + size);
    };
    const AlignedArray<float> y(2 * 784), h(2 * 784), a(2 * 784), z(2 * 2000);
    for (std::int64_t i = 0; i < 2 * 784; ++i) {
      y[i] = std::sin(static_cast<float>(i) * 0.37F);
      h[i] = std::cos(static_cast<float>(i) * 0.11F);
    }
    double sum[2];
    ops->amplitude(y.data(), h.data(), 777, a.data(), sum);
    ops->apply_gain(y.data(), h.data(), 1000, z.data());
    ops->hilbert(z.data(), z.data(), 1000, 0.3F);
    keep(a.data(), 2 * 777 * sizeof(float));
    keep(sum, sizeof sum);
    keep(z.data(), 2 * 1000 * sizeof(float));
    const AlignedArray<std::uint32_t> sums(18 * lanes);
    ops->bin_sums(m.prefix.data(), m.total.data(), m.boundaries, 18, sums.data());
    keep(sums.data(), 18 * lanes * sizeof(std::uint32_t));
  }
  for (std::size_t i = 1; i < results.size(); ++i) {
    ASSERT_EQ(results[i].size(), results[0].size());
    const auto differ = std::mismatch(results[i].begin(), results[i].end(), results[0].begin());
    EXPECT_EQ(differ.first, results[i].end())
        << variants[i]->name << " differs at byte " << differ.first - results[i].begin();
  }
}

}  // namespace
