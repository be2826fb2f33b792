// Rows laid onto circles, means, gains, zeros and the Hilbert turn, against their definitions in double precision.
#include <complex>

#include "kernels/filter.hpp"
#include "kernels/rows.hpp"
#include "poisoned.hpp"

namespace pac::kernels {
namespace {

constexpr std::int64_t tile_rows = 4;
constexpr std::int64_t n_rows = 3;

/// A product of two floats, rounded once.
float product(float a, float b) { return static_cast<float>(static_cast<double>(a) * static_cast<double>(b)); }

TEST(FilterBodies, CirclesHoldARowAndItsExtension) {
  constexpr std::int64_t n_times = 301;
  constexpr std::int64_t row_pad = 23;
  constexpr std::int64_t extended = n_times + 2 * row_pad;
  const std::vector<float> samples = normal_floats(n_rows * extended, 1);
  const RowScale scales[n_rows] = {{0.25F, 9}, {8, 9}, {1, 9}};
  for (const auto& [pad, length] : {std::pair<std::int64_t, std::int64_t>{17, 360}, {23, 347}, {0, 301}, {5, 1024}}) {
    for (const Order order : all_orders) {
      SCOPED_TRACE(name_of(order));
      Poisoned<float> circle(tile_rows * length);
      run_on_host(LayCircle{samples.data(), scales, circle.data(), length, n_times, row_pad, pad, n_rows, tile_rows},
                  order);
      std::vector<float> expected(index(tile_rows * length));
      for (std::int64_t row = 0; row < n_rows; ++row) {
        for (std::int64_t t = -pad; t < n_times + pad; ++t) {
          expected[index(row * length + (t + length) % length)] =
              samples[index(row * extended + row_pad + t)] * scales[row].scale;
        }
      }
      for (std::int64_t i = 0; i < circle.size(); ++i) ASSERT_EQ(circle[i], expected[index(i)]) << i;
      EXPECT_TRUE(circle.guards_untouched());
    }
  }
}

TEST(FilterBodies, MeansAreAddedToTheRowsThatAreThere) {
  constexpr std::int64_t n_frequencies = 501;
  const RowScale scales[n_rows] = {{1, 0.5F}, {1, -3.25F}, {1, 0}};
  const std::vector<Complex> box = normal_complex(n_frequencies, 2);
  const std::vector<Complex> before = normal_complex(tile_rows * n_frequencies, 3);
  for (const Order order : all_orders) {
    std::vector<Complex> after = before;
    run_on_host(AddMean{scales, box.data(), after.data(), n_frequencies, n_rows}, order);
    for (std::int64_t i = 0; i < tile_rows * n_frequencies; ++i) {
      const std::int64_t row = i / n_frequencies;
      const double offset = row < n_rows ? static_cast<double>(scales[row].offset) : 0;
      const Complex& b = box[index(i % n_frequencies)];
      const auto re = static_cast<double>(before[index(i)].re) + offset * static_cast<double>(b.re);
      const auto im = static_cast<double>(before[index(i)].im) + offset * static_cast<double>(b.im);
      ASSERT_NEAR(static_cast<double>(after[index(i)].re), re, row < n_rows ? 2e-6 : 0) << i;
      ASSERT_NEAR(static_cast<double>(after[index(i)].im), im, row < n_rows ? 2e-6 : 0) << i;
    }
  }
}

TEST(FilterBodies, OneSidedGainLeavesNoNegativeFrequency) {
  constexpr std::int64_t n_bands = 5;
  for (const std::int64_t length : {301, 512}) {
    const std::int64_t n_frequencies = length / 2 + 1;
    const std::vector<Complex> spectrum = normal_complex(tile_rows * n_frequencies, 4);
    const std::vector<float> gain = normal_floats(n_bands * n_frequencies, 5);
    for (const Order order : all_orders) {
      Poisoned<Complex> out(tile_rows * n_bands * length);
      run_on_host(
          ApplyOneSidedGain{spectrum.data(), gain.data(), out.data(), length, n_frequencies, n_bands, tile_rows},
          order);
      for (std::int64_t i = 0; i < out.size(); ++i) {
        const std::int64_t f = i % length;
        const std::int64_t band = i / length % n_bands;
        const std::int64_t row = i / length / n_bands;
        Complex expected{0, 0};
        if (f < n_frequencies) {
          const Complex& x = spectrum[index(row * n_frequencies + f)];
          const float g = gain[index(band * n_frequencies + f)];
          expected = {product(x.re, g), product(x.im, g)};
        }
        ASSERT_EQ(out[i].re, expected.re) << i;
        ASSERT_EQ(out[i].im, expected.im) << i;
      }
      EXPECT_TRUE(out.guards_untouched());
    }
  }
}

TEST(FilterBodies, PairGainGivesTwoRealBandsInOneSpectrum) {
  using C = std::complex<double>;
  constexpr std::int64_t n_pairs = 3;  // of 5 bands: zeros for the sixth
  for (const std::int64_t length : {301, 512}) {
    const std::int64_t n_frequencies = length / 2 + 1;
    const std::vector<Complex> spectrum = normal_complex(tile_rows * n_frequencies, 6);
    std::vector<float> gain = normal_floats(2 * n_pairs * n_frequencies, 7);
    std::fill(gain.end() - n_frequencies, gain.end(), 0.0F);
    for (const Order order : all_orders) {
      Poisoned<Complex> out(tile_rows * n_pairs * length);
      run_on_host(ApplyPairGain{spectrum.data(), gain.data(), out.data(), length, n_frequencies, n_pairs, tile_rows},
                  order);
      for (std::int64_t i = 0; i < out.size(); ++i) {
        const std::int64_t f = i % length;
        const std::int64_t own = f < n_frequencies ? f : length - f;
        const std::int64_t pair = i / length % n_pairs;
        const Complex& stored = spectrum[index(i / length / n_pairs * n_frequencies + own)];
        const C x(static_cast<double>(stored.re), static_cast<double>(stored.im));
        const C g(static_cast<double>(gain[index(2 * pair * n_frequencies + own)]),
                  static_cast<double>(gain[index((2 * pair + 1) * n_frequencies + own)]));
        const C expected = (own == f ? x : std::conj(x)) * g;
        const double tolerance = 3e-7 * std::abs(x) * std::abs(g);
        ASSERT_NEAR(static_cast<double>(out[i].re), expected.real(), tolerance) << length << " " << i;
        ASSERT_NEAR(static_cast<double>(out[i].im), expected.imag(), tolerance) << length << " " << i;
      }
      EXPECT_TRUE(out.guards_untouched());
    }
  }
}

TEST(FilterBodies, TailsBecomeZeroAndNothingElse) {
  constexpr std::int64_t length = 700;
  constexpr std::int64_t n_units = 3;
  for (const auto& [begin, end] : {std::pair<std::int64_t, std::int64_t>{301, 660}, {0, 1}, {699, 700}, {44, 44}}) {
    for (const Order order : all_orders) {
      Poisoned<Complex> signal(tile_rows * n_units * length);
      run_on_host(ZeroTail{signal.data(), length, begin, end, n_units, tile_rows}, order);
      const auto inside = [&, first = begin, last = end](std::int64_t i) {
        return i % length >= first && i % length < last;
      };
      expect_only(signal, inside);
      for (std::int64_t i = 0; i < signal.size(); ++i) {
        if (inside(i)) {
          ASSERT_TRUE(bits_of(signal[i].re) == 0 && bits_of(signal[i].im) == 0) << i;
        }
      }
    }
  }
}

TEST(FilterBodies, HilbertTurnsPositiveFrequenciesBackAndNegativeOnesForward) {
  constexpr std::int64_t n_units = 3;
  for (const std::int64_t length : {301, 320, 1}) {
    const float scale = 1.0F / static_cast<float>(length);
    const std::vector<Complex> before = normal_complex(tile_rows * n_units * length, 8);
    for (const Order order : all_orders) {
      std::vector<Complex> after = before;
      run_on_host(HilbertTurn{after.data(), length, n_units, tile_rows, scale}, order);
      for (std::int64_t i = 0; i < tile_rows * n_units * length; ++i) {
        const std::int64_t f = i % length;
        const float sign = f == 0 || 2 * f == length ? 0.0F : 2 * f < length ? 1.0F : -1.0F;
        ASSERT_EQ(after[index(i)].re, product(before[index(i)].im, sign * scale)) << length << " " << i;
        ASSERT_EQ(after[index(i)].im, product(-before[index(i)].re, sign * scale)) << length << " " << i;
      }
    }
  }
}

}  // namespace
}  // namespace pac::kernels
