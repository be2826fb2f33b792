// What all long rows of a plan share: the block's transforms and gains, the Hilbert transform's kernels, the correction
// of the cut ends.
#pragma once

#include <array>
#include <memory>
#include <vector>

#include "model/cpu/band_transform.hpp"
#include "model/cpu/box_hilbert.hpp"
#include "model/cpu/cut_ends.hpp"
#include "model/cpu/long_geometry.hpp"
#include "model/cpu/row_hilbert.hpp"

namespace pac::cpu {

/// Up to 16 filters side by side.
struct BlockTile {
  int n_lanes = 0;
  AlignedArray<float> gain;             ///< [block / 2 + 1][lane] over the block's length, in the leaves' order
  std::array<double, lanes> at_zero{};  ///< gain at 0 Hz
  std::array<double, lanes> norm{};     ///< sum of the kernel's magnitudes: bounds the filtered signal
};

class LongTables {
 public:
  explicit LongTables(const Plan& plan);

  const LongGeometry geometry;
  BandTransformPlan transform;
  Fft forward;  ///< of a block, complex
  RowHilbert hilbert;
  std::unique_ptr<BoxHilbert> mean;   ///< extended only: the Hilbert transform of the row's mean, per unit
  std::unique_ptr<CutEnds> cut_ends;  ///< cropped only
  std::int64_t n_pha_tiles = 0;
  std::vector<BlockTile> tiles;  ///< phase bands', then amplitude bands'

  [[nodiscard]] std::int64_t bytes() const;
  static std::int64_t predicted_bytes(const Plan& plan);

 private:
  void add_tiles(const std::vector<BandFilter>& filters);
};

/// Makes the transforms of long rows, so that their wisdom exists.
void plan_long_transforms(const LongGeometry& geometry);

}  // namespace pac::cpu
