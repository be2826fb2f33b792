// The float64 oracle: the definition of the modulation index written out plainly in double precision. It shares no code
// with the product (only the C++ standard library) and is slow on purpose.
#pragma once

#include <complex>
#include <cstdint>
#include <utility>
#include <vector>

namespace oracle {

struct Definition {
  double fs_hz = 512;
  int pha_cycles = 3;
  int amp_cycles = 6;
  int n_bins = 18;
  bool extended = false;                             ///< --hilbert extended
  bool sum_statistic = false;                        ///< --bin-statistic sum
  std::vector<std::pair<double, double>> pha_bands;  ///< (lo, hi) Hz
  std::vector<std::pair<double, double>> amp_bands;
};

/// FIR order N = cycles * floor(fs / lo); (T - 1) / 3 where T < 3 N.
int filter_order(double fs_hz, double lo_hz, int cycles, std::int64_t n_times);

/// N + 1 taps: windowed sinc, Hamming, unit gain at (lo + hi) / 2.
std::vector<double> band_pass_taps(int order, double lo_hz, double hi_hz, double fs_hz);

using Complex = std::complex<double>;

/// Discrete Fourier transform of any length (fast where the length has small prime factors); the inverse divides by it.
std::vector<Complex> dft(const std::vector<Complex>& x, bool inverse = false);

/// Smallest n' >= n without a prime factor above `largest_prime`.
std::int64_t smooth_length(std::int64_t n, std::int64_t largest_prime);

/// Analytic signal [time] of a real one, zero-padded at its end to the next 5-smooth length for the transform.
std::vector<Complex> analytic_signal(const std::vector<double>& x);

/// Analytic signal [time] of the row's own T samples in one band, in either Hilbert definition.
std::vector<Complex> band_signal(const Definition& definition, const std::vector<double>& extended_row,
                                 std::int64_t pad, std::pair<double, double> edges, int cycles);

/// MI of the amplitudes [bin] (any scale); NaN where they do not sum to a positive finite number.
double modulation_index(const std::vector<double>& bin_amplitude);

/// All results of one row, [phase band][amplitude band] unless said.
struct RowResult {
  std::vector<double> mi;               ///< NaN where undefined
  std::vector<double> preferred_phase;  ///< rad
  std::vector<double> distribution;     ///< [phase band][amplitude band][bin] p_j
  std::vector<int> phase_bin;           ///< [phase band][time]
  std::vector<double> phase;            ///< [phase band][time] rad in [-pi, pi]
  std::vector<double> amplitude;        ///< [amplitude band][time]
  std::vector<double> edge_margin;      ///< [phase band] smallest distance (rad) of a sample's phase from a bin edge
  std::vector<bool> empty_bin;          ///< [phase band] a phase bin holds no sample
  // With shifts:
  std::vector<double> surrogate_mi;  ///< [shift][phase band][amplitude band]
  std::vector<double> surrogate_mean, surrogate_std, pac_z, p_value;
};

/// A row whose own T samples are all equal has MI NaN, and so has everything derived from it.
///
/// One row, given with its extension: samples[pad + T + pad] (the caller extends; odd_extend below for epochs). pad
/// must be at least the largest filter order. Surrogates: amplitude a[(t + s) mod T] against the phase at t, for each
/// given shift s.
RowResult compute_row(const Definition& definition, const std::vector<double>& extended_row, std::int64_t pad,
                      const std::vector<std::int64_t>& shifts = {});

/// Measures beside MI.
enum class Measure { mvl, ndpac, plv, hr };

/// One of them of all pairs [phase band][amplitude band] of a row, the amplitude read `shift` samples later; NaN where
/// the row's MI is.
std::vector<double> measure_of_pairs(const Definition& definition, const RowResult& row, Measure measure,
                                     std::int64_t shift = 0);

/// Odd reflection 2 x[0] - x[k] by `pad` samples on both sides.
std::vector<double> odd_extend(const std::vector<double>& row, std::int64_t pad);

/// The largest filter order of all bands: the extension every row gets.
std::int64_t extension_of(const Definition& definition, std::int64_t n_times);

/// What the accuracy contract's exception allows pair (pha, amp) beyond its tolerance: each sample whose phase lies
/// within `margin` rad of a bin edge may fall on the edge's other side. |dMI| of that one sample; of several, the sum
/// of |dMI| of each alone. With `shift`: of that surrogate's MI.
double one_sample_effect(const Definition& definition, const RowResult& row, int pha, int amp, double margin,
                         std::int64_t shift = 0);

}  // namespace oracle
