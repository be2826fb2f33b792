// Sums of phasors times amplitudes, and what they are made from, beside plain double precision.
#include "kernels/vector_sums.hpp"

#include <cmath>
#include <complex>
#include <limits>

#include "poisoned.hpp"

namespace pac::kernels {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

std::complex<double> wide(Complex z) { return {static_cast<double>(z.re), static_cast<double>(z.im)}; }

/// A tile of two rows and one that is padding.
struct VectorTile {
  std::int64_t n_times, n_pha, n_amp;
  std::int64_t stride = (n_times + 3) / 4 * 4;
  std::int64_t n_rows = 2;
  std::vector<Complex> phasors = normal_complex(3 * n_pha * stride, 1);
  std::vector<float> amplitudes = normal_floats(3 * n_amp * stride, 2);
  std::vector<Complex> own_phasors = normal_complex(3 * n_amp * stride, 3);
  std::vector<std::uint8_t> quality = std::vector<std::uint8_t>(index(2 * n_pha * n_amp), 0);
  std::vector<RowScale> scales{{0.5F, 0}, {4, 0}};
  Poisoned<Moments> moments{3 * n_amp};
  Poisoned<Sum2> sums{3 * n_pha};
  std::vector<std::uint32_t> shifts;

  explicit VectorTile(std::int64_t times, std::int64_t pha, std::int64_t amp, std::int64_t n_perm)
      : n_times(times), n_pha(pha), n_amp(amp) {
    for (std::vector<Complex>* all : {&phasors, &own_phasors}) {
      for (Complex& z : *all) {
        const auto size = static_cast<float>(std::abs(wide(z)));
        z = {z.re / size, z.im / size};
      }
    }
    for (float& a : amplitudes) a = std::abs(a);
    quality[1] = 2;
    std::mt19937 random(4);
    for (std::int64_t i = 0; i < n_rows * n_perm; ++i) {
      shifts.push_back(1 + word_of(random) % (count32(n_times) - 1));
    }
    for (std::size_t i = 0; i < std::min<std::size_t>(2, shifts.size()); ++i) {  // the ends of what is allowed
      shifts[i] = i == 0 ? 1 : count32(n_times) - 1;
    }
  }

  void describe(Order order) {
    run_on_host(AmplitudeMoments{amplitudes.data(), moments.data(), stride, n_times, count32(n_amp), count32(n_rows)},
                order);
    run_on_host(PhasorSums{phasors.data(), sums.data(), stride, n_times, count32(n_pha), count32(n_rows)}, order);
  }

  template <bool Staged, class Value>
  VectorSums<Staged, Value> body(const Value* values, std::int64_t n_perm) const {
    return {phasors.data(),
            values,
            quality.data(),
            scales.data(),
            moments.data(),
            sums.data(),
            shifts.empty() ? nullptr : shifts.data(),
            nullptr,
            nullptr,
            nullptr,
            stride,
            count32(n_times),
            count32(n_pha),
            count32(n_amp),
            count32(n_amp + 3),
            count32(n_rows),
            count32(n_perm),
            0,
            count32(n_perm),
            count32(n_perm + 1),
            nan};
  }

  /// Sum over t of phasor(t) times f(place of the amplitude).
  template <class F>
  std::complex<double> plain(std::int64_t row, std::int64_t p, std::int64_t shift, const F& f) const {
    std::complex<double> sum = 0;
    for (std::int64_t t = 0; t < n_times; ++t) {
      sum += wide(phasors[index((row * n_pha + p) * stride + t)]) * f((t + shift) % n_times);
    }
    return sum;
  }
};

TEST(AmplitudeMoments, AreMeanAndSampleDeviation) {
  for (const Order order : all_orders) {
    VectorTile tile(301, 3, 5, 1);
    tile.describe(order);
    for (std::int64_t band = 0; band < 2 * 5; ++band) {
      double mean = 0;
      double squares = 0;
      const auto a = [&](std::int64_t t) {
        return static_cast<double>(tile.amplitudes[index(band * tile.stride + t)]);
      };
      for (std::int64_t t = 0; t < 301; ++t) mean += a(t) / 301;
      for (std::int64_t t = 0; t < 301; ++t) squares += (a(t) - mean) * (a(t) - mean);
      ASSERT_NEAR(tile.moments[band].mean, mean, 1e-12);
      ASSERT_NEAR(tile.moments[band].deviation, std::sqrt(squares / 300), 1e-12);
    }
    expect_first(tile.moments, 2 * 5);
    expect_first(tile.sums, 2 * 3);
  }
}

template <bool Staged>
void expect_right_sums(VectorTile& tile, std::int64_t n_perm, Order order) {
  tile.describe(order);
  const std::int64_t padded = tile.n_amp + 3;
  const std::int64_t size = 2 * tile.n_pha * (n_perm + 1) * padded;
  Poisoned<float> mvl(size), ndpac(size), plv(size);
  auto sums = tile.body<Staged>(tile.amplitudes.data(), n_perm);
  sums.mvl = mvl.data();
  sums.ndpac = ndpac.data();
  run_on_host(sums, order);
  auto locking = tile.body<Staged>(tile.own_phasors.data(), n_perm);
  locking.plv = plv.data();
  run_on_host(locking, order);
  for (std::int64_t row = 0; row < 2; ++row) {
    for (std::int64_t p = 0; p < tile.n_pha; ++p) {
      for (std::int64_t k = 0; k < n_perm; ++k) {
        const std::int64_t shift = tile.shifts.empty() ? 0 : tile.shifts[index(row * n_perm + k)];
        for (std::int64_t a = 0; a < tile.n_amp; ++a) {
          const std::int64_t at = ((row * tile.n_pha + p) * (n_perm + 1) + k) * padded + a;
          if (row == 0 && p == 0 && a == 1) {
            ASSERT_TRUE(std::isnan(mvl[at]) && std::isnan(ndpac[at]) && std::isnan(plv[at]));
            continue;
          }
          const std::int64_t band = row * tile.n_amp + a;
          const Moments m = tile.moments[band];
          const auto n = static_cast<double>(tile.n_times);
          const auto amplitude = [&](std::int64_t t) {
            return std::complex<double>(static_cast<double>(tile.amplitudes[index(band * tile.stride + t)]));
          };
          const double vector = std::abs(tile.plain(row, p, shift, amplitude)) / n;
          const double direct = std::abs(tile.plain(row, p, shift, [&](auto t) { return amplitude(t) - m.mean; }));
          const double locked = std::abs(tile.plain(
              row, p, shift, [&](auto t) { return std::conj(wide(tile.own_phasors[index(band * tile.stride + t)])); }));
          const double scale = row == 0 ? 0.5 : 4;
          ASSERT_NEAR(static_cast<double>(mvl[at]), vector / scale, 1e-6 / scale);
          ASSERT_NEAR(static_cast<double>(ndpac[at]), direct / (n * m.deviation), 2e-6);
          ASSERT_NEAR(static_cast<double>(plv[at]), locked / n, 1e-6);
        }
      }
    }
  }
  for (const auto* out : {&mvl, &ndpac, &plv}) {
    expect_only(*out, [&](std::int64_t i) { return i % padded < tile.n_amp && i / padded % (n_perm + 1) < n_perm; });
  }
}

TEST(VectorSums, AreThoseOfTheDefinitions) {
  for (const Order order : all_orders) {
    for (const std::int64_t n_times : cases({301, 64, 130})) {
      VectorTile tile(n_times, 6, 3, 37);
      expect_right_sums<true>(tile, 37, order);
      expect_right_sums<false>(tile, 37, order);
      VectorTile observed(n_times, 5, 2, 0);
      expect_right_sums<true>(observed, 1, order);
    }
  }
}

TEST(VectorSums, MoreShiftsThanThreads) {
  VectorTile tile(40, 1, 2, 300);
  expect_right_sums<true>(tile, 300, Order::shuffled);
}

TEST(ToPhasors, AreOfLengthOneAndOneWhereThereIsNoSignal) {
  std::vector<Complex> signal = normal_complex(2 * 3 * 50, 5);
  signal[0] = {0, 0};
  Poisoned<Complex> phasors(2 * 3 * 44);
  const AnalyticView view{&signal[0].re, &signal[0].re, 50, 50, 3, false};
  run_on_host(ToPhasors{view, phasors.data(), 44, 41, 3, 2}, Order::forward);
  EXPECT_EQ(phasors[0].re, 1);
  EXPECT_EQ(phasors[0].im, 0);
  for (std::int64_t band = 0; band < 6; ++band) {
    for (std::int64_t t = band == 0 ? 1 : 0; t < 41; ++t) {
      const std::complex<double> z = wide(signal[index(band * 50 + t)]);
      ASSERT_LT(std::abs(wide(phasors[band * 44 + t]) - z / std::abs(z)), 3e-7);
    }
  }
  expect_only(phasors, [](std::int64_t i) { return i % 44 < 41; });
}

TEST(PackPairs, PutsTwoBandsSideBySideAndZerosBehindThem) {
  const std::vector<float> amplitudes = normal_floats(2 * 3 * 44, 6);
  Poisoned<Complex> packed(3 * 2 * 48);
  run_on_host(PackPairs{amplitudes.data(), packed.data(), 44, 41, 48, 3, 2, 3}, Order::reverse);
  for (std::int64_t i = 0; i < packed.size(); ++i) {
    const std::int64_t t = i % 48;
    const std::int64_t row = i / 96;
    const std::int64_t band = i / 48 % 2 * 2;
    const auto value = [&](std::int64_t b) {
      return row < 2 && t < 41 && b < 3 ? amplitudes[index((row * 3 + b) * 44 + t)] : 0.0F;
    };
    ASSERT_EQ(packed[i].re, value(band));
    ASSERT_EQ(packed[i].im, value(band + 1));
  }
}

}  // namespace
}  // namespace pac::kernels
