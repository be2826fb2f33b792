// Taking memory for a comodulogram, and its digest.
#include "core/comodulogram.hpp"

#include <algorithm>
#include <array>
#include <bit>

#include "core/digest.hpp"

namespace pac {

const char* name_of(Measure measure) {
  static constexpr std::array names{"mi", "mvl", "ndpac", "plv", "hr"};
  return names.at(static_cast<std::size_t>(measure));
}

const char* long_name_of(Measure measure) {
  static constexpr std::array names{"modulation index", "mean vector length", "normalised direct PAC",
                                    "phase-locking value", "heights ratio"};
  return names.at(static_cast<std::size_t>(measure));
}

bool MapShape::has(Measure measure) const {
  return std::find(measures.begin(), measures.end(), measure) != measures.end();
}

std::int64_t MapShape::bytes_per_row() const {
  const std::int64_t per_measure = maps_per_measure() * pairs() + (surrogate_max ? n_perm : 0);
  const std::int64_t values =
      static_cast<std::int64_t>(measures.size()) * per_measure + pairs() * (1 + (distributions ? n_bins : 0));
  return values * static_cast<std::int64_t>(sizeof(float)) + pairs();
}

void Comodulogram::allocate(std::int64_t rows, const MapShape& shape) {
  n_rows = rows;
  n_pha = shape.n_pha;
  n_amp = shape.n_amp;
  n_bins = shape.n_bins;
  n_perm = shape.n_perm;
  const auto values = static_cast<std::size_t>(rows * shape.pairs());
  others.assign(shape.measures.size() - 1, {});
  for (std::size_t m = 0; m < shape.measures.size(); ++m) {
    MeasureMaps& maps = of(m);
    maps.measure = shape.measures[m];
    maps.pac.assign(values, 0);
    for (auto* map : statistics_of(maps)) map->assign(n_perm > 0 ? values : 0, 0);
    maps.surrogate_max.assign(shape.surrogate_max ? static_cast<std::size_t>(rows * n_perm) : 0, 0);
  }
  preferred_phase.assign(values, 0);
  quality.assign(values, 0);
  amplitude_distribution.assign(shape.distributions ? values * static_cast<std::size_t>(n_bins) : 0, 0);
}

std::uint64_t row_digest(const Comodulogram& c, std::int64_t row, std::int64_t global_row) {
  Digest digest;
  digest.add(static_cast<std::uint64_t>(global_row));
  for_each_map(c, [&](const char*, const std::vector<float>& values, std::int64_t width) {
    for (std::int64_t i = row * width; i < (row + 1) * width; ++i) {
      digest.add(std::bit_cast<std::uint32_t>(values[static_cast<std::size_t>(i)]), 4);
    }
  });
  for (std::int64_t i = row * c.pairs(); i < (row + 1) * c.pairs(); ++i) {
    digest.add(c.quality[static_cast<std::size_t>(i)], 1);
  }
  return digest.value();
}

}  // namespace pac
