// One row from samples to results, by a team of one or more threads. A row's result depends on its samples, the plan
// and its global index only: all sums whose order could differ are sums of integers.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "core/comodulogram.hpp"
#include "core/rows.hpp"
#include "model/cpu/band_tables.hpp"
#include "model/cpu/long_row.hpp"
#include "model/cpu/team.hpp"
#include "model/stages.hpp"

namespace pac::cpu {

class RowWorker {
 public:
  /// Takes all memory for a team of `members` threads; throws std::bad_alloc.
  RowWorker(const BandTables& tables, const LaneOps& ops, int members);

  /// Computes row `i` of the block into row `i` of the result. Called by every member of the team at once.
  void compute(const RowBlock& rows, std::int64_t i, Comodulogram& result, int member);

  /// Member 0's value for every member of the team. Called by all members at once.
  std::int64_t share(std::int64_t value, int member) {
    if (member == 0) shared_ = value;
    barrier_.wait();
    return shared_;  // read by all before member 0 comes back: every row has barriers of its own
  }

  /// Seconds that member spent in each stage since the last call.
  StageSeconds take_seconds(int member);
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }
  /// Bytes that a team takes, without taking them.
  static std::int64_t predicted_bytes(const Plan& plan, std::int64_t longest, int members);
  /// Tiles of amplitude bands in work at once: one, or one a member where a member makes a whole tile.
  static std::int64_t tile_slots(const Plan& plan, int members);

 private:
  struct Member {
    AlignedArray<float> a, b,
        c;  ///< [longest] complex: buffers of a pair's transforms; a, b: scratch of a band transform
    AlignedArray<std::uint32_t> sums;     ///< [shift_group][bin][lane]
    AlignedArray<float> p;                ///< [bin][lane]
    AlignedArray<std::uint32_t> changes;  ///< [time] scratch
    StageSeconds seconds{};
  };
  struct Signals {
    float* y;  ///< [time][2] filtered signals of two bands
    float* h;  ///< [time][2] their Hilbert transforms
  };

  void make_spectrum(const FilterLength& filter, std::span<const float> row, double mean, float scale, float* spectrum,
                     Member& own) const;
  Signals analytic(const BandPair& pair, Member& own) const;
  void phase_pair(std::int64_t pair, Member& own);
  void phase_tile(std::int64_t tile, Member& own);
  void describe_bins(std::int64_t p, Member& own);
  void amplitude_pair(std::int64_t tile, std::int64_t k, Member& own);
  void tile_amplitudes(std::int64_t tile, float* a, double* sum, Member& own) const;
  void make_prefix(std::int64_t tile, std::int64_t slot, const float* tile_amplitudes);
  void amplitudes_of(std::int64_t first_tile, std::int64_t n_tiles, int member);
  void pairs_of_phase(std::int64_t p, std::int64_t tile, std::int64_t slot, const std::vector<std::int64_t>& shifts,
                      Comodulogram& result, std::int64_t row, Member& own);
  void surrogates(std::int64_t p, std::int64_t tile, std::int64_t slot, const std::vector<std::int64_t>& shifts,
                  const float* observed, Comodulogram& result, std::int64_t row, Member& own) const;
  /// The array of a filter length.
  [[nodiscard]] const float* of_length(const std::vector<AlignedArray<float>>& arrays,
                                       const FilterLength& filter) const {
    std::size_t i = 0;
    while (tables_.lengths[i].get() != &filter) ++i;
    return arrays[i].data();
  }

  const BandTables& tables_;
  const LaneOps& ops_;
  int members_;
  TeamBarrier barrier_;
  std::int64_t shared_ = 0;
  std::int64_t bytes_ = 0;
  std::unique_ptr<LongRow> long_row_;  ///< does the work where rows are long; the arrays below are empty then
  std::vector<Member> member_;
  std::vector<AlignedArray<float>> spectra_;  ///< [filter length][L/2 + 1] complex
  std::vector<AlignedArray<float>> ordered_;  ///< of band transforms: [filter length], as LaneOps::order_spectrum says
  AlignedArray<std::uint8_t> bins_;           ///< [phase band, rounded up to pairs][time]
  AlignedArray<std::uint32_t> times_;         ///< [phase band][time] storage of Boundaries::time
  AlignedArray<Jump> jumps_;
  std::vector<Boundaries> boundaries_;   ///< [phase band]
  AlignedArray<float> weights_;          ///< [phase band][bin] 1 / samples in the bin, or 1 for sums
  std::vector<std::uint8_t> empty_bin_;  ///< [phase band]
  AlignedArray<float> amplitudes_;       ///< [slot], each [8][time][2] of pairs, or [time][lane] of a band transform
  AlignedArray<float> silence_;          ///< [time][2] zeros: lanes without a band
  AlignedArray<double> amplitude_sum_;   ///< [slot][lane]
  std::int64_t prefix_size_ = 0;         ///< elements of a slot's prefix sums
  AlignedArray<std::uint32_t> prefix_;   ///< [slot][T, or 2 T with surrogates][lane]
  AlignedArray<std::uint32_t> total_;    ///< [slot][lane]
  AlignedArray<std::uint32_t> samples_;  ///< [phase band][bin] storage of Boundaries::samples
};

}  // namespace pac::cpu
