// Taking memory for a comodulogram, and its digest.
#include "core/comodulogram.hpp"

#include <bit>

#include "core/digest.hpp"

namespace pac {

void Comodulogram::allocate(std::int64_t rows, std::int64_t pha, std::int64_t amp, std::int64_t bins, bool statistics,
                            bool distribution) {
  n_rows = rows;
  n_pha = pha;
  n_amp = amp;
  n_bins = bins;
  const auto values = static_cast<std::size_t>(rows * pha * amp);
  pac.assign(values, 0);
  preferred_phase.assign(values, 0);
  quality.assign(values, 0);
  for (auto* map : {&pac_z, &surrogate_mean, &surrogate_std, &p_value}) map->assign(statistics ? values : 0, 0);
  amplitude_distribution.assign(distribution ? values * static_cast<std::size_t>(bins) : 0, 0);
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
