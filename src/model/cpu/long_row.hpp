// One long row, block by block, by a team of one or more threads: memory does not grow with the row but for its
// decimated copy (a few hundredths of it). Every block is filtered in all bands, its phase bins and amplitudes are
// summed as integers in a unit that the whole row shares, and only the sums are kept. Any member may take any block:
// sums of integers do not depend on who made them.
#pragma once

#include <atomic>
#include <cstdint>
#include <span>
#include <vector>

#include "core/comodulogram.hpp"
#include "core/rows.hpp"
#include "model/cpu/lane_ops.hpp"
#include "model/cpu/long_tables.hpp"
#include "model/cpu/row_results.hpp"
#include "model/cpu/team.hpp"
#include "model/stages.hpp"

namespace pac::cpu {

class BandTables;

/// Sums [bin][lane] to integers whose total per lane stays below 2^31, as the modulation index wants them.
void narrow_sums(const std::uint64_t* sums, std::int64_t n_bins, std::uint32_t* narrow);

class LongRow {
 public:
  /// Takes all memory for a team of `members` threads, which meet at `barrier`; throws std::bad_alloc.
  LongRow(const BandTables& tables, const LaneOps& ops, int members, TeamBarrier& barrier);
  /// As RowWorker's.
  void compute(const RowBlock& rows, std::int64_t i, Comodulogram& result, int member);
  StageSeconds take_seconds(int member);
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }
  static std::int64_t predicted_bytes(const Plan& plan, int members);

 private:
  struct Member {
    AlignedArray<float> a, b;               ///< scratch of the Hilbert transform's parts
    AlignedArray<float> signal;             ///< [block] complex: the row and its Hilbert transform
    AlignedArray<float> spectrum;           ///< [block] complex
    AlignedArray<float> work;               ///< of a block transform
    AlignedArray<float> amplitudes;         ///< [valid][lane]; also signals beyond the ends, bytes of phase bins
    AlignedArray<float> series;             ///< [valid][lane] correction near the ends
    AlignedArray<float> coefficients;       ///< [2][CutEnds::n_terms][lane]
    AlignedArray<std::uint8_t> bins;        ///< [phase band, padded to tiles][valid]
    AlignedArray<std::uint32_t> times;      ///< [phase band][valid] storage of Boundaries, as below
    AlignedArray<Jump> jumps;               ///< [phase band][valid]
    AlignedArray<std::uint32_t> samples;    ///< [phase band][n_bins]
    std::vector<Boundaries> boundaries;     ///< [phase band]
    AlignedArray<std::uint32_t> prefix;     ///< [valid][lane]
    AlignedArray<std::uint32_t> bin_sums;   ///< [bin][lane]
    AlignedArray<float> shares;             ///< [bin][lane]
    AlignedArray<std::uint64_t> counts;     ///< [phase band][bin] samples, of the row's blocks so far
    AlignedArray<std::uint64_t> sums;       ///< [amplitude tile][phase band][bin][lane] likewise, in unit_
    AlignedArray<std::uint64_t> largest;    ///< [amplitude tile][lane] largest sum of a block
    AlignedArray<std::uint64_t> shifted;    ///< [shift][phase band][bin][lane] sums of surrogates
    AlignedArray<float> largest_surrogate;  ///< [measure][n_perm] of the pairs that this member did
    std::vector<double> box;                ///< [block]
    StageSeconds seconds{};
  };
  /// What a block's corrections are made of.
  struct BlockShift {
    double real = 0;       ///< taken from the block's signal before its transform: constants come back exactly
    double imaginary = 0;  ///< as the gain at 0 Hz times them
  };

  struct Block {
    std::int64_t first = 0;  ///< time
    std::int64_t count = 0;
    double mean = 0;  ///< of the scaled row
    BlockShift shift;
    BlockWindow window;
    bool far = true;  ///< pull holds the whole correction of the cut ends
    CutEnds::Pull pull;
  };

  template <class Take>
  static void for_each_array(const Plan& plan, int members, Take take);
  void make_ends(const ScaledRow& row, double mean, int member);
  void make_units(double mean);
  BlockShift transform_block(const ScaledRow& row, double mean, std::int64_t first, bool with_hilbert, Member& own);
  BlockCorrection correction_of(std::int64_t index, const Block& block, Member& own);
  /// Spectrum and corrections of a block, for its bands to come.
  Block begin_block(const ScaledRow& row, double mean, std::int64_t index, Member& own);
  void phases(const Block& block, Member& own);  ///< bins and boundaries of all phase bands
  void amplitudes(const Block& block, std::int64_t amp_tile, double* sum, Member& own);
  void add_block(const Block& block, Member& own);
  void add_amplitudes(std::int64_t tile, std::int64_t count, const double* sum, Member& own);
  void make_weights(std::int64_t p);
  void finish_pair(std::int64_t p, std::int64_t tile, Comodulogram& result, std::int64_t row, Member& own);

  /// Calls work(block) for every block that this member gets; the team has met before, and next_block_ is 0.
  template <class Work>
  void each_block(Work work) {
    for (std::int64_t block = next_block_.fetch_add(1); block < long_.geometry.n_blocks;
         block = next_block_.fetch_add(1)) {
      work(block);
    }
  }
  /// All members have arrived and blocks are handed out from the first again.
  void meet(int member);
  [[nodiscard]] std::int64_t n_amp_tiles() const {
    return static_cast<std::int64_t>(long_.tiles.size()) - long_.n_pha_tiles;
  }

  // Surrogates: long_surrogates.cpp.
  static std::int64_t shifts_at_once(const Plan& plan);
  void surrogates(const ScaledRow& row, double mean, std::int64_t global_row, std::int64_t i, Comodulogram& result,
                  int member);
  void make_row_prefix(const ScaledRow& row, double mean, std::int64_t tile, int member);
  void add_shifted(const Block& block, std::span<const std::int64_t> shifts, Member& own);
  /// Of surrogates whose permutations are given.
  void take_statistics(std::int64_t p, std::span<const std::int64_t> permutation, Member& own);

  const BandTables& tables_;
  const LongTables& long_;
  const LaneOps& ops_;
  int members_;
  TeamBarrier& barrier_;
  std::int64_t bytes_ = 0;
  std::vector<Member> member_;
  std::atomic<std::int64_t> next_block_{0};
  AlignedArray<float> even_, odd_;           ///< [grid_count] decimated row, then its far Hilbert transform
  AlignedArray<double> charges_;             ///< [tile][CutEnds::charge_doubles]
  AlignedArray<float> near_ends_;            ///< [tile][end][window][lane]
  AlignedArray<float> weights_;              ///< [phase band][bin] 1 / samples in the bin, or 1 for sums
  AlignedArray<std::uint32_t> row_prefix_;   ///< [T + valid + 1][lane] prefix sums of an amplitude tile, modulo 2^32
  AlignedArray<std::uint32_t> totals_;       ///< [block][lane] its blocks' totals, then what comes before them
  AlignedArray<TileSurrogates> statistics_;  ///< [measure][phase band]
  AlignedArray<double> unit_;                ///< [amplitude tile][lane] what an integer of 1 stands for, a power of two
};

}  // namespace pac::cpu
