// The modulation index from bin sums that come one by one, so that no thread keeps them all. Used for observed and
// shifted sums alike: equal sums give equal bits, and a surrogate that equals the observed value counts as one.
#pragma once

#include "kernels/lane_math.hpp"

namespace pac::kernels {

KERNEL_FN float entropy_of_share(float u) {
  return u * u <= largest_square ? entropy_term<Scalar>(u) : entropy_term_wide<Scalar>(u);
}

/// With w_j the amplitude of bin j over a reference near the bins' mean, W their mean over bins and
/// f(u) = (1 + u) ln(1 + u) - u: MI ln J = (mean of f(w_j - 1) - f(W - 1)) / W. This is Tort's 1 + sum_j p_j ln p_j /
/// ln J with p_j = w_j / (J W), whatever the reference; near the mean, nothing cancels.
struct IndexSum {
  float terms = 0;
  float shares = 0;

  /// A bin's amplitude over the reference, and its weight: 0 where it holds no samples.
  KERNEL_FN void add(float w, float) {
    shares += w;
    terms += entropy_of_share(w - 1.0F);
  }
  /// NaN where there is no amplitude: one NaN, for processors make their own, with other bits each.
  KERNEL_FN float index(float n_bins, float log_n_bins) const {
    const float mean = shares / n_bins;
    const float value = (terms / n_bins - entropy_of_share(mean - 1.0F)) / (mean * log_n_bins);
    return value == value ? value : Scalar::from_bits(0x7fc00000);
  }
};

/// The heights ratio, (max - min) / max of the bins' amplitudes (Lakatos et al. 2005), over the bins that hold samples.
struct HeightSum {
  float most = -1;
  float least = 0;

  KERNEL_FN void add(float w, float weight) {
    if (weight == 0) return;
    if (most < 0 || w < least) least = w;
    if (w > most) most = w;
  }
  /// NaN where there is no amplitude.
  KERNEL_FN float index(float, float) const { return most > 0 ? (most - least) / most : Scalar::from_bits(0x7fc00000); }
};

}  // namespace pac::kernels
