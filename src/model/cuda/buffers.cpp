// The arrays of a model on the device.
#include "model/cuda/buffers.hpp"

#include <algorithm>
#include <string_view>

namespace pac::cuda {

float* ResultArrays::named(const char* name) const {
  const std::string_view wanted(name);
  if (wanted == "pac") return pac;
  if (wanted == "preferred_phase") return preferred_phase;
  if (wanted == "pac_z") return pac_z;
  if (wanted == "surrogate_mean") return surrogate_mean;
  if (wanted == "surrogate_std") return surrogate_std;
  if (wanted == "exceed_count") return exceed_count;
  if (wanted == "p_value") return p_value;
  if (wanted == "p_maxstat") return p_maxstat;
  if (wanted == "q_fdr") return q_fdr;
  if (wanted == "surrogate_max") return surrogate_max;
  if (wanted == "amplitude_distribution") return amplitude_distribution;
  return nullptr;
}

ResultArrays::ResultArrays(Arena& arena, const Plan& plan, std::int64_t rows) {
  const std::int64_t pairs = plan.pairs();
  pac = arena.take<float>(rows * pairs);
  preferred_phase = arena.take<float>(rows * pairs);
  quality = arena.take<std::uint8_t>(rows * pairs);
  if (plan.n_perm > 0) {
    for (float** map : {&pac_z, &surrogate_mean, &surrogate_std, &exceed_count, &p_value, &p_maxstat, &q_fdr}) {
      *map = arena.take<float>(rows * pairs);
    }
    if (plan.surrogate_max) surrogate_max = arena.take<float>(rows * plan.n_perm);
  }
  if (plan.distributions) amplitude_distribution = arena.take<float>(rows * pairs * plan.n_bins);
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
  results = ResultArrays(arena, plan, rows);

  circle = arena.take<float>(tile * std::max(g.pha.length, g.amp.length));
  spectrum[0] = arena.take<kernels::Complex>(tile * g.pha.n_frequencies());
  spectrum[1] = g.n_spectra() == 1 ? spectrum[0] : arena.take<kernels::Complex>(tile * g.amp.n_frequencies());
  filtered = arena.take<kernels::Complex>(tile * std::max(g.pha.n_units * g.pha.length, g.amp.n_units * g.amp.length));
  hilbert =
      arena.take<kernels::Complex>(g.pairs ? tile * std::max(g.pha.n_units, g.amp.n_units) * g.hilbert_length : 0);
  bins = arena.take<std::uint8_t>(tile * plan.n_pha() * g.stride);
  amplitudes = arena.take<float>(tile * plan.n_amp() * g.stride);
  lists.capacity = g.list_capacity;
  lists.entries = arena.take<std::uint32_t>(tile * plan.n_pha() * g.list_capacity);
  lists.starts = arena.take<std::uint32_t>(tile * plan.n_pha() * 3 * plan.n_bins);
  lists.ends = arena.take<std::uint32_t>(tile * plan.n_pha() * 3 * plan.n_bins);
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
  pair_rank = arena.take<std::uint32_t>(surrogates ? tile * pairs : 0);
  largest = arena.take<float>(plan.surrogate_max ? 0 : tile * plan.n_perm);
  workspace = arena.take<std::byte>(workspace_bytes);
}

}  // namespace pac::cuda
