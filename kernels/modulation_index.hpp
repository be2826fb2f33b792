// Modulation index, preferred phase, distribution over bins, from observed sums.
#pragma once

#include "kernels/pair_sums.hpp"

namespace pac::kernels {

/// A thread for each pair; bins in the order of ThreadPairs, which surrogates follow.
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
    const std::uint32_t* const own = sums + at * n_bins * 2 * padded_amp + a;
    const float* const weights = data.lists.weights + at * n_bins;
    const float factor = data.factor(data.total[row * padded_amp + a]);
    float* const shares = distribution == nullptr ? nullptr : distribution + (at * data.n_amp + a) * n_bins;
    const auto left = [&](std::uint32_t bin) { return own[static_cast<std::size_t>(2 * bin) * padded_amp]; };
    const auto net = [&](std::uint32_t bin) { return own[static_cast<std::size_t>(2 * bin + 1) * padded_amp]; };
    IndexSum index;
    float x = 0;
    float y = 0;
    std::uint32_t before = left(0);
    for (std::uint32_t j = 1; j <= n_bins; ++j) {
      const std::uint32_t bin = j < n_bins ? j : 0;
      const float w = bin_amplitude(net(bin) - before, weights[bin], factor);
      before = left(bin);
      index.add(w);
      x += w * bin_cos[bin];
      y += w * bin_sin[bin];
      if (shares != nullptr) shares[bin] = w;
    }
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

}  // namespace pac::kernels
