// What a row's amplitudes bring to its pairs of bands.
#include "model/cpu/amplitude_side.hpp"

#include <algorithm>
#include <array>

#include "kernels/quantisation.hpp"
#include "model/cpu/row_layout.hpp"

namespace pac::cpu {
namespace {

/// Whether sums over bins are shifted.
bool shifts_bins(const Plan& plan) {
  return plan.shifts_rows() && std::any_of(plan.measures.begin(), plan.measures.end(), is_binned);
}

/// Elements of a tile's prefix sums; what shifted sums may touch behind a second turn is there.
std::int64_t prefix_size(const Plan& plan) {
  return (shifts_bins(plan) ? 2 * plan.n_times + 64 : padded(plan.n_times)) * lanes;
}

}  // namespace

AmplitudeSide::AmplitudeSide(const Plan& plan, std::int64_t slots)
    : time_(padded(plan.n_times)),
      prefix_size_(prefix_size(plan)),
      amplitudes_(slots * lanes * time_),
      silence_(2 * time_),
      sums_(slots * lanes),
      prefix_(slots * prefix_size_),
      total_(slots * lanes) {
  std::fill_n(silence_.data(), 2 * time_, 0.0F);
  std::fill_n(amplitudes_.data(), slots * lanes * time_, 0.0F);  // lanes without a band may never be written
}

std::int64_t AmplitudeSide::predicted_bytes(const Plan& plan, std::int64_t slots) {
  const std::int64_t time = padded(plan.n_times);
  return slots * (4 * lanes * time + 4 * prefix_size(plan)) + 8 * time;
}

void AmplitudeSide::make_prefix(const BandTables& tables, const LaneOps& ops, std::int64_t tile, std::int64_t slot) {
  const Plan& plan = tables.plan;
  alignas(64) std::array<float, lanes> scale{};
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    const bool present = tile * lanes + lane < plan.n_amp();
    const double sum = present ? sums(slot)[lane] : 0;
    scale[static_cast<std::size_t>(lane)] = kernels::integer_scale(sum, plan.n_times);
  }
  std::uint32_t* const prefix = prefix_.data() + slot * prefix_size_;
  std::uint32_t* const total = total_.data() + slot * lanes;
  const bool twice = shifts_bins(plan);
  if (!tables.amp_tiles.empty()) {
    ops.prefix_sums_of_lanes(amplitudes(slot), scale.data(), plan.n_times, twice, prefix, total);
    return;
  }
  constexpr std::int64_t pairs_per_tile = lanes / 2;
  const float* pairs[pairs_per_tile];
  for (std::int64_t k = 0; k < pairs_per_tile; ++k) {
    const bool present = tile * pairs_per_tile + k < static_cast<std::int64_t>(tables.amp.size());
    pairs[k] = present ? amplitudes(slot) + k * 2 * time_ : silence_.data();
  }
  ops.prefix_sums(pairs, scale.data(), plan.n_times, twice, prefix, total);
}

}  // namespace pac::cpu
