// What a row's surrogates say about all its pairs of bands together.
#include "core/row_inference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

namespace pac {

void infer_row(MeasureMaps& maps, std::int64_t row, std::int64_t pairs, std::span<const float> largest) {
  const auto first = static_cast<std::size_t>(row * pairs);
  const auto part = [&](std::vector<float>& map) {
    return std::span(map).subspan(first, static_cast<std::size_t>(pairs));
  };
  const std::span<float> pac = part(maps.pac);
  const std::span<float> count = part(maps.exceed_count);
  const std::span<float> p_maxstat = part(maps.p_maxstat);
  const std::span<float> q_fdr = part(maps.q_fdr);
  const double all = 1.0 + static_cast<double>(largest.size());

  std::vector<float> ascending(largest.begin(), largest.end());
  std::erase_if(ascending, [](float x) { return std::isnan(x); });
  std::sort(ascending.begin(), ascending.end());
  std::vector<std::size_t> defined;
  for (std::size_t i = 0; i < pac.size(); ++i) {
    p_maxstat[i] = q_fdr[i] = std::numeric_limits<float>::quiet_NaN();
    if (std::isnan(pac[i])) continue;
    defined.push_back(i);
    const auto reached = ascending.end() - std::lower_bound(ascending.begin(), ascending.end(), pac[i]);
    p_maxstat[i] = static_cast<float>((1.0 + static_cast<double>(reached)) / all);
  }

  std::sort(defined.begin(), defined.end(), [&](std::size_t a, std::size_t b) { return count[a] < count[b]; });
  const auto m = static_cast<double>(defined.size());
  double least = 1;
  for (std::size_t end = defined.size(); end > 0;) {  // from the largest p down, equal ones together
    std::size_t begin = end - 1;
    const double own = static_cast<double>(count[defined[begin]]);
    while (begin > 0 && static_cast<double>(count[defined[begin - 1]]) == own) --begin;
    least = std::min(least, (1.0 + own) * m / (all * static_cast<double>(end)));
    for (std::size_t i = begin; i < end; ++i) q_fdr[defined[i]] = static_cast<float>(least);
    end = begin;
  }
}

}  // namespace pac
