// One long row, block by block, by a team of one or more threads: memory does not grow with the row but for its
// decimated copy (a few hundredths of it). Every block is filtered in all bands, its phase bins and amplitudes are
// summed as integers in a unit that the whole row shares, and only the sums are kept. Any member may take any block:
// sums of integers do not depend on who made them.
#pragma once

#include <atomic>
#include <cstdint>
#include <vector>

#include "core/comodulogram.hpp"
#include "core/rows.hpp"
#include "model/cpu/lane_ops.hpp"
#include "model/cpu/long_tables.hpp"
#include "model/cpu/team.hpp"
#include "model/stages.hpp"

namespace pac::cpu {

class BandTables;

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
    AlignedArray<float> a, b;                     ///< scratch of the Hilbert transform's parts
    AlignedArray<float> signal;                   ///< [block] complex: the row and its Hilbert transform
    AlignedArray<float> spectrum;                 ///< [block] complex
    AlignedArray<float> work;                     ///< of a block transform
    AlignedArray<float> amplitudes;               ///< [valid][lane]; also signals beyond the ends, bytes of phase bins
    AlignedArray<float> series;                   ///< [valid][lane] correction near the ends
    AlignedArray<float> coefficients;             ///< [2][CutEnds::n_terms][lane]
    AlignedArray<std::uint8_t> bins;              ///< [phase band, padded to tiles][valid]
    AlignedArray<std::uint32_t> times;            ///< [phase band][valid] storage of Boundaries, as below
    AlignedArray<std::uint32_t> sorted;           ///< [phase band][valid]
    AlignedArray<std::uint8_t> left;              ///< [phase band][valid]
    AlignedArray<Jump> jumps;                     ///< [phase band][valid]
    AlignedArray<std::uint32_t> samples, starts;  ///< [phase band][n_bins + 1]
    std::vector<Boundaries> boundaries;           ///< [phase band]
    AlignedArray<std::uint32_t> prefix;           ///< [valid][lane]
    AlignedArray<std::uint32_t> bin_sums;         ///< [bin][lane]
    AlignedArray<float> shares;                   ///< [bin][lane]
    AlignedArray<std::uint64_t> counts;           ///< [phase band][bin] samples, of the row's blocks so far
    AlignedArray<std::uint64_t> sums;             ///< [amplitude tile][phase band][bin][lane] likewise, in unit_
    std::vector<double> box;
    StageSeconds seconds{};
  };
  /// What a block's corrections are made of.
  struct BlockShift {
    double real = 0;       ///< taken from the block's signal before its transform: constants come back exactly
    double imaginary = 0;  ///< as the gain at 0 Hz times them
  };

  template <class Take>
  static void for_each_array(const Plan& plan, int members, Take take);
  void make_ends(const ScaledRow& row, double mean, int member);
  void make_units(double mean);
  BlockShift transform_block(const ScaledRow& row, double mean, std::int64_t first, bool with_hilbert, Member& own);
  BlockCorrection correction_of(const BlockTile& tile, std::int64_t index, BlockShift shift, double mean,
                                const BlockWindow& window, std::int64_t first, const CutEnds::Pull* pull, Member& own);
  void add_block(const ScaledRow& row, double mean, std::int64_t block, Member& own);
  void add_amplitudes(std::int64_t tile, std::int64_t count, const double* sum, Member& own);
  void finish_pair(std::int64_t p, std::int64_t tile, Comodulogram& result, std::int64_t row, Member& own);

  const BandTables& tables_;
  const LongTables& long_;
  const LaneOps& ops_;
  int members_;
  TeamBarrier& barrier_;
  std::int64_t bytes_ = 0;
  std::vector<Member> member_;
  std::atomic<std::int64_t> next_block_{0};
  AlignedArray<float> even_, odd_;  ///< [grid_count] decimated row, then its far Hilbert transform
  AlignedArray<double> charges_;    ///< [tile][CutEnds::charge_doubles]
  AlignedArray<float> near_ends_;   ///< [tile][end][window][lane]
  AlignedArray<double> unit_;       ///< [amplitude tile][lane] what an integer of 1 stands for, a power of two
};

}  // namespace pac::cpu
