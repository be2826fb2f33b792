// What a row's phases bring to its pairs of bands: bins, and all that follows from them. One signal's, whatever signal
// the amplitudes come from.
#pragma once

#include <cstdint>
#include <vector>

#include "core/plan.hpp"
#include "model/cpu/direct_sums.hpp"
#include "model/cpu/fft.hpp"
#include "model/cpu/lane_ops.hpp"

namespace pac::cpu {

class PhaseSide {
 public:
  /// Takes memory for all phase bands of a signal, rounded up to what is filtered together; throws std::bad_alloc.
  explicit PhaseSide(const Plan& plan);

  /// [time] bins of a band, to be filled.
  [[nodiscard]] std::uint8_t* bins(std::int64_t p) const { return bins_.data() + p * time_; }
  /// Finds boundaries and weights of a band from its bins. Bands are independent of each other.
  void describe(const LaneOps& ops, const Plan& plan, std::int64_t p);

  [[nodiscard]] const Boundaries& boundaries(std::int64_t p) const { return boundaries_[static_cast<std::size_t>(p)]; }
  /// [bin] 1 / samples in the bin, or 1 for sums; 0 where it holds no sample.
  [[nodiscard]] const float* weights(std::int64_t p) const { return weights_.data() + p * n_bins_; }
  /// Phasors of all bands: filled with the bins, finished with describe(), where the plan has direct measures.
  [[nodiscard]] const RowPhasors& phasors() const { return phasors_; }
  void finish_phasors(const DirectTables& tables, std::int64_t p, float* scratch) {
    phasors_.finish(tables, p, scratch);
  }

  [[nodiscard]] std::int64_t bytes() const { return bytes_ + phasors_.bytes(); }
  static std::int64_t predicted_bytes(const Plan& plan);

 private:
  std::int64_t time_;  ///< samples of a band, padded
  std::int64_t n_bins_;
  std::int64_t bytes_ = 0;
  AlignedArray<std::uint8_t> bins_;    ///< [phase band, padded][time]
  AlignedArray<std::uint32_t> times_;  ///< [phase band][time] storage of Boundaries::time, ::jumps
  AlignedArray<Jump> jumps_;
  AlignedArray<std::uint32_t> samples_;  ///< [phase band][bin]
  std::vector<Boundaries> boundaries_;   ///< [phase band]
  AlignedArray<float> weights_;          ///< [phase band][bin]
  RowPhasors phasors_;
};

}  // namespace pac::cpu
