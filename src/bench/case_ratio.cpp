// See case_ratio.hpp.
#include "bench/case_ratio.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "bench/measured_case.hpp"
#include "measure/statistics.hpp"

namespace pac {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();
constexpr double noticeable = 1.02;

double largest_bytes(const Case& c, std::int64_t MemoryUse::*bytes) {
  std::int64_t most = -1;
  for (const MemoryUse& use : c.memory) most = std::max(most, use.*bytes);
  return most > 0 ? static_cast<double>(most) : unknown;
}

bool is_known(const Ratio& ratio) { return std::isfinite(ratio.value) && ratio.value > 0; }

/// The ratio of a over b.
Ratio turned(const Ratio& ratio) { return {1 / ratio.value, 1 / ratio.high, 1 / ratio.low}; }

bool is_faster(const std::vector<Ratio>& known) {
  if (known.empty()) return false;
  const bool every = std::all_of(known.begin(), known.end(), [](const Ratio& r) { return r.low > noticeable; });
  const bool none_slower =
      std::none_of(known.begin(), known.end(), [](const Ratio& r) { return r.value < 1 / noticeable; });
  return every || (mean_of(known).low > noticeable && none_slower);
}

}  // namespace

WallTime wall_time_of(const Case& c) {
  const std::vector<double> wall_s = job_wall_s(c.samples);
  if (!wall_s.empty()) return {quantile(wall_s, 0.25), quantile(wall_s, 0.5), quantile(wall_s, 0.75)};
  const double median_s = metric_of(c, "wall_s_median");
  const auto quartile = [&](const char* name) {
    const double value = metric_of(c, name);
    return std::isnan(value) ? median_s : value;
  };
  return {quartile("wall_s_q25"), median_s, quartile("wall_s_q75")};
}

Ratio time_ratio(const Case& a, const Case& b) {
  const WallTime of_a = wall_time_of(a);
  const WallTime of_b = wall_time_of(b);
  const Ratio ratio{of_b.median_s / of_a.median_s, of_b.q25_s / of_a.q75_s, of_b.q75_s / of_a.q25_s};
  return is_known(ratio) ? ratio : Ratio{unknown, unknown, unknown};
}

double memory_ratio(const Case& a, const Case& b) {
  const double device =
      largest_bytes(b, &MemoryUse::device_peak_bytes) / largest_bytes(a, &MemoryUse::device_peak_bytes);
  if (!std::isnan(device)) return device;
  return largest_bytes(b, &MemoryUse::host_peak_bytes) / largest_bytes(a, &MemoryUse::host_peak_bytes);
}

Ratio mean_of(const std::vector<Ratio>& ratios) {
  Ratio sum;
  double count = 0;
  for (const Ratio& ratio : ratios) {
    if (!is_known(ratio)) continue;
    sum = {sum.value + std::log(ratio.value), sum.low + std::log(ratio.low), sum.high + std::log(ratio.high)};
    ++count;
  }
  return {std::exp(sum.value / count), std::exp(sum.low / count), std::exp(sum.high / count)};
}

Pace pace_of(const std::vector<Ratio>& ratios) {
  std::vector<Ratio> known, other_way;
  for (const Ratio& ratio : ratios) {
    if (!is_known(ratio)) continue;
    known.push_back(ratio);
    other_way.push_back(turned(ratio));
  }
  if (is_faster(known)) return Pace::faster;
  return is_faster(other_way) ? Pace::slower : Pace::same;
}

}  // namespace pac
