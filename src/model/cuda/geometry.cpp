// Shapes of the pipeline on the device.
#include "model/cuda/geometry.hpp"

#include <algorithm>
#include <bit>

#include "core/fast_length.hpp"
#include "kernels/band_signals.hpp"
#include "kernels/boundaries.hpp"

namespace pac::cuda {
namespace {

/// Intermediates of a tile: enough rows to fill a large chip, few enough to stay near its second-level cache.
constexpr std::int64_t tile_bytes = std::int64_t{256} << 20;
constexpr std::int64_t most_shifts_of_a_launch = 256;

BandFamily family(const Plan& plan, const std::vector<BandFilter>& filters) {
  BandFamily bands;
  bands.n_bands = static_cast<std::int64_t>(filters.size());
  if (plan.hilbert == Hilbert::extended) {
    bands.length = plan.hilbert_length;
    bands.pad = plan.pad;
    bands.n_units = bands.n_bands;
    return bands;
  }
  std::int64_t order = 0;
  for (const BandFilter& filter : filters) order = std::max(order, filter.order);
  bands.length = cheap_length(std::max(plan.n_times + 2 * order, plan.hilbert_length));
  bands.pad = order;
  bands.n_units = (bands.n_bands + 1) / 2;
  return bands;
}

bool can_be_cut(std::int64_t length) { return kernels::TransformStages::of(length).count > 0; }

unsigned lanes_that_fit(std::int64_t n_times, std::size_t shared_bytes) {
  for (const unsigned lanes : {8U, 4U, 2U, 1U}) {
    if (static_cast<std::size_t>(n_times) * lanes * sizeof(std::uint32_t) <= shared_bytes) return lanes;
  }
  return 0;
}

}  // namespace

Geometry::Geometry(const Plan& plan, std::size_t shared_bytes, std::int64_t at_most_rows, bool may_fuse)
    : pairs(plan.hilbert == Hilbert::cropped),
      stride((plan.n_times + 63) / 64 * 64),
      hilbert_length(plan.hilbert_length),
      pha(family(plan, plan.pha)),
      amp(family(plan, plan.amp)),
      list_capacity(kernels::BoundaryLists::capacity_for(plan.n_times, plan.n_bins)),
      most_shifts(std::min(plan.n_perm, most_shifts_of_a_launch)) {
  const unsigned fitting = lanes_that_fit(plan.n_times, shared_bytes);
  staged = fitting > 0;
  lanes = staged ? fitting : 8;
  n_groups = (plan.n_amp() + lanes - 1) / lanes;
  const MapShape maps = plan.map_shape();
  const bool locking = maps.has(Measure::plv);
  vectors = locking || maps.has(Measure::mvl) || maps.has(Measure::ndpac);
  vectors_staged = static_cast<std::size_t>(plan.n_times) * sizeof(kernels::Complex) <= shared_bytes;
  if (locking) envelope_length = next_5_smooth(plan.n_times);

  const auto fits = [&](const BandFamily& bands) {
    return can_be_cut(bands.length) && (!pairs || can_be_cut(hilbert_length)) &&
           kernels::BandSignals::bytes_for(bands.length, pairs ? hilbert_length : 0) <= shared_bytes;
  };
  fused = may_fuse && !vectors && fits(pha) && fits(amp);  // whole signals are wanted for vectors

  const std::int64_t units = fused ? 0 : std::max(pha.n_units, amp.n_units);
  const std::int64_t transforms = units * (std::max(pha.length, amp.length) + (pairs ? hilbert_length : 0)) * 8;
  const std::int64_t kept = plan.n_pha() * (stride + (staged ? 2 : 4) * list_capacity) + plan.n_amp() * stride * 4;
  const std::int64_t sums = n_groups * lanes * (plan.n_times + 2 * plan.n_pha() * plan.n_bins) * 4;
  const std::int64_t phasors =
      8 * stride * ((vectors ? plan.n_pha() : 0) + (locking ? plan.n_amp() : 0)) + 16 * amp_pairs() * envelope_length;
  const std::int64_t surrogates =
      4 * (maps.surrogate_max ? 0 : plan.n_perm) + 4 * plan.n_pha() * most_shifts * n_groups * lanes;
  const std::int64_t rows =
      std::clamp(tile_bytes / (transforms + kept + sums + phasors + surrogates), std::int64_t{1}, at_most_rows);
  tile_rows = static_cast<std::int64_t>(std::bit_floor(static_cast<std::uint64_t>(rows)));
}

}  // namespace pac::cuda
