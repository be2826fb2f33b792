// Rows through every kernel body on the host.
#include "chain.hpp"

#include <cmath>
#include <limits>

#include "core/fir.hpp"
#include "kernels/bodies.hpp"
#include "model/cuda/geometry.hpp"
#include "model/row_tables.hpp"
#include "reference/oracle.hpp"

namespace pac::kernels {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

std::uint32_t count32(std::int64_t n) { return static_cast<std::uint32_t>(n); }
std::size_t size(std::int64_t n) { return static_cast<std::size_t>(n); }

/// `count` numbers on a multiple of 16 bytes.
template <class T>
class Aligned {
 public:
  explicit Aligned(std::int64_t count) : memory_(size(count) * sizeof(T) / sizeof(Words4) + 1) {}
  T* data() { return reinterpret_cast<T*>(memory_.data()); }

 private:
  std::vector<Words4> memory_;
};

/// Unscaled transform of `n` points, [n] from in to out.
void transform(const Complex* in, Complex* out, std::int64_t n, bool inverse) {
  std::vector<oracle::Complex> x(size(n));
  for (std::int64_t i = 0; i < n; ++i) x[size(i)] = {static_cast<double>(in[i].re), static_cast<double>(in[i].im)};
  const double scale = inverse ? static_cast<double>(n) : 1;
  const std::vector<oracle::Complex> y = oracle::dft(x, inverse);
  for (std::int64_t i = 0; i < n; ++i) {
    const oracle::Complex z = y[size(i)] * scale;
    out[i] = {static_cast<float>(z.real()), static_cast<float>(z.imag())};
  }
}

/// [bands, rounded up to pairs where bands are paired][L / 2 + 1], over L.
std::vector<float> gains(const std::vector<BandFilter>& filters, const cuda::BandFamily& family, bool pairs) {
  std::vector<float> all(size((pairs ? 2 * family.n_units : family.n_bands) * family.n_frequencies()));
  auto place = all.begin();
  for (const BandFilter& filter : filters) {
    std::int64_t f = 0;
    for (const double gain : zero_phase_gain(filter.correlation, family.length)) {
      const double sides = pairs || f == 0 || 2 * f == family.length ? 1 : 2;
      *place++ = static_cast<float>(gain * sides / static_cast<double>(family.length));
      ++f;
    }
  }
  return all;
}

class Chain {
 public:
  Chain(const Plan& plan, const RowBlock& block, const ChainOptions& options)
      : plan_(plan), block_(block), options_(options), g_(plan, std::size_t{227} << 10), n_rows_(block.rows.count) {
    g_.tile_rows = n_rows_ + 1;
    g_.lanes = options.lanes;
    g_.n_groups = ceil_div(plan.n_amp(), g_.lanes);
    g_.most_shifts = std::min(plan.n_perm, options.most_shifts);
    edges_ = phase_edge_table(plan.n_bins);
  }

  Comodulogram compute() {
    result_.allocate(n_rows_, plan_.map_shape());
    scale_rows();
    analytic(g_.pha, plan_.pha, true);
    analytic(g_.amp, plan_.amp, false);
    if (!options_.staged) {
      pairs<8, false>();
    } else if (options_.lanes == 8) {
      pairs<8, true>();
    } else if (options_.lanes == 4) {
      pairs<4, true>();
    } else if (options_.lanes == 2) {
      pairs<2, true>();
    } else {
      pairs<1, true>();
    }
    return result_;
  }

 private:
  template <class Body>
  void run(const Body& body) const {
    run_on_host(body, options_.order);
  }

  void scale_rows() {
    for (std::int64_t i = 0; i < n_rows_; ++i) {
      const double mean = block_.constant[size(i)] != 0 ? 0 : block_.mean[size(i)];
      const float scale = scale_of(block_.row(i), mean);
      scales_.push_back({scale, static_cast<float>(mean * static_cast<double>(scale))});
    }
  }

  std::vector<Complex> spectrum(const cuda::BandFamily& bands) const {
    const std::int64_t n_frequencies = bands.n_frequencies();
    std::vector<float> circle(size(g_.tile_rows * bands.length), nan);
    run(LayCircle{block_.samples.data(), scales_.data(), circle.data(), bands.length, plan_.n_times, plan_.pad,
                  bands.pad, n_rows_, g_.tile_rows});
    std::vector<Complex> all(size(g_.tile_rows * n_frequencies));
    std::vector<Complex> row(size(bands.length));
    for (std::int64_t i = 0; i < g_.tile_rows; ++i) {
      for (std::int64_t t = 0; t < bands.length; ++t) row[size(t)] = {circle[size(i * bands.length + t)], 0};
      transform(row.data(), row.data(), bands.length, false);
      std::copy_n(row.begin(), n_frequencies, all.begin() + i * n_frequencies);
    }
    const std::vector<float> box = box_spectrum(plan_, bands.length, bands.pad);
    run(AddMean{scales_.data(), reinterpret_cast<const Complex*>(box.data()), all.data(), n_frequencies, n_rows_});
    return all;
  }

  /// The bands' bins or amplitudes.
  void analytic(const cuda::BandFamily& bands, const std::vector<BandFilter>& filters, bool phase) {
    const std::vector<Complex> x = spectrum(bands);
    const std::vector<float> gain = gains(filters, bands, g_.pairs);
    const std::int64_t units = g_.tile_rows * bands.n_units;
    std::vector<Complex> filtered(size(units * bands.length));
    if (options_.fused) {
      const std::vector<Complex> filter_roots = transform_roots(bands.length);
      const std::vector<Complex> hilbert_roots = transform_roots(g_.hilbert_length);
      TransformStages filter = TransformStages::of(bands.length);
      TransformStages hilbert = g_.pairs ? TransformStages::of(g_.hilbert_length) : TransformStages{};
      filter.roots = filter_roots.data();
      hilbert.roots = hilbert_roots.data();
      run(BandSignals{x.data(), gain.data(), filter, hilbert, edges(), phase ? bins_.data() : nullptr,
                      phase ? nullptr : amplitudes_.data(), g_.stride, count32(bands.n_frequencies()),
                      count32(plan_.n_times), count32(bands.n_bands), count32(bands.n_units), count32(n_rows_)});
      return;
    }
    if (g_.pairs) {
      run(ApplyPairGain{x.data(), gain.data(), filtered.data(), bands.length, bands.n_frequencies(), bands.n_units,
                        g_.tile_rows});
    } else {
      run(ApplyOneSidedGain{x.data(), gain.data(), filtered.data(), bands.length, bands.n_frequencies(), bands.n_bands,
                            g_.tile_rows});
    }
    const auto each = [&](Complex* from, std::int64_t distance, Complex* to, std::int64_t length, bool inverse) {
      for (std::int64_t u = 0; u < units; ++u) transform(from + u * distance, to + u * length, length, inverse);
    };
    each(filtered.data(), bands.length, filtered.data(), bands.length, true);
    AnalyticView view{&filtered[0].re, &filtered[0].re, bands.length, bands.length, bands.n_units, g_.pairs};
    const std::int64_t n = g_.hilbert_length;
    std::vector<Complex> hilbert(size(g_.pairs ? units * n : 0));
    if (g_.pairs) {
      run(ZeroTail{filtered.data(), bands.length, plan_.n_times, n, bands.n_units, g_.tile_rows});
      each(filtered.data(), bands.length, hilbert.data(), n, false);
      run(HilbertTurn{hilbert.data(), n, bands.n_units, g_.tile_rows, 1.0F / static_cast<float>(n)});
      each(hilbert.data(), n, hilbert.data(), n, true);
      view.imaginary = &hilbert[0].re;
      view.imaginary_length = n;
    }
    if (phase) {
      run(ToBins{view, edges(), bins_.data(), g_.stride, plan_.n_times, bands.n_bands, n_rows_});
    } else {
      run(ToAmplitudes{view, amplitudes_.data(), g_.stride, plan_.n_times, bands.n_bands, n_rows_});
    }
  }

  [[nodiscard]] PhaseEdges edges() const {
    return {edges_.lower_cot.data(), edges_.upper_cot.data(), static_cast<int>(edges_.lower_cot.size()),
            edges_.upper_base};
  }

  template <unsigned Lanes, bool Staged>
  void pairs() {
    const bool means = plan_.bin_statistic == BinStatistic::mean;
    const std::int64_t bands = g_.tile_rows * plan_.n_pha();
    Aligned<std::uint32_t> entries(bands * g_.list_capacity);
    Aligned<std::uint32_t> starts(bands * 3 * plan_.n_bins);
    Aligned<std::uint32_t> ends(bands * 3 * plan_.n_bins);
    Aligned<std::uint32_t> time_sums(bands * 3 * plan_.n_bins);
    Aligned<float> weights(bands * plan_.n_bins);
    std::vector<std::uint8_t> empty_bin(size(bands));
    std::vector<std::uint8_t> last_bin(size(bands));
    Aligned<std::uint16_t> short_entries(Staged ? bands * g_.list_capacity : 0);
    const BoundaryLists lists{Staged ? nullptr : entries.data(),
                              Staged ? short_entries.data() : nullptr,
                              starts.data(),
                              ends.data(),
                              time_sums.data(),
                              weights.data(),
                              empty_bin.data(),
                              last_bin.data(),
                              g_.list_capacity};
    run(FindBoundaries{bins_.data(), lists, g_.stride, count32(plan_.n_times), count32(plan_.n_pha()),
                       count32(plan_.n_bins), count32(n_rows_), means});
    Aligned<std::uint32_t> prefix(g_.tile_rows * g_.n_groups * plan_.n_times * Lanes);
    Aligned<std::uint32_t> total(g_.tile_rows * g_.n_groups * Lanes);
    run(PrefixSums<Lanes>{amplitudes_.data(), prefix.data(), total.data(), g_.stride, plan_.n_times,
                          count32(plan_.n_amp()), count32(g_.n_groups), count32(n_rows_)});
    const PairData data{lists,
                        prefix.data(),
                        total.data(),
                        count32(plan_.n_times),
                        count32(plan_.n_pha()),
                        count32(plan_.n_amp()),
                        count32(plan_.n_bins),
                        count32(g_.n_groups),
                        count32(n_rows_),
                        static_cast<float>(means ? plan_.n_times : plan_.n_bins),
                        static_cast<float>(std::log(static_cast<double>(plan_.n_bins)))};
    Aligned<std::uint32_t> sums(bands * plan_.n_bins * 2 * g_.n_groups * Lanes);
    run(BinSums<Lanes, Staged>{data, sums.data()});
    run(ModulationIndex{data, sums.data(), edges_.bin_cos.data(), edges_.bin_sin.data(), result_.pac.data(),
                        result_.preferred_phase.data(), result_.quality.data(),
                        plan_.distributions ? result_.amplitude_distribution.data() : nullptr, nan,
                        count32(g_.n_groups * Lanes)});
    if (plan_.n_perm > 0) surrogates<Lanes, Staged>(data);
  }

  template <unsigned Lanes, bool Staged>
  void surrogates(const PairData& data) {
    std::vector<std::uint32_t> shifts;
    std::vector<std::uint32_t> permutation(size(n_rows_ * plan_.n_perm));
    for (std::int64_t i = 0; i < n_rows_; ++i) {
      for (const std::int64_t shift : surrogate_shifts(plan_, block_.rows.first + i)) shifts.push_back(count32(shift));
      arrange_shifts(shifts.data() + i * plan_.n_perm, permutation.data() + i * plan_.n_perm, plan_.n_perm,
                     warp_size / Lanes);
    }
    std::vector<float> largest(size(n_rows_ * plan_.n_perm), nan);
    std::vector<std::uint32_t> tally(static_cast<std::size_t>(n_rows_ * (plan_.n_perm + 1)));
    std::vector<float> rate(tally.size());
    std::vector<float> index(size(g_.tile_rows * plan_.n_pha() * g_.most_shifts * g_.n_groups * Lanes), nan);
    std::vector<double> sum(result_.pac.size());
    std::vector<double> squares(result_.pac.size());
    std::vector<std::uint32_t> count(result_.pac.size());
    for (std::int64_t done = 0; done < plan_.n_perm; done += g_.most_shifts) {
      const std::int64_t n = std::min(g_.most_shifts, plan_.n_perm - done);
      run(SurrogateSums<Lanes, Staged>{data, shifts.data(), index.data(), count32(plan_.n_perm), count32(done),
                                       count32(n), count32(g_.most_shifts), options_.splits});
      run(SurrogateMaxima{index.data(), permutation.data(), largest.data(), count32(plan_.n_perm), count32(done),
                          count32(n), count32(g_.most_shifts), count32(plan_.n_pha()), count32(plan_.n_amp()),
                          count32(g_.n_groups * Lanes), count32(n_rows_), nan});
      run(SurrogateStatistics{index.data(),
                              result_.pac.data(),
                              sum.data(),
                              squares.data(),
                              count.data(),
                              result_.pac_z.data(),
                              result_.surrogate_mean.data(),
                              result_.surrogate_std.data(),
                              result_.exceed_count.data(),
                              result_.p_value.data(),
                              count32(n),
                              count32(g_.most_shifts),
                              count32(plan_.n_pha()),
                              count32(plan_.n_amp()),
                              count32(g_.n_groups * Lanes),
                              count32(n_rows_),
                              count32(plan_.n_perm),
                              done == 0,
                              done + n == plan_.n_perm,
                              nan});
    }
    run(InferRow{result_.pac.data(), count.data(), largest.data(), tally.data(), rate.data(), result_.p_maxstat.data(),
                 result_.q_fdr.data(), count32(plan_.pairs()), count32(plan_.n_perm), count32(n_rows_), nan});
    if (plan_.surrogate_max) result_.surrogate_max = largest;
  }

  const Plan& plan_;
  const RowBlock& block_;
  const ChainOptions options_;
  cuda::Geometry g_;
  std::int64_t n_rows_;
  PhaseEdgeTable edges_;
  std::vector<RowScale> scales_;
  Aligned<std::uint8_t> bins_{(n_rows_ + 1) * plan_.n_pha() * g_.stride};
  Aligned<float> amplitudes_{(n_rows_ + 1) * plan_.n_amp() * g_.stride};
  Comodulogram result_;
};

}  // namespace

Comodulogram compute_on_host(const Plan& plan, const RowBlock& block, const ChainOptions& options) {
  return Chain(plan, block, options).compute();
}

}  // namespace pac::kernels
