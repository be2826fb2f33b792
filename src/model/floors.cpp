// The least time of each stage.
//
// Bytes and operations of one row that no way of doing this pipeline avoids, whatever its tiles and kernels; what
// stages pass to each other counts as written once and read once. T samples, pad on each side, P phase and A amplitude
// bands, F = L / 2 + 1 frequencies of a spectrum (one with `extended`, one per family of bands with `cropped`),
// N length of the Hilbert transform, K surrogates:
//
//   stage       bytes moved                                  operations
//   spectrum    4 (T + 2 pad) + 8 F a spectrum               2.5 L log2 L a spectrum
//   analytic    8 F a spectrum + P T (bins) + 4 A T          extended: 5 L log2 L a band; cropped: 5 (L log2 L +
//               (amplitudes)                                 2 N log2 N) for two bands
//   bin_sums    P T + 4 A T + 9 P A (index, preferred        A words from the fastest memory a boundary
//               phase, quality) + 4 P A n_bins if stored
//   surrogates  4 A T (prefix sums) + 28 P A (seven maps)     K A words from the fastest memory a boundary
//
// 5 n log2 n operations is what a complex transform of length n is counted as by convention (FFTW, cuFFT); a real one
// counts half. A phase of centre frequency f crosses n_bins edges a turn: n_bins f T / fs boundaries are expected, at
// most one a sample. A boundary needs one prefix sum of every amplitude band and surrogate, one word of 4 bytes.
#include "model/floors.hpp"

#include <cmath>

namespace pac {
namespace {

constexpr double word = 4;        // bytes: float, prefix sum
constexpr double pair_bytes = 9;  // modulation index, preferred phase, quality
constexpr double pair_maps = 7;   // of surrogates: mean, standard deviation, z, count, p, maxstat, fdr

double number(std::int64_t n) { return static_cast<double>(n); }

}  // namespace

double transform_operations(std::int64_t length) {
  return 5 * number(length) * std::log2(number(std::max<std::int64_t>(length, 1)));
}

StageFloors floors_of(const Plan& plan, const RowTransforms& transforms, std::int64_t rows, const Peaks& peaks) {
  const double n = number(rows);
  const double bins = number(plan.n_pha() * plan.n_times);
  const double amplitudes = word * number(plan.n_amp() * plan.n_times);
  const double distribution = plan.distributions ? word * number(plan.n_bins) : 0;
  const double words = plan.expected_boundaries() * number(plan.n_amp());

  StageFloors floors;
  const auto set = [&](Stage stage, double row_bytes, double row_operations, double per_s) {
    floors[static_cast<std::size_t>(stage)] = {n * row_bytes / peaks.bytes_per_s, n * row_operations / per_s};
  };
  set(Stage::spectrum, word * number(plan.extended()) + transforms.spectrum_bytes, transforms.forward_operations,
      peaks.flops_per_s);
  set(Stage::analytic, transforms.spectrum_bytes + bins + amplitudes, transforms.inverse_operations, peaks.flops_per_s);
  set(Stage::bin_sums, bins + amplitudes + number(plan.pairs()) * (pair_bytes + distribution), words,
      peaks.words_per_s);
  if (plan.n_perm > 0) {
    set(Stage::surrogates, amplitudes + number(plan.pairs()) * pair_maps * word, number(plan.n_perm) * words,
        peaks.words_per_s);
  }
  return floors;
}

}  // namespace pac
