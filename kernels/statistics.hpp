// From surrogate indices to statistics: mean, standard deviation (population), z, p.
#pragma once

#include <cmath>

#include "kernels/context.hpp"

namespace pac::kernels {

/// Adds n_shifts surrogates of every pair to its sums and, at the last call, makes the statistics. A thread for each
/// pair; sums in double precision, in the order of the permutations.
struct SurrogateStatistics {
  static constexpr bool cooperative = false;
  const float* index;  ///< [row][phase band][most_shifts][padded_amp]
  const float* pac;    ///< [row][phase band][amplitude band], observed
  double* sum;         ///< [row][phase band][amplitude band], as all below
  double* squares;
  std::uint32_t* count;  ///< surrogates >= observed
  float* pac_z;
  float* mean;
  float* deviation;
  float* exceed_count;
  float* p_value;
  std::uint32_t n_shifts;
  std::uint32_t most_shifts;
  std::uint32_t n_pha;
  std::uint32_t n_amp;
  std::uint32_t padded_amp;
  std::uint32_t n_rows;
  std::uint32_t n_perm;
  bool first;
  bool last;
  float undefined;  ///< NaN

  [[nodiscard]] Shape shape() const { return elementwise(n_amp, n_pha, n_rows, 2 * warp_size); }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t a = element_of(c);
    if (a >= n_amp) return;
    const std::int64_t band = static_cast<std::int64_t>(c.block().z) * n_pha + c.block().y;
    const std::int64_t pair = band * n_amp + a;
    const float observed = pac[pair];
    double s = first ? 0 : sum[pair];
    double q = first ? 0 : squares[pair];
    std::uint32_t n = first ? 0 : count[pair];
    const float* const own = index + band * most_shifts * padded_amp + a;
    for (std::uint32_t k = 0; k < n_shifts; ++k) {
      const float value = own[static_cast<std::size_t>(k) * padded_amp];
      s += static_cast<double>(value);
      q += static_cast<double>(value) * static_cast<double>(value);
      n += value >= observed ? 1 : 0;
    }
    sum[pair] = s;
    squares[pair] = q;
    count[pair] = n;
    if (!last) return;
    const double m = s / n_perm;
    const double variance = q / n_perm - m * m;
    const double d = variance > 0 ? sqrt(variance) : 0;
    const bool defined = observed == observed;
    mean[pair] = defined ? static_cast<float>(m) : undefined;
    deviation[pair] = defined ? static_cast<float>(d) : undefined;
    pac_z[pair] = defined && d > 0 ? static_cast<float>((static_cast<double>(observed) - m) / d) : undefined;
    exceed_count[pair] = defined ? static_cast<float>(n) : undefined;
    p_value[pair] = defined ? static_cast<float>((1.0 + n) / (1.0 + n_perm)) : undefined;
  }
};

}  // namespace pac::kernels
