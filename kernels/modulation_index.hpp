// Modulation index, preferred phase, distribution over bins, from observed sums.
#pragma once

#include "kernels/pair_sums.hpp"

namespace pac::kernels {

/// Calls use(bin, amplitude of the bin over the reference, weight of the bin) for each bin of a pair, in the order of
/// ThreadPairs, which surrogates follow. sums: as BinSums leaves them; at: row * n_pha + phase band.
template <class Use>
KERNEL_FN void for_each_observed_bin(const PairData& data, const std::uint32_t* sums, std::uint32_t padded_amp,
                                     std::int64_t row, std::int64_t at, std::int64_t a, const Use& use) {
  const std::uint32_t n_bins = data.n_bins;
  const std::uint32_t* const own = sums + at * n_bins * 2 * padded_amp + a;
  const float* const weights = data.lists.weights + at * n_bins;
  const float factor = data.factor(data.total[row * padded_amp + a]);
  struct Bin {
    std::uint32_t left, net;
    float weight;
  };
  const auto read = [&](std::uint32_t bin) -> Bin {
    const std::uint32_t* const of_bin = own + static_cast<std::size_t>(2 * bin) * padded_amp;
    return {of_bin[0], of_bin[padded_amp], weights[bin]};
  };
  std::uint32_t before = own[0];
  Bin coming = read(1);  // while the one before it is worked on
  for (std::uint32_t j = 1; j <= n_bins; ++j) {
    const Bin now = coming;
    coming = read(j + 1 < n_bins ? j + 1 : 0);
    use(j < n_bins ? j : 0, bin_amplitude(now.net - before, now.weight, factor), now.weight);
    before = now.left;
  }
}

/// A thread for each pair.
struct ModulationIndex {
  static constexpr bool cooperative = false;
  PairData data;
  const std::uint32_t* sums;  ///< as BinSums leaves them
  const float* bin_cos;       ///< [n_bins] of the bins' centres
  const float* bin_sin;
  float* pac;  ///< [row][phase band][amplitude band], as the next two
  float* preferred_phase;
  std::uint8_t* quality;  ///< 0 good, 1 a phase bin holds no sample, 2 undefined
  float* distribution;    ///< [row][phase band][amplitude band][bin]; null: not wanted
  float undefined;        ///< NaN
  std::uint32_t padded_amp;

  [[nodiscard]] Shape shape() const { return elementwise(data.n_amp, data.n_pha, data.n_rows, warp_size); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t a = element_of(c);
    if (a >= data.n_amp) return;
    const std::int64_t row = c.block().z;
    const std::int64_t at = row * data.n_pha + c.block().y;
    const std::uint32_t n_bins = data.n_bins;
    float* const shares = distribution == nullptr ? nullptr : distribution + (at * data.n_amp + a) * n_bins;
    IndexSum index;
    float x = 0;
    float y = 0;
    for_each_observed_bin(data, sums, padded_amp, row, at, a, [&](std::uint32_t bin, float w, float weight) {
      index.add(w, weight);
      x += w * bin_cos[bin];
      y += w * bin_sin[bin];
      if (shares != nullptr) shares[bin] = w;
    });
    const float value = index.index(static_cast<float>(n_bins), data.log_n_bins);
    const bool defined = value == value;
    const std::int64_t pair = at * data.n_amp + a;
    pac[pair] = defined ? value : undefined;
    preferred_phase[pair] = defined ? angle<Scalar>(y, x) : undefined;
    quality[pair] = defined ? data.lists.empty_bin[at] : std::uint8_t{2};
    for (std::uint32_t j = 0; shares != nullptr && j < n_bins; ++j) {
      shares[j] = defined ? shares[j] / index.shares : undefined;
    }
  }
};

/// heights_ratio[row][phase band][amplitude band]. A thread for each pair.
struct HeightsRatio {
  static constexpr bool cooperative = false;
  PairData data;
  const std::uint32_t* sums;  ///< as BinSums leaves them
  float* heights_ratio;
  std::uint32_t padded_amp;

  [[nodiscard]] Shape shape() const { return elementwise(data.n_amp, data.n_pha, data.n_rows, warp_size); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t a = element_of(c);
    if (a >= data.n_amp) return;
    const std::int64_t row = c.block().z;
    const std::int64_t at = row * data.n_pha + c.block().y;
    HeightSum heights;
    for_each_observed_bin(data, sums, padded_amp, row, at, a,
                          [&](std::uint32_t, float w, float weight) { heights.add(w, weight); });
    heights_ratio[at * data.n_amp + a] = heights.index(0, 0);
  }
};

}  // namespace pac::kernels
