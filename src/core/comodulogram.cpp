// Taking memory for a comodulogram.
#include "core/comodulogram.hpp"

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

}  // namespace pac
