// What all rows share on the device.
#include "model/cuda/device_tables.hpp"

#include <algorithm>
#include <cstring>
#include <thread>
#include <vector>

#include "core/fir.hpp"
#include "model/cuda/arena.hpp"
#include "model/cuda/cuda_check.hpp"
#include "model/row_tables.hpp"

namespace pac::cuda {
namespace {

/// Gains [band, rounded up to pairs where bands are paired][L / 2 + 1]. Extended: doubled where a frequency's mirror
/// image is left out.
std::vector<float> gains(const std::vector<BandFilter>& filters, const BandFamily& family, bool pairs) {
  const std::int64_t n_frequencies = family.n_frequencies();
  const std::int64_t bands = pairs ? 2 * family.n_units : family.n_bands;
  std::vector<float> all(static_cast<std::size_t>(bands * n_frequencies));
  const auto one = [&](std::size_t band) {
    const std::vector<double> gain = zero_phase_gain(filters[band].correlation, family.length);
    float* const out = all.data() + static_cast<std::int64_t>(band) * n_frequencies;
    for (std::int64_t f = 0; f < n_frequencies; ++f) {
      const bool own_mirror = f == 0 || 2 * f == family.length;
      const double sides = pairs || own_mirror ? 1 : 2;
      out[f] = static_cast<float>(gain[static_cast<std::size_t>(f)] * sides / static_cast<double>(family.length));
    }
  };
  const std::size_t workers = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, 8);
  std::vector<std::jthread> team;
  for (std::size_t w = 0; w < workers; ++w) {
    team.emplace_back([&, w] {
      for (std::size_t band = w; band < filters.size(); band += workers) one(band);
    });
  }
  team.clear();  // joins
  return all;
}

}  // namespace

DeviceTables::DeviceTables(const Plan& plan, const Geometry& geometry) {
  const PhaseEdgeTable phase = phase_edge_table(plan.n_bins);
  const std::vector<float> pha_gain = gains(plan.pha, geometry.pha, geometry.pairs);
  const std::vector<float> amp_gain = gains(plan.amp, geometry.amp, geometry.pairs);
  const std::vector<float> pha_box = box_spectrum(plan, geometry.pha.length, geometry.pha.pad);
  const std::vector<float> amp_box = box_spectrum(plan, geometry.amp.length, geometry.amp.pad);
  const auto roots = [&](bool wanted, std::int64_t length) {
    const std::vector<kernels::Complex> all = kernels::transform_roots(wanted ? length : 0);
    std::vector<float> parts;
    for (const kernels::Complex z : all) parts.insert(parts.end(), {z.re, z.im});
    return parts;
  };
  const std::vector<float> pha_roots = roots(geometry.fused, geometry.pha.length);
  const std::vector<float> amp_roots = roots(geometry.fused, geometry.amp.length);
  const std::vector<float> hilbert_roots = roots(geometry.fused && geometry.pairs, geometry.hilbert_length);
  const std::vector<float>* const arrays[] = {&pha_gain,        &amp_gain,        &pha_box,       &amp_box,
                                              &phase.lower_cot, &phase.upper_cot, &phase.bin_cos, &phase.bin_sin,
                                              &pha_roots,       &amp_roots,       &hilbert_roots};
  const float* places[std::size(arrays)];
  const auto lay_out = [&](Arena& arena) {
    for (std::size_t i = 0; i < std::size(arrays); ++i) places[i] = arena.take<float>(std::ssize(*arrays[i]));
  };
  Arena count;
  lay_out(count);
  memory_ = DeviceMemory(count.bytes());
  Arena cut(memory_.as());
  lay_out(cut);
  for (std::size_t i = 0; i < std::size(arrays); ++i) {
    check(cudaMemcpy(const_cast<float*>(places[i]), arrays[i]->data(), arrays[i]->size() * sizeof(float),
                     cudaMemcpyHostToDevice),
          "copy filter tables to the device");
  }
  pha = {places[0], reinterpret_cast<const kernels::Complex*>(places[2]), {}};
  amp = {places[1], reinterpret_cast<const kernels::Complex*>(places[3]), {}};
  const bool same_edges = plan.n_bins % 2 == 0;  // then all lanes of a warp read the same ones
  edges = {places[4], same_edges ? places[4] : places[5], static_cast<int>(phase.lower_cot.size()), phase.upper_base};
  bin_cos = places[6];
  bin_sin = places[7];
  const auto stages = [&](std::int64_t length, const float* all) {
    kernels::TransformStages own = kernels::TransformStages::of(length);
    own.roots = reinterpret_cast<const kernels::Complex*>(all);
    return own;
  };
  if (!geometry.fused) return;
  pha.filter = stages(geometry.pha.length, places[8]);
  amp.filter = stages(geometry.amp.length, places[9]);
  if (geometry.pairs) hilbert = stages(geometry.hilbert_length, places[10]);
}

}  // namespace pac::cuda
