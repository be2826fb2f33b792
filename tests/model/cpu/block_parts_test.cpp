// The parts of which long rows are made, each against its definition: the block transform in every instruction set, the
// Hilbert transform of ones and of a row.
#include <cmath>
#include <complex>
#include <numbers>
#include <random>

#include <gtest/gtest.h>

#include "model/cpu/band_transform.hpp"
#include "model/cpu/box_hilbert.hpp"
#include "model/cpu/row_hilbert.hpp"

namespace {

using namespace pac;
using namespace pac::cpu;

/// z[place][lane] of a block with the given spectrum [L] and gains [L/2 + 1][lane], in double precision.
std::complex<double> filtered(const float* spectrum, const std::vector<double>& gain, int lane, std::int64_t length,
                              std::int64_t place) {
  std::complex<double> sum = 0;
  for (std::int64_t f = 0; f < length; ++f) {
    const std::int64_t magnitude = std::min(f, length - f);
    const double angle = 2 * std::numbers::pi * static_cast<double>(f * place % length) / static_cast<double>(length);
    sum += std::complex<double>(static_cast<double>(spectrum[2 * f]), static_cast<double>(spectrum[2 * f + 1])) *
           gain[static_cast<std::size_t>(magnitude * lanes + lane)] * std::polar(1.0, angle);
  }
  return sum;
}

TEST(BlockTransform, FiltersComplexBlocksInEveryInstructionSet) {
  std::mt19937 random(3);
  std::normal_distribution<float> normal;
  for (const LaneOps* ops : lane_ops_variants()) {
    for (const std::int64_t length : {60, 252}) {
      const BandTransformPlan plan(length);
      const AlignedArray<float> spectrum(2 * length);
      for (std::int64_t i = 0; i < 2 * length; ++i) spectrum[i] = normal(random);
      std::vector<double> gain(static_cast<std::size_t>((length / 2 + 1) * lanes));
      for (double& g : gain) g = static_cast<double>(normal(random)) / static_cast<double>(length);
      const AlignedArray<float> ordered((length / 2 + 1) * lanes);
      for (std::int64_t i = 0; i <= length / 2; ++i) {
        const std::int64_t f = i == length / 2 ? i : plan.order()[static_cast<std::size_t>(i)];
        for (std::int64_t lane = 0; lane < lanes; ++lane) {
          ordered[i * lanes + lane] = static_cast<float>(gain[static_cast<std::size_t>(f * lanes + lane)]);
        }
      }
      const AlignedArray<float> work(BandTransformPlan::block_work_floats(length));
      const AlignedArray<float> terms(5 * lanes);  // real part's, then [parity][2 terms]
      const AlignedArray<float> series(length * lanes);
      const AlignedArray<float> a((length + 16) * lanes);
      const AlignedArray<float> y(length * lanes);
      for (std::int64_t i = 0; i < 5 * lanes; ++i) terms[i] = normal(random);
      for (std::int64_t i = 0; i < length * lanes; ++i) series[i] = normal(random);
      const BlockWindow window{7, length - 20, 2.0F / static_cast<float>(length - 20)};
      for (const int n_lanes : {3, 8, 11, 16}) {
        const BlockCorrection correction{terms.data(), terms.data() + lanes, 2, n_lanes == 3 ? nullptr : series.data()};
        alignas(64) std::array<double, lanes> sum{};
        ops->block_amplitudes(plan.view(), spectrum.data(), ordered.data(), n_lanes, work.data(), window, correction,
                              a.data(), sum.data());
        ops->block_reals(plan.view(), spectrum.data(), ordered.data(), n_lanes, work.data(), window, correction,
                         y.data());
        for (int lane = 0; lane < n_lanes; ++lane) {
          double total = 0;
          for (std::int64_t t = 0; t < window.count; ++t) {
            std::complex<double> z = filtered(spectrum.data(), gain, lane, length, t + window.first);
            const float* const own = terms.data() + lanes + (t % 2) * 2 * lanes + lane;
            const double tau = static_cast<double>(t) * 2 / static_cast<double>(window.count) - 1;
            z += std::complex<double>(static_cast<double>(terms[lane]),
                                      static_cast<double>(own[0]) + tau * static_cast<double>(own[lanes]));
            if (correction.series != nullptr)
              z += std::complex<double>(0, static_cast<double>(series[t * lanes + lane]));
            ASSERT_NEAR(static_cast<double>(a[t * lanes + lane]), std::abs(z), 3e-6) << ops->name << " " << t;
            ASSERT_NEAR(static_cast<double>(y[t * lanes + lane]), z.real(), 3e-6) << ops->name << " " << t;
            total += std::abs(z);
          }
          EXPECT_NEAR(sum[static_cast<std::size_t>(lane)], total, 1e-5 * total);
        }
      }
    }
  }
}

TEST(BoxHilbert, IsTheSumOfTheKernel) {
  for (const std::int64_t period : {3000, 3001}) {
    const CircleKernel kernel(period);
    for (const auto& [begin, end] : {std::pair<std::int64_t, std::int64_t>{-20, 2900}, {0, 2999}, {0, period}}) {
      const BoxHilbert box(period, begin, end);
      std::vector<double> near(static_cast<std::size_t>(end - begin));
      box.fill(begin, near);
      std::vector<double> far(401);
      box.fill(begin + 1000, far);
      for (std::int64_t t = begin; t < end; t += t < begin + 80 || t > end - 80 ? 1 : 37) {
        double expected = 0;
        for (std::int64_t s = begin; s < end; ++s) expected += kernel.at(t - s);
        EXPECT_NEAR(near[static_cast<std::size_t>(t - begin)], expected, 1e-8) << t;
        if (t >= begin + 1000 && t < begin + 1401) {
          EXPECT_NEAR(far[static_cast<std::size_t>(t - begin - 1000)], expected, 1e-8) << t;
        }
      }
    }
  }
}

TEST(RowHilbert, IsTheConvolutionWithTheKernel) {
  for (const Hilbert hilbert : {Hilbert::cropped, Hilbert::extended}) {
    Config config;
    config.hilbert = hilbert;
    SignalShape shape;
    shape.n_times = 60001;
    shape.fs_hz = 512;
    const LongGeometry g(make_plan(config, shape));
    const RowHilbert transform(g);
    std::vector<float> samples(static_cast<std::size_t>(g.n_times + 2 * g.pad));
    std::mt19937 random(5);
    std::normal_distribution<float> normal;
    for (std::size_t i = 0; i < samples.size(); ++i) {
      samples[i] = normal(random) + 3 * std::sin(static_cast<float>(i) * 1e-4F) + (i % 2 == 0 ? 1.0F : -1.0F);
    }
    const ScaledRow row{samples, 0.5F};
    const AlignedArray<float> even(g.grid_count);
    const AlignedArray<float> odd(g.grid_count);
    const std::int64_t scratch = std::max(RowHilbert::near_floats(g), RowHilbert::far_floats(g));
    const AlignedArray<float> a(scratch);
    const AlignedArray<float> b(scratch);
    transform.decimate(row, 0, g.grid_count, even.data(), odd.data());
    transform.transform_far(even.data(), odd.data(), a.data(), b.data());
    const CircleKernel kernel(g.period);
    for (std::int64_t block = 0; block < g.n_blocks; ++block) {
      const std::int64_t first = block * g.valid - g.pad;
      const float* const h = transform.block(row, first, even.data(), odd.data(), a.data(), b.data());
      for (const std::int64_t t : {first, first + 1, first + g.block / 2, first + g.block - 1}) {
        if (t >= g.n_times + g.pad) continue;
        double expected = 0;
        for (std::int64_t s = -g.pad; s < g.n_times + g.pad; ++s) {
          expected += kernel.at(t - s) * 0.5 * static_cast<double>(samples[static_cast<std::size_t>(s + g.pad)]);
        }
        EXPECT_NEAR(static_cast<double>(h[t - first]), expected, 1e-5) << to_text(hilbert) << " " << t;
      }
    }
  }
}

}  // namespace
