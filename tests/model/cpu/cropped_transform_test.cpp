// The cropped transform of every variant against plain sums.
#include <cmath>
#include <complex>
#include <numbers>
#include <random>

#include <gtest/gtest.h>

#include "model/cpu/band_tables.hpp"
#include "model/cpu/band_transform.hpp"
#include "model/cpu/fft.hpp"

namespace {

using namespace pac::cpu;

/// Rows of noise through random filters, cropped, to amplitudes and phase bins.
struct CroppedMaterial {
  static constexpr std::int64_t n_times = 157, filter_length = 240, hilbert_length = 160;
  static constexpr int n_lanes = 11;
  BandTransformPlan filter{filter_length}, hilbert{hilbert_length};
  std::vector<float> spectrum, gain;  // [L/2 + 1] complex; [L/2 + 1][lane], in order of frequency
  AlignedArray<float> amplitudes{(n_times + 16) * lanes};
  double sum[lanes] = {};
  std::vector<std::uint8_t> bins;  // [lane][time]

  explicit CroppedMaterial(const LaneOps& ops, int n_bins = 4) : bins(lanes * 176) {
    std::mt19937 random{5};
    std::normal_distribution<float> normal;
    constexpr std::int64_t n_frequencies = filter_length / 2 + 1;
    for (std::int64_t i = 0; i < 2 * n_frequencies; ++i) spectrum.push_back(normal(random));
    for (std::int64_t i = 0; i < n_frequencies * lanes; ++i) gain.push_back(normal(random) / filter_length);
    spectrum[1] = spectrum.back() = 0;  // of a real row
    const AlignedArray<float> in_order(n_frequencies * lanes);
    for (std::int64_t i = 0; i < n_frequencies; ++i) {
      const std::int64_t f = i + 1 == n_frequencies ? i : filter.order()[static_cast<std::size_t>(i)];
      for (std::int64_t lane = 0; lane < lanes; ++lane)
        in_order[i * lanes + lane] = gain[static_cast<std::size_t>(f * lanes + lane)];
    }
    std::vector<float> kernel;
    for (const std::int32_t f : hilbert.order()) {
      const double angle = 2 * std::numbers::pi * f / hilbert_length;
      kernel.push_back(f == 0 ? 0.0F : static_cast<float>(std::cos(angle) * 2 / hilbert_length));
      kernel.push_back(f == 0 ? 0.0F : static_cast<float>(std::sin(angle) * 2 / hilbert_length));
    }
    const AlignedArray<float> ordered(BandTransformPlan::ordered_floats(filter_length));
    const AlignedArray<float> work(BandTransformPlan::cropped_work_floats(filter_length, hilbert_length));
    const CroppedTransform plan{filter.view(), hilbert.view(), kernel.data()};
    ops.order_real_spectrum(plan.filter, spectrum.data(), ordered.data());
    ops.cropped_amplitudes(plan, ordered.data(), in_order.data(), n_lanes, work.data(), n_times, amplitudes.data(),
                           sum);
    const pac::PhaseEdgeTable table = pac::phase_edge_table(n_bins);
    const BinEdges edges = edges_of(table);
    const AlignedArray<std::uint8_t> bytes(176 * lanes);
    std::uint8_t* rows[lanes];
    for (int lane = 0; lane < lanes; ++lane) rows[lane] = bins.data() + lane * 176;
    ops.cropped_phase_bins(plan, ordered.data(), in_order.data(), n_lanes, work.data(), n_times, edges, bytes.data(),
                           rows);
  }

  /// The filtered signal of a lane and its Hilbert transform, by sums.
  [[nodiscard]] std::vector<std::complex<double>> signals(int lane) const {
    const auto turn = [](std::int64_t k, std::int64_t n) {
      return std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(k % n) / static_cast<double>(n));
    };
    std::vector<double> y;
    for (std::int64_t t = 0; t < n_times; ++t) {
      double value = 0;
      for (std::int64_t f = 0; f <= filter_length / 2; ++f) {
        const auto at = static_cast<std::size_t>(f);
        const std::complex<double> x(static_cast<double>(spectrum[2 * at]), static_cast<double>(spectrum[2 * at + 1]));
        const double weight = f == 0 || 2 * f == filter_length ? 1 : 2;
        const double g = static_cast<double>(gain[at * lanes + static_cast<std::size_t>(lane)]);
        value += weight * g * (x * turn(f * t, filter_length)).real();
      }
      y.push_back(value);
    }
    std::vector<std::complex<double>> z(y.begin(), y.end());
    for (std::int64_t f = 1; 2 * f < hilbert_length; ++f) {
      std::complex<double> s = 0;
      for (std::int64_t t = 0; t < n_times; ++t)
        s += y[static_cast<std::size_t>(t)] * std::conj(turn(f * t, hilbert_length));
      for (std::int64_t t = 0; t < n_times; ++t) {
        const double h = 2 * (s * turn(f * t, hilbert_length)).imag() / hilbert_length;
        z[static_cast<std::size_t>(t)] += std::complex<double>(0, h);
      }
    }
    return z;
  }
};

TEST(CroppedTransform, SignalsEqualPlainSums) {
  for (const LaneOps* ops : lane_ops_variants()) {
    const CroppedMaterial c(*ops);
    SCOPED_TRACE(ops->name);
    for (int lane = 0; lane < CroppedMaterial::n_lanes; ++lane) {
      const auto z = c.signals(lane);
      double total = 0;
      for (std::int64_t t = 0; t < c.n_times; ++t) {
        const auto value = z[static_cast<std::size_t>(t)];
        total += std::abs(value);
        ASSERT_NEAR(static_cast<double>(c.amplitudes[t * lanes + lane]), std::abs(value), 3e-6) << lane << " " << t;
        if (std::min(std::abs(value.real()), std::abs(value.imag())) < 1e-5) continue;
        const int bin = value.imag() < 0 ? (value.real() < 0 ? 0 : 1) : (value.real() < 0 ? 3 : 2);
        ASSERT_EQ(static_cast<int>(c.bins[static_cast<std::size_t>(lane * 176 + t)]), bin) << lane << " " << t;
      }
      EXPECT_NEAR(c.sum[lane] / total, 1, 1e-6);
    }
  }
}

TEST(CroppedTransform, PhasesFallIntoAnyNumberOfBins) {
  for (const LaneOps* ops : lane_ops_variants()) {
    for (const int n_bins : {2, 3, 5, 16, 18, 20}) {
      const CroppedMaterial c(*ops, n_bins);
      SCOPED_TRACE(ops->name);
      for (const int lane : {0, 3, CroppedMaterial::n_lanes - 1}) {
        const auto z = c.signals(lane);
        for (std::int64_t t = 0; t < c.n_times; ++t) {
          const double place = (std::arg(z[static_cast<std::size_t>(t)]) / (2 * std::numbers::pi) + 0.5) * n_bins;
          if (std::abs(place - std::round(place)) < 1e-3) continue;  // single precision may decide otherwise
          ASSERT_EQ(c.bins[static_cast<std::size_t>(lane * 176 + t)], std::floor(place))
              << n_bins << " bins, time " << t;
        }
      }
    }
  }
}

}  // namespace
