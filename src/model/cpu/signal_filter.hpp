// One signal from samples to phase bins and amplitudes of all bands, by a team of one or more threads; rows that are
// transformed whole.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/rows.hpp"
#include "model/cpu/amplitude_side.hpp"
#include "model/cpu/band_tables.hpp"
#include "model/cpu/team.hpp"

namespace pac::cpu {

/// All members below are called by every member of the team at once.
class SignalFilter {
 public:
  /// Takes all memory for a team of `members` threads, which meet at `barrier`; throws std::bad_alloc.
  SignalFilter(const BandTables& tables, const LaneOps& ops, int members, TeamBarrier& barrier);

  /// Spectra of signal `i` of the block; has met when it returns. Its scale: amplitudes are the signal's times it.
  float transform(const RowBlock& rows, std::int64_t i, int member);
  /// Its phase bins, all bands of bins[phase band, rounded up to what is filtered together][time], and phasors where
  /// they are not null; has met when it returns.
  void phases(std::uint8_t* bins, const RowPhasors* phasors, int member);
  /// Its amplitudes of tiles first, first + 1, .. into slots 0, 1, ..: at most slots() tiles. Slot `member` is filled
  /// when it returns to that member.
  void amplitudes(const AmplitudeSide& side, std::int64_t first, std::int64_t n_tiles, int member);
  /// Phase bands, rounded up to what is filtered together.
  static std::int64_t padded_bands(const Plan& plan);
  /// Tiles of amplitude bands in work at once: one, or one a member where a member makes a whole tile.
  static std::int64_t slots(const Plan& plan, int members);

  [[nodiscard]] std::int64_t bytes() const { return bytes_; }
  /// `longest`: the longest transform.
  static std::int64_t predicted_bytes(const Plan& plan, std::int64_t longest, int members);

 private:
  struct Member {
    AlignedArray<float> a, b,
        c;  ///< [longest] complex: buffers of a pair's transforms; a, b: scratch of a band transform
  };
  struct Signals {
    float* y;  ///< [time][2] filtered signals of two bands
    float* h;  ///< [time][2] their Hilbert transforms
  };

  void make_spectrum(const FilterLength& filter, std::span<const float> row, double mean, float scale, float* spectrum,
                     Member& own) const;
  Signals analytic(const BandPair& pair, Member& own) const;
  void phase_tile(std::uint8_t* bins, const RowPhasors* phasors, std::int64_t tile, Member& own) const;
  void tile_amplitudes(const BandTile& bands, int n_lanes, float* a, double* sum, Member& own) const;
  /// The array of a filter length.
  [[nodiscard]] const float* of_length(const std::vector<AlignedArray<float>>& arrays,
                                       const FilterLength& filter) const {
    std::size_t i = 0;
    while (tables_.lengths[i].get() != &filter) ++i;
    return arrays[i].data();
  }
  /// Calls work(k) for this member's share of `count` things.
  template <class Work>
  void shared_out(std::int64_t count, int member, Work&& work) const {
    for (std::int64_t k = member; k < count; k += members_) work(k);
  }

  const BandTables& tables_;
  const LaneOps& ops_;
  int members_;
  TeamBarrier& barrier_;
  std::int64_t bytes_ = 0;
  std::vector<Member> member_;
  std::vector<AlignedArray<float>> spectra_;  ///< [filter length][L/2 + 1] complex
  std::vector<AlignedArray<float>> ordered_;  ///< of band transforms: [filter length], as LaneOps::order_spectrum says
};

}  // namespace pac::cpu
