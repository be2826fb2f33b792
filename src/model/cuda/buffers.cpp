// The arrays of a model on the device.
#include "model/cuda/buffers.hpp"

#include <algorithm>

namespace pac::cuda {

ResultArrays::ResultArrays(Arena& arena, const MapShape& shape, std::int64_t rows)
    : n_bins(shape.n_bins), n_perm(shape.n_perm), n_pairs(shape.pairs()) {
  const auto take = [&](std::int64_t per_row) { return MapArray{arena.take<float>(rows * per_row)}; };
  for (const Measure measure : shape.measures) {
    MeasureArrays& maps = measures.emplace_back();
    maps.measure = measure;
    maps.pac = take(n_pairs);
    if (n_perm == 0) continue;
    for (MapArray* map : statistics_of(maps)) *map = take(n_pairs);
    if (shape.surrogate_max) maps.surrogate_max = take(n_perm);
  }
  preferred_phase = take(n_pairs);
  if (shape.distributions) amplitude_distribution = take(n_pairs * n_bins);
  quality = arena.take<std::uint8_t>(rows * n_pairs);
}

Buffers::Buffers(Arena& arena, const Plan& plan, const Geometry& geometry, std::int64_t rows,
                 std::int64_t workspace_bytes) {
  const Geometry& g = geometry;
  const std::int64_t tile = g.tile_rows;
  const std::int64_t pairs = plan.pairs();
  const bool surrogates = plan.n_perm > 0;

  samples = arena.take<float>(rows * plan.extended());
  scales = arena.take<kernels::RowScale>(rows);
  shifts = arena.take<std::uint32_t>(rows * plan.n_perm);
  permutation = arena.take<std::uint32_t>(rows * plan.n_perm);
  results = ResultArrays(arena, plan.map_shape(), rows);

  circle = arena.take<float>(tile * std::max(g.pha.length, g.amp.length));
  spectrum[0] = arena.take<kernels::Complex>(tile * g.pha.n_frequencies());
  spectrum[1] = g.n_spectra() == 1 ? spectrum[0] : arena.take<kernels::Complex>(tile * g.amp.n_frequencies());
  const std::int64_t longest = std::max(g.pha.n_units * g.pha.length, g.amp.n_units * g.amp.length);
  const std::int64_t envelopes = g.amp_pairs() * g.envelope_length;
  filtered = arena.take<kernels::Complex>(g.fused ? 0 : tile * std::max(longest, envelopes));
  const std::int64_t units = std::max(g.pha.n_units, g.amp.n_units);
  const std::int64_t turned = g.pairs && !g.fused ? units * g.hilbert_length : 0;
  hilbert = arena.take<kernels::Complex>(tile * std::max(turned, envelopes));
  bins = arena.take<std::uint8_t>(tile * plan.n_pha() * g.stride);
  amplitudes = arena.take<float>(tile * plan.n_amp() * g.stride);
  lists.capacity = g.list_capacity;
  lists.entries = g.staged ? nullptr : arena.take<std::uint32_t>(tile * plan.n_pha() * g.list_capacity);
  lists.short_entries = g.staged ? arena.take<std::uint16_t>(tile * plan.n_pha() * g.list_capacity) : nullptr;
  lists.starts = arena.take<std::uint32_t>(tile * plan.n_pha() * 3 * plan.n_bins);
  lists.ends = arena.take<std::uint32_t>(tile * plan.n_pha() * 3 * plan.n_bins);
  lists.time_sums = arena.take<std::uint32_t>(tile * plan.n_pha() * 3 * plan.n_bins);
  lists.weights = arena.take<float>(tile * plan.n_pha() * plan.n_bins);
  lists.empty_bin = arena.take<std::uint8_t>(tile * plan.n_pha());
  lists.last_bin = arena.take<std::uint8_t>(tile * plan.n_pha());
  prefix = arena.take<std::uint32_t>(tile * g.n_groups * plan.n_times * g.lanes);
  total = arena.take<std::uint32_t>(tile * g.n_groups * g.lanes);
  bin_sums = arena.take<std::uint32_t>(tile * plan.n_pha() * plan.n_bins * 2 * g.n_groups * g.lanes);
  surrogate_index = arena.take<float>(tile * plan.n_pha() * g.most_shifts * g.n_groups * g.lanes);
  surrogate_sum = arena.take<double>(surrogates ? tile * pairs : 0);
  surrogate_squares = arena.take<double>(surrogates ? tile * pairs : 0);
  surrogate_count = arena.take<std::uint32_t>(surrogates ? tile * pairs : 0);
  tally = arena.take<std::uint32_t>(surrogates ? tile * (plan.n_perm + 1) : 0);
  rate = arena.take<float>(surrogates ? tile * (plan.n_perm + 1) : 0);
  largest = arena.take<float>(plan.surrogate_max ? 0 : tile * plan.n_perm);
  const bool scratch_index = !plan.map_shape().has(Measure::mi);
  modulation_index = arena.take<float>(scratch_index ? tile * pairs : 0);
  phasors = arena.take<kernels::Complex>(g.vectors ? tile * plan.n_pha() * g.stride : 0);
  amp_phasors = arena.take<kernels::Complex>(g.envelope_length > 0 ? tile * plan.n_amp() * g.stride : 0);
  moments = arena.take<kernels::Moments>(g.vectors ? tile * plan.n_amp() : 0);
  phasor_sums = arena.take<kernels::Sum2>(g.vectors ? tile * plan.n_pha() : 0);
  workspace = arena.take<std::byte>(workspace_bytes);
}

}  // namespace pac::cuda
