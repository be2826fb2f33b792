// What all long rows of a plan share.
#include "model/cpu/long_tables.hpp"

#include <algorithm>
#include <cmath>

#include "core/fir.hpp"

namespace pac::cpu {

LongTables::LongTables(const Plan& plan)
    : geometry(plan),
      transform(geometry.block),
      forward(Transform::complex_forward, geometry.block),
      hilbert(geometry) {
  if (geometry.cropped) {
    cut_ends = std::make_unique<CutEnds>(geometry);
  } else {
    mean = std::make_unique<BoxHilbert>(geometry.period, -geometry.pad, geometry.n_times + geometry.pad);
  }
  add_tiles(plan.pha);
  n_pha_tiles = static_cast<std::int64_t>(tiles.size());
  add_tiles(plan.amp);
}

void LongTables::add_tiles(const std::vector<BandFilter>& filters) {
  const std::vector<std::int32_t>& order = transform.order();
  const auto size = static_cast<std::int64_t>(order.size());
  for (std::size_t first = 0; first < filters.size(); first += lanes) {
    BlockTile& tile = tiles.emplace_back();
    tile.n_lanes = static_cast<int>(std::min<std::size_t>(lanes, filters.size() - first));
    tile.gain = AlignedArray<float>((size + 1) * lanes);
    std::fill_n(tile.gain.data(), (size + 1) * lanes, 0.0F);
    for (std::size_t lane = 0; lane < static_cast<std::size_t>(tile.n_lanes); ++lane) {
      const std::vector<double>& kernel = filters[first + lane].correlation;
      const std::vector<double> gain = zero_phase_gain(kernel, geometry.block);
      for (std::int64_t i = 0; i <= size; ++i) {
        const std::int64_t f = i == size ? size : order[static_cast<std::size_t>(i)];
        tile.gain[i * lanes + static_cast<std::int64_t>(lane)] =
            static_cast<float>(gain[static_cast<std::size_t>(f)] / static_cast<double>(geometry.block));
      }
      tile.at_zero[lane] = gain[0];
      double norm = -std::abs(kernel[0]);
      for (const double tap : kernel) norm += 2 * std::abs(tap);
      tile.norm[lane] = norm;
    }
  }
}

std::int64_t LongTables::bytes() const {
  std::int64_t sum = hilbert.bytes() + (cut_ends ? cut_ends->bytes() : 0);
  for (const BlockTile& tile : tiles) sum += tile.gain.bytes();
  return sum;
}

std::int64_t LongTables::predicted_bytes(const Plan& plan) {
  const LongGeometry g(plan);
  const std::int64_t n_tiles = (plan.n_pha() + lanes - 1) / lanes + (plan.n_amp() + lanes - 1) / lanes;
  return 4 * (n_tiles * (g.block / 2 + 1) * lanes + g.near_length / 2 + g.far_length +
              (g.cropped ? 2 * g.window_length + 2 * 2 * g.pad * CutEnds::n_nodes : 0));
}

void plan_long_transforms(const LongGeometry& g) {
  Fft(Transform::complex_forward, g.block);
  for (const std::int64_t length : {g.near_length, g.far_length}) {
    Fft(Transform::real_forward, length);
    Fft(Transform::real_backward, length);
  }
  if (!g.cropped) return;
  Fft(Transform::complex_forward, g.window_length);
  Fft(Transform::complex_backward, g.window_length);
}

}  // namespace pac::cpu
