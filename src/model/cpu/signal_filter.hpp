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
  /// `company`: signals of the block, at most most_together(), that are transformed one after the other from its first
  /// on. Phases of them all are taken with the first one's where their bands share a tile.
  float transform(const RowBlock& rows, std::int64_t i, Shard company, int member);
  /// Its phase bins, all bands of bins[phase band, rounded up to what is filtered together][time], and phasors where
  /// they are not null; has met when it returns.
  void phases(std::uint8_t* bins, const RowPhasors* phasors, int member);
  /// Its amplitudes of tiles first, first + 1, .. into slots 0, 1, ..: at most slots() tiles. Slot `member` is filled
  /// when it returns to that member.
  void amplitudes(const AmplitudeSide& side, std::int64_t first, std::int64_t n_tiles, int member);
  /// Signals that gain by each other's company.
  static std::int64_t most_together(const Plan& plan) { return BandTables::n_mixed(plan) > 0 ? mixed_rows : 1; }
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
        c;                   ///< [longest] complex: buffers of a pair's transforms; a, b: scratch of a band transform
    std::int64_t place = 0;  ///< of the signal in its company
    std::int64_t company = 1;
  };
  /// What a signal's samples are made smaller by, and then multiplied with.
  struct Scaled {
    double mean = 0;
    float scale = 1;
  };
  /// Of a company of signals: what the tile needs whose bands are theirs, and what it gave.
  struct Mixed {
    std::int64_t n_bands = 0;  ///< of each signal; 0: there is no such tile
    const FilterLength* filter = nullptr;
    std::vector<AlignedArray<float>> ordered;  ///< [signal] spectra, as LaneOps::order_spectrum says
    AlignedArray<float> spectra;               ///< those in turns
    std::vector<Scaled> scaled;                ///< [signal]
    AlignedArray<std::uint8_t> bins;           ///< [signal but the first][band][time]
  };
  struct Signals {
    float* y;  ///< [time][2] filtered signals of two bands
    float* h;  ///< [time][2] their Hilbert transforms
  };

  static Scaled scaled(const RowBlock& rows, std::int64_t i);
  void make_spectrum(const FilterLength& filter, std::span<const float> row, const Scaled& by, float* spectrum,
                     Member& own) const;
  /// A signal's ordered spectrum at a filter length.
  void order_spectrum(const FilterLength& filter, std::span<const float> row, const Scaled& by, float* ordered,
                      Member& own) const;
  /// The same of the signal at hand, made by transform().
  [[nodiscard]] const float* ordered(const FilterLength& filter, const Member& own) const;
  Signals analytic(const BandPair& pair, Member& own) const;
  void phase_tile(std::uint8_t* bins, const RowPhasors* phasors, std::int64_t tile, Member& own) const;
  void mixed_phase_tile(std::uint8_t* bins, std::int64_t tile, Member& own);
  /// A tile's phase bins to bins[lane][time], from one signal's ordered spectrum or, mixed, those of a company.
  void store_bins(const BandTile& bands, const float* spectra, int n_lanes, bool mixed, std::uint8_t* const* bins,
                  Member& own) const;
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
  Mixed mixed_;
  std::vector<AlignedArray<float>> spectra_;  ///< of pairs of bands: [filter length][L/2 + 1] complex
  std::vector<AlignedArray<float>> ordered_;  ///< of band transforms: [filter length], as LaneOps::order_spectrum says
};

}  // namespace pac::cpu
