// Measures that are sums over samples, not over phase bins: mean vector length, normalised direct PAC, phase-locking
// value (core/comodulogram.hpp). Each is the magnitude of C(s) = sum_t exp(i phi(t)) conj(m(t + s)), with m the
// amplitude (mvl), the amplitude minus its mean (ndpac) or the phasors of the amplitude's phase (plv); s = 0 is the
// observed value, a circular shift s a surrogate. The mean of m adds the same to every shift, so m enters without it.
//
// Observed values: products in single precision, summed in double. Surrogates come of one circular cross-correlation of
// length T a pair, which gives all shifts at once and costs no more for more of them: transforms in single precision,
// off by some 1e-7 of the rms of C over all shifts. What equals the observed value in exact arithmetic may therefore
// count as below it; sums over bins (mi, hr) are exact there.
#pragma once

#include <complex>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "core/plan.hpp"
#include "model/cpu/fft.hpp"
#include "model/cpu/lane_ops.hpp"

namespace pac::cpu {

/// What all rows share: which measures, and their transforms.
struct DirectTables {
  /// Makes the transforms' plans: see Fft.
  explicit DirectTables(const Plan& plan);
  /// Whether a plan asks for such a measure.
  static bool applies(const Plan& plan);

  std::int64_t n_times = 0;
  std::int64_t n_perm = 0;
  std::vector<std::size_t> of_amplitude;             ///< places of mvl and ndpac in Plan::measures
  std::vector<std::size_t> of_phase;                 ///< that of plv
  std::int64_t hilbert_length = 0;                   ///< of the amplitude's analytic signal: smallest 5-smooth >= T
  std::unique_ptr<Fft> correlation;                  ///< complex, T; with surrogates
  std::unique_ptr<Fft> real_forward, real_backward;  ///< hilbert_length; with plv
};

/// Phasors exp(i phi) of all phase bands of a row. Bands may be filled by different threads.
class RowPhasors {
 public:
  /// Takes no memory where the plan has no direct measure.
  explicit RowPhasors(const Plan& plan);
  /// [time] of one band, to be filled; there is room for one band more than the plan's where their number is odd.
  [[nodiscard]] float* cosine(std::int64_t p) const { return cosine_.data() + p * time_; }
  [[nodiscard]] float* sine(std::int64_t p) const { return sine_.data() + p * time_; }
  /// Once a band is filled: its sum and, with surrogates, its spectrum. scratch: [2 padded(T)].
  void finish(const DirectTables& tables, std::int64_t p, float* scratch);

  [[nodiscard]] std::complex<double> sum(std::int64_t p) const { return sum_[static_cast<std::size_t>(p)]; }
  [[nodiscard]] const float* spectrum(std::int64_t p) const { return spectrum_.data() + 2 * p * time_; }
  [[nodiscard]] std::int64_t bytes() const { return cosine_.bytes() + sine_.bytes() + spectrum_.bytes(); }
  static std::int64_t predicted_bytes(const Plan& plan);

 private:
  std::int64_t time_ = 0;  ///< samples of a band, padded
  AlignedArray<float> cosine_, sine_;
  AlignedArray<float> spectrum_;  ///< [phase band][time] complex
  std::vector<std::complex<double>> sum_;
};

/// One amplitude band against any phase band; a thread's own.
class DirectSums {
 public:
  /// Takes no memory where the plan has no direct measure.
  DirectSums(const Plan& plan, const DirectTables& tables, const LaneOps& ops);

  /// Takes the amplitudes a[t * stride], t = 0..T - 1, whose unit is 1 / scale of the row's.
  void set_amplitude(const float* a, std::int64_t stride, float scale);
  /// Stores the observed values of phase band p at element `at` of each direct measure's maps; NaN where there is no
  /// amplitude.
  void store_observed(const RowPhasors& phasors, std::int64_t p, Comodulogram& result, std::size_t at) const;
  /// Stores the statistics of its surrogates at the given shifts, after store_observed(). largest[measure][n_perm]:
  /// the surrogate of shifts[k] is number permutation[k]; each becomes the largest of itself and the surrogate.
  void store_surrogates(const RowPhasors& phasors, std::int64_t p, std::span<const std::int64_t> shifts,
                        std::span<const std::int64_t> permutation, float* largest, Comodulogram& result,
                        std::size_t at);
  /// Scratch for RowPhasors::finish().
  [[nodiscard]] float* scratch() const { return a_.data(); }

  [[nodiscard]] std::int64_t bytes() const;
  static std::int64_t predicted_bytes(const Plan& plan);

 private:
  /// A signal m(t) that phasors are summed with.
  struct Modulator {
    AlignedArray<float> re;        ///< [time] without the mean
    AlignedArray<float> im;        ///< empty: zeros
    AlignedArray<float> spectrum;  ///< [time] complex; with surrogates
    std::complex<double> mean;
  };
  void set_phase(const float* a, std::int64_t stride);
  void transform(Modulator& m);
  /// A measure's value from the sum C without the mean's part.
  [[nodiscard]] double value(Measure measure, std::complex<double> centred, const Modulator& m,
                             std::complex<double> phasor_sum) const;

  const DirectTables& tables_;
  const LaneOps& ops_;
  Modulator amplitude_;
  Modulator phase_;            ///< phasors of the amplitude's phase
  AlignedArray<float> a_, b_;  ///< complex, T or hilbert_length: buffers of the transforms
  double deviation_ = 0;       ///< sample standard deviation of the amplitude
  double unit_ = 1;            ///< of the amplitudes, in the row's
};

}  // namespace pac::cpu
