// How a long row is divided on the CPU: sizes and lengths, from the Plan alone.
#include "model/cpu/long_geometry.hpp"

#include <algorithm>

#include "core/fast_length.hpp"

namespace pac::cpu {
namespace {

/// Even, 7-smooth; long enough that the filters' overlap costs little, short enough for a core's second cache.
std::int64_t block_length(std::int64_t pad) { return 2 * next_7_smooth(std::max<std::int64_t>(7200, 5 * pad)); }

}  // namespace

bool LongGeometry::applies(const Plan& plan) {
  const bool binned = std::all_of(plan.measures.begin(), plan.measures.end(), is_binned);
  return binned && plan.n_times > longest_whole && plan.n_times >= 4 * block_length(plan.pad);
}

LongGeometry::LongGeometry(const Plan& plan)
    : n_times(plan.n_times),
      pad(plan.pad),
      period(plan.hilbert_length),
      cropped(plan.hilbert == Hilbert::cropped),
      block(block_length(pad)),
      valid(block - 2 * pad),
      n_blocks((n_times + valid - 1) / valid),
      near_length(cheap_length(block + 2 * near_reach)),
      grid_first(-(pad + low_pass_reach + decimation + 1) / 2 * 2),
      grid_count((n_times + pad + low_pass_reach - grid_first) / decimation + 2),
      far_length(cheap_length(2 * grid_count)),
      gap(period - n_times),
      near_image(gap < 4 * pad),
      source_low(near_image ? -std::max(2 * pad, gap) : -2 * pad),
      source_high(near_image ? std::max<std::int64_t>(0, 2 * pad - gap) : 0),
      window(2 * pad + source_high),
      window_length(cheap_length(window + source_high - source_low)) {}

}  // namespace pac::cpu
