// How a long row is divided on the CPU: sizes and lengths, from the Plan alone. A row is long where it holds some
// blocks; shorter rows are transformed whole (row_worker.hpp).
#pragma once

#include <cstdint>

#include "core/plan.hpp"

namespace pac::cpu {

struct LongGeometry {
  explicit LongGeometry(const Plan& plan);

  static constexpr std::int64_t longest_whole = 32768;  ///< rows up to here are never computed in blocks
  /// Whether rows of a plan are computed in blocks: long ones, where all measures come of bins (others need whole
  /// signals). Depends on nothing but the plan.
  static bool applies(const Plan& plan);

  std::int64_t n_times = 0;  ///< T
  std::int64_t pad = 0;      ///< extension on each side: what a filter reads beyond a block
  std::int64_t period = 0;   ///< of the definition's Hilbert transform
  bool cropped = false;

  std::int64_t block = 0;     ///< samples of a block's transform: `valid` and `pad` on each side
  std::int64_t valid = 0;     ///< samples of a block whose filtered signals are kept
  std::int64_t n_blocks = 0;  ///< the last one may hold fewer

  // The Hilbert transform's kernel in two parts: a near one, within +-near_reach samples, by transforms of a block, and
  // a smooth far one on the row decimated by `decimation`.
  static constexpr std::int64_t near_reach = 2048;
  static constexpr std::int64_t decimation = near_reach / 32;
  static constexpr std::int64_t low_pass_reach = 11 * decimation;  ///< half the length of the decimation's filter
  std::int64_t near_length = 0;                                    ///< transforms of the near part
  std::int64_t grid_first = 0;                                     ///< time of the first decimated sample, even
  std::int64_t grid_count = 0;                                     ///< decimated samples
  std::int64_t far_length = 0;                                     ///< transforms of the far part

  // Cropped: what the filters' output beyond the row's ends would add to the Hilbert transform is taken away, see
  // cut_ends.hpp.
  std::int64_t gap = 0;            ///< period - T
  bool near_image = false;         ///< the other end of the circle is near too
  std::int64_t source_low = 0;     ///< places, counted inwards from an end, where filtered signals lie beyond it
  std::int64_t source_high = 0;    ///< (this end's below 0, the circle's other end's up to source_high)
  std::int64_t window = 0;         ///< samples at each end for which they are transformed
  std::int64_t window_length = 0;  ///< transforms for them
};

}  // namespace pac::cpu
