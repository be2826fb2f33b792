// What all rows share on the CPU: transforms, gains, bin edges - computed once from the Plan.
#pragma once

#include <memory>
#include <vector>

#include "core/plan.hpp"
#include "model/cpu/band_transform.hpp"
#include "model/cpu/direct_sums.hpp"
#include "model/cpu/fft.hpp"
#include "model/cpu/lane_ops.hpp"
#include "model/cpu/long_tables.hpp"
#include "model/row_tables.hpp"

namespace pac::cpu {

/// A length at which rows are filtered: the row with its extension, as a circle that begins at the row's first sample.
struct FilterLength {
  std::int64_t length = 0;  ///< L
  std::int64_t pad = 0;     ///< samples of extension that are laid into the circle on each side
  Fft real_forward;
  std::unique_ptr<Fft> backward;             ///< of pairs of bands
  std::unique_ptr<BandTransformPlan> bands;  ///< of tiles of bands
  std::vector<float> box;  ///< [L/2 + 1] complex: spectrum of ones over the extended row, carries the row's mean
};

/// Two bands that share complex transforms; the second is silent where the number of bands is odd.
struct BandPair {
  const FilterLength* filter = nullptr;
  AlignedArray<float> gain;  ///< [L/2 + 1] complex: (gain of the first band + i gain of the second) / L
};

/// Sixteen bands that share band transforms.
struct BandTile {
  const FilterLength* filter = nullptr;
  AlignedArray<float> gain;  ///< [size + 1][lane] over L, as LaneOps::band_amplitudes or cropped_amplitudes want it
};

/// A table as the lane loops take it; points into it.
BinEdges edges_of(const PhaseEdgeTable& table);

class BandTables {
 public:
  explicit BandTables(const Plan& plan);

  const Plan plan;
  std::vector<std::unique_ptr<FilterLength>> lengths;
  /// Pairs of bands share FFTW's complex transforms ..
  std::vector<BandPair> pha;  ///< [ceil(P / 2)]
  std::vector<BandPair> amp;  ///< [ceil(A / 2)]
  /// .. or, for rows that are not too long, 16 bands go through band transforms together; the pairs are empty then.
  std::vector<BandTile> pha_tiles;  ///< [ceil(P / 16)]
  std::vector<BandTile> amp_tiles;  ///< [ceil(A / 16)]
  /// .. or, where rows are long, everything is in here; all of the above is empty then.
  std::unique_ptr<LongTables> long_rows;
  std::unique_ptr<Fft> hilbert_forward;  ///< length hilbert_length; of cropped pairs
  std::unique_ptr<Fft> hilbert_backward;
  std::vector<std::size_t> binned;             ///< places of measures of bin sums in Plan::measures
  DirectTables direct;                         ///< of the others
  std::unique_ptr<BandTransformPlan> hilbert;  ///< the same of cropped tiles
  std::vector<float> hilbert_kernel;           ///< CroppedTransform::kernel
  BinEdges edges;
  PhaseEdgeTable phase;  ///< what `edges` points to, and the bins' centres

  [[nodiscard]] std::int64_t n_tiles() const { return (plan.n_amp() + lanes - 1) / lanes; }
  /// Whether rows of a plan go through band transforms.
  static bool by_tiles(const Plan& plan);
  /// Phase bands of the last tile that share it with those of other rows; 0: none do. The same for every row, alone or
  /// not: how lanes are filled may show in the last bit.
  static int n_mixed(const Plan& plan);
  /// Of a tile of cropped bands.
  [[nodiscard]] CroppedTransform cropped(const BandTile& tile) const {
    return {tile.filter->bands->view(), hilbert->view(), hilbert_kernel.data()};
  }
  /// Longest transform: what a thread's buffers must hold.
  [[nodiscard]] std::int64_t longest() const;
  [[nodiscard]] std::int64_t bytes() const;

 private:
  void choose_lengths();
  void make_hilbert();
  void make_pairs(const std::vector<BandFilter>& filters, std::vector<BandPair>& pairs);
  /// n_mixed: filters at the end whose tile is shared by rows.
  void make_tiles(const std::vector<BandFilter>& filters, int n_mixed, std::vector<BandTile>& tiles) const;
  [[nodiscard]] const FilterLength& length_for(std::int64_t order) const;
};

/// Makes every transform that `plan` needs, so that their wisdom exists; slow where nothing is known yet.
void plan_transforms(const Plan& plan);

}  // namespace pac::cpu
