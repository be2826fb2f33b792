// The lane loops of further measures: every variant against plain loops, and against each other bit for bit.
#include <cmath>
#include <complex>
#include <random>

#include <gtest/gtest.h>

#include "model/cpu/band_tables.hpp"
#include "model/cpu/band_transform.hpp"
#include "model/cpu/fft.hpp"
#include "model/cpu/lane_ops.hpp"

namespace {

using namespace pac::cpu;
using Complex = std::complex<double>;

class MeasuresOpsTest : public ::testing::TestWithParam<const LaneOps*> {
 protected:
  const LaneOps& ops = *GetParam();
  const LaneOps& narrowest = *lane_ops_variants().front();
  std::mt19937 random{5};

  AlignedArray<float> noise(std::int64_t count) {
    std::normal_distribution<float> normal;
    AlignedArray<float> values(count);
    for (std::int64_t i = 0; i < count; ++i) values[i] = normal(random);
    return values;
  }
};

INSTANTIATE_TEST_SUITE_P(Variants, MeasuresOpsTest,
                         ::testing::ValuesIn(lane_ops_variants().begin(), lane_ops_variants().end()),
                         [](const auto& variant) { return std::string(variant.param->name); });

TEST_P(MeasuresOpsTest, HeightsRatioLeavesEmptyBinsOut) {
  constexpr int n_bins = 7;
  const AlignedArray<std::uint32_t> sums(n_bins * lanes);
  float weight[n_bins];
  for (int j = 0; j < n_bins; ++j) {
    weight[j] = j == 0 || j == 4 ? 0 : 1.0F / static_cast<float>(10 + j);
    for (int lane = 0; lane < lanes; ++lane) {
      sums[j * lanes + lane] =
          weight[j] == 0 || lane == 15 ? 0 : 1000000 + static_cast<std::uint32_t>(random() % 90000000);
    }
  }
  sums[2 * lanes + 3] = 0;  // a bin with samples that have no amplitude is the lowest
  alignas(64) float ratio[lanes];
  alignas(64) float narrow[lanes];
  ops.heights_ratio(sums.data(), 1, weight, n_bins, ratio);
  narrowest.heights_ratio(sums.data(), 1, weight, n_bins, narrow);
  for (int lane = 0; lane < 15; ++lane) {
    double highest = 0;
    double lowest = 1e12;
    for (int j = 0; j < n_bins; ++j) {
      if (weight[j] == 0) continue;
      const double mean = static_cast<double>(sums[j * lanes + lane]) * static_cast<double>(weight[j]);
      highest = std::max(highest, mean);
      lowest = std::min(lowest, mean);
    }
    EXPECT_NEAR(static_cast<double>(ratio[lane]), (highest - lowest) / highest, 1e-6);
    EXPECT_EQ(ratio[lane], narrow[lane]);
  }
  EXPECT_EQ(ratio[3], 1.0F);
  EXPECT_TRUE(std::isnan(ratio[15]));
}

TEST_P(MeasuresOpsTest, PhasorsHaveUnitLengthAndTheSignalsAngle) {
  for (const std::int64_t n_times : {8, 13, 301}) {
    const auto y = noise(2 * n_times + 64);
    const auto h = noise(2 * n_times + 64);
    y[4] = h[4] = 0;  // no amplitude: phase 0
    const AlignedArray<float> made(8 * 384);
    float* const wide[4] = {made.data(), made.data() + 384, made.data() + 2 * 384, made.data() + 3 * 384};
    float* const narrow[4] = {wide[0] + 4 * 384, wide[1] + 4 * 384, wide[2] + 4 * 384, wide[3] + 4 * 384};
    ops.phasors(y.data(), h.data(), n_times, wide, wide + 2);
    narrowest.phasors(y.data(), h.data(), n_times, narrow, narrow + 2);
    for (std::int64_t i = 0; i < 2 * n_times; ++i) {
      const Complex z(static_cast<double>(y[i]), static_cast<double>(h[i]));
      const Complex expected = i == 4 ? Complex(1) : z / std::abs(z);
      EXPECT_NEAR(static_cast<double>(wide[i % 2][i / 2]), expected.real(), 2e-7);
      EXPECT_NEAR(static_cast<double>(wide[2 + i % 2][i / 2]), expected.imag(), 2e-7);
      EXPECT_EQ(wide[i % 2][i / 2], narrow[i % 2][i / 2]);
      EXPECT_EQ(wide[2 + i % 2][i / 2], narrow[2 + i % 2][i / 2]);
    }
  }
}

TEST_P(MeasuresOpsTest, PhasorSumsAreDoubleSums) {
  const std::int64_t count = 640;
  const auto re = noise(count);
  const auto im = noise(count);
  const auto cosine = noise(count);
  const auto sine = noise(count);
  for (const float* imaginary : {static_cast<const float*>(nullptr), static_cast<const float*>(im.data())}) {
    double sum[2];
    double narrow[2];
    ops.phasor_sums(re.data(), imaginary, cosine.data(), sine.data(), count, sum);
    narrowest.phasor_sums(re.data(), imaginary, cosine.data(), sine.data(), count, narrow);
    Complex expected = 0;
    for (std::int64_t t = 0; t < count; ++t) {
      const Complex phasor(static_cast<double>(cosine[t]), static_cast<double>(sine[t]));
      expected += phasor * std::conj(Complex(static_cast<double>(re[t]),
                                             imaginary == nullptr ? 0.0 : static_cast<double>(imaginary[t])));
    }
    EXPECT_NEAR(sum[0], expected.real(), 2e-5);
    EXPECT_NEAR(sum[1], expected.imag(), 2e-5);
    EXPECT_EQ(sum[0], narrow[0]);
    EXPECT_EQ(sum[1], narrow[1]);
  }
}

TEST_P(MeasuresOpsTest, ProductsWithTheConjugate) {
  for (const std::int64_t length : {5, 8, 97}) {
    const auto a = noise(2 * length + 32);
    const auto b = noise(2 * length + 32);
    const AlignedArray<float> wide(2 * length + 32);
    const AlignedArray<float> narrow(2 * length + 32);
    ops.times_conjugate(a.data(), b.data(), length, wide.data());
    narrowest.times_conjugate(a.data(), b.data(), length, narrow.data());
    for (std::int64_t f = 0; f < length; ++f) {
      const Complex expected = Complex(static_cast<double>(a[2 * f]), static_cast<double>(a[2 * f + 1])) *
                               Complex(static_cast<double>(b[2 * f]), -static_cast<double>(b[2 * f + 1]));
      EXPECT_NEAR(static_cast<double>(wide[2 * f]), expected.real(), 2e-6);
      EXPECT_NEAR(static_cast<double>(wide[2 * f + 1]), expected.imag(), 2e-6);
      EXPECT_EQ(wide[2 * f], narrow[2 * f]);
      EXPECT_EQ(wide[2 * f + 1], narrow[2 * f + 1]);
    }
  }
}

TEST_P(MeasuresOpsTest, BandPhasorsAreTheDirectionsOfTheBandsSignals) {
  // The phasors' bins are the bins that the same transform gives.
  const std::int64_t length = 360;
  const std::int64_t n_times = 301;
  const int n_lanes = 11;
  const BandTransformPlan plan(length);
  const auto spectrum = noise(length + 2);
  const auto gain = noise((length / 2 + 1) * lanes);
  const AlignedArray<float> work(BandTransformPlan::work_floats(length));
  const AlignedArray<float> planes(2 * n_lanes * 320);
  const AlignedArray<std::uint8_t> bytes(lanes * 320);
  const AlignedArray<std::uint8_t> bins(lanes * 320);
  float* cosine[lanes];
  float* sine[lanes];
  std::uint8_t* bin[lanes];
  for (int lane = 0; lane < lanes; ++lane) {
    bin[lane] = bins.data() + lane * 320;
    cosine[lane] = lane < n_lanes ? planes.data() + lane * 320 : nullptr;  // behind n_lanes nothing is stored
    sine[lane] = lane < n_lanes ? planes.data() + (n_lanes + lane) * 320 : nullptr;
  }
  const pac::PhaseEdgeTable table = pac::phase_edge_table(4);
  const BinEdges edges = edges_of(table);
  const AlignedArray<float> ordered(BandTransformPlan::ordered_floats(plan.view().length));
  ops.order_spectrum(plan.view(), spectrum.data(), ordered.data());
  ops.band_phase_bins(plan.view(), ordered.data(), gain.data(), n_lanes, work.data(), n_times, edges, bytes.data(),
                      bin);
  ops.band_phasors(plan.view(), ordered.data(), gain.data(), n_lanes, work.data(), n_times, cosine, sine);
  for (int lane = 0; lane < n_lanes; ++lane) {
    for (std::int64_t t = 0; t < n_times; ++t) {
      const double x = static_cast<double>(cosine[lane][t]);
      const double y = static_cast<double>(sine[lane][t]);
      ASSERT_NEAR(x * x + y * y, 1, 1e-6);
      const int quarter = y < 0 ? (x < 0 ? 0 : 1) : (x > 0 ? 2 : 3);
      ASSERT_EQ(bin[lane][t], quarter) << lane << " " << t;
    }
  }
}

}  // namespace
