// What a pair's surrogates come to.
#include "model/cpu/surrogate_statistics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace pac::cpu {

void store_statistics(const SurrogateSums& sums, std::int64_t n_perm, MeasureMaps& maps, std::size_t at) {
  constexpr float nan = std::numeric_limits<float>::quiet_NaN();
  const auto count = static_cast<double>(n_perm);
  const float observed = maps.pac[at];
  const bool undefined = std::isnan(observed);
  const double mean = sums.sum / count;
  const double deviation = std::sqrt(std::max(0.0, sums.squares / count - mean * mean));
  maps.surrogate_mean[at] = undefined ? nan : static_cast<float>(mean);
  maps.surrogate_std[at] = undefined ? nan : static_cast<float>(deviation);
  maps.pac_z[at] =
      undefined || !(deviation > 0) ? nan : static_cast<float>((static_cast<double>(observed) - mean) / deviation);
  maps.exceed_count[at] = undefined ? nan : static_cast<float>(sums.reached);
  maps.p_value[at] = undefined ? nan : static_cast<float>((1.0 + sums.reached) / (1.0 + count));
}

}  // namespace pac::cpu
