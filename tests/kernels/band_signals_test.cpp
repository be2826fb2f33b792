// A block's Fourier transform against one in double precision; bands from spectra in one body, against the plain bodies
// around transforms in double precision.
#include "kernels/band_signals.hpp"

#include <cmath>

#include "kernels/filter.hpp"
#include "model/row_tables.hpp"
#include "poisoned.hpp"
#include "reference/oracle.hpp"

namespace pac::kernels {
namespace {

oracle::Complex in_double(Complex z) { return {static_cast<double>(z.re), static_cast<double>(z.im)}; }

std::vector<oracle::Complex> plain_transform(const Complex* x, std::int64_t length, bool inverse = false) {
  std::vector<oracle::Complex> all;
  for (std::int64_t i = 0; i < length; ++i) all.push_back(in_double(x[i]));
  return oracle::dft(all, inverse);
}

/// Transforms one array through shared memory.
struct TransformOnce {
  static constexpr bool cooperative = true;
  const Complex* in;
  Complex* out;
  TransformStages stages;
  unsigned threads;

  [[nodiscard]] Shape shape() const {
    return {{1, 1, 1}, threads, 2 * sizeof(Complex) * index(spaced_length(stages.length))};
  }
  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    Complex* const a = c.template shared<Complex>();
    for (unsigned i = c.thread(); i < stages.length; i += c.threads()) a[spaced(i)] = in[i];
    c.sync();
    const Complex* const result = transform(c, stages, a, a + spaced_length(stages.length));
    for (unsigned i = c.thread(); i < stages.length; i += c.threads()) out[i] = result[spaced(i)];
  }
};

TEST(BlockTransform, IsTheFourierTransformOfEveryLengthThatItCuts) {
  for (const std::int64_t length :
       cases({2520, 10, 2, 3, 4, 5, 6, 7, 8, 9, 12, 49, 64, 81, 125, 343, 512, 1000, 1024, 1029, 2048, 5670})) {
    const std::vector<Complex> all = transform_roots(length);
    const std::vector<Complex> x = normal_complex(length, static_cast<unsigned>(length));
    const std::vector<oracle::Complex> expected = plain_transform(x.data(), length);
    for (const Order order : all_orders) {
      for (const unsigned threads : {32U, 96U}) {
        SCOPED_TRACE(std::to_string(length) + ", " + name_of(order));
        Poisoned<Complex> out(length);
        TransformOnce body{x.data(), out.data(), TransformStages::of(length), threads};
        body.stages.roots = all.data();
        ASSERT_GT(body.stages.count, 0U);
        run_on_host(body, order);
        double error = 0;
        double energy = 0;
        for (std::int64_t i = 0; i < length; ++i) {
          error += std::norm(in_double(out[i]) - expected[index(i)]);
          energy += std::norm(expected[index(i)]);
        }
        EXPECT_LT(std::sqrt(error / energy), 4e-7);
        EXPECT_TRUE(out.guards_untouched());
      }
    }
  }
}

TEST(BlockTransform, LeavesOtherLengthsAlone) {
  for (const std::int64_t length : {0, 1, 11, 22, 13, 5671, 1 << 24}) {
    EXPECT_EQ(TransformStages::of(length).count, 0U) << length;
  }
  EXPECT_EQ(TransformStages::of(4096).count, 4U);
  EXPECT_EQ(TransformStages::of(5670).count, 4U);
}

constexpr std::int64_t n_rows = 2, tile_rows = 3, n_bands = 5, n_times = 301, stride = 320;

/// Amplitudes [tile_rows][n_bands][stride] and bins of one way of filtering.
struct Kept {
  Poisoned<float> amplitudes{tile_rows * n_bands * stride};
  Poisoned<std::uint8_t> bins{tile_rows * n_bands * stride};
};

void expect_body_as_plain(std::int64_t length, std::int64_t hilbert_length, Order order) {
  SCOPED_TRACE(std::to_string(length) + ", " + name_of(order));
  const bool pairs = hilbert_length > 0;
  const std::int64_t n_frequencies = length / 2 + 1;
  const std::int64_t n_units = pairs ? (n_bands + 1) / 2 : n_bands;
  const std::vector<Complex> spectrum = normal_complex(tile_rows * n_frequencies, 3);
  std::vector<float> gain = normal_floats((n_bands + 1) * n_frequencies, 4);
  std::fill(gain.begin() + n_bands * n_frequencies, gain.end(), 0.0F);
  const PhaseEdgeTable table = phase_edge_table(18);
  const PhaseEdges edges{table.lower_cot.data(), table.upper_cot.data(), static_cast<int>(table.lower_cot.size()),
                         table.upper_base};

  std::vector<Complex> filtered(index(tile_rows * n_units * length));
  std::vector<Complex> hilbert(index(tile_rows * n_units * hilbert_length));
  const auto each = [&](const Complex* from, std::int64_t distance, Complex* to, std::int64_t n, bool inverse) {
    for (std::int64_t u = 0; u < n_rows * n_units; ++u) {
      const auto y = plain_transform(from + u * distance, n, inverse);
      const double scale = inverse ? static_cast<double>(n) : 1;
      for (std::int64_t i = 0; i < n; ++i) {
        const oracle::Complex z = y[index(i)] * scale;
        to[u * n + i] = {static_cast<float>(z.real()), static_cast<float>(z.imag())};
      }
    }
  };
  AnalyticView view{&filtered[0].re, &filtered[0].re, length, length, n_units, pairs};
  if (pairs) {
    run_on_host(
        ApplyPairGain{spectrum.data(), gain.data(), filtered.data(), length, n_frequencies, n_units, tile_rows});
    each(filtered.data(), length, filtered.data(), length, true);
    run_on_host(ZeroTail{filtered.data(), length, n_times, hilbert_length, n_units, tile_rows});
    each(filtered.data(), length, hilbert.data(), hilbert_length, false);
    run_on_host(
        HilbertTurn{hilbert.data(), hilbert_length, n_units, tile_rows, 1.0F / static_cast<float>(hilbert_length)});
    each(hilbert.data(), hilbert_length, hilbert.data(), hilbert_length, true);
    view = {&filtered[0].re, &hilbert[0].re, length, hilbert_length, n_units, pairs};
  } else {
    run_on_host(
        ApplyOneSidedGain{spectrum.data(), gain.data(), filtered.data(), length, n_frequencies, n_bands, tile_rows});
    each(filtered.data(), length, filtered.data(), length, true);
  }

  const std::vector<Complex> filter_roots = transform_roots(length);
  const std::vector<Complex> hilbert_roots = transform_roots(hilbert_length);
  Kept kept;
  BandSignals body{spectrum.data(),
                   gain.data(),
                   TransformStages::of(length),
                   TransformStages::of(hilbert_length),
                   edges,
                   kept.bins.data(),
                   nullptr,
                   stride,
                   count32(n_frequencies),
                   n_times,
                   n_bands,
                   count32(n_units),
                   n_rows};
  body.filter.roots = filter_roots.data();
  body.hilbert.roots = hilbert_roots.data();
  run_on_host(body, order);
  body.bins = nullptr;
  body.amplitudes = kept.amplitudes.data();
  run_on_host(body, order);

  std::int64_t moved = 0;  // samples that rounding moved across an edge
  for (std::int64_t i = 0; i < n_rows * n_bands * n_times; ++i) {
    const std::int64_t unit = i / n_times;
    const Complex z = view.at(unit / n_bands, unit % n_bands, i % n_times);
    const std::int64_t at = unit * stride + i % n_times;
    ASSERT_NEAR(kept.amplitudes[at], magnitude(z.re, z.im), 1e-4F) << i;
    moved += kept.bins[at] == phase_bin(z.re, z.im, edges) ? 0 : 1;
  }
  EXPECT_LE(moved, 2);
  const auto promised = [](std::int64_t i) { return i % stride < n_times && i / stride < n_rows * n_bands; };
  expect_only(kept.amplitudes, promised);
  expect_only(kept.bins, promised);
}

TEST(BandSignals, FilterAsThePlainBodiesDo) {
  for (const Order order : all_orders) {
    for (const std::int64_t length : cases({360, 350, 384, 343, 331 + 19})) expect_body_as_plain(length, 0, order);
    for (const auto& [length, hilbert_length] :
         cases<std::pair<std::int64_t, std::int64_t>>({{360, 320}, {405, 315}, {480, 301 + 2}, {1024, 1024}})) {
      if (TransformStages::of(hilbert_length).count > 0) expect_body_as_plain(length, hilbert_length, order);
    }
  }
}

}  // namespace
}  // namespace pac::kernels
