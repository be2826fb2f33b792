// Numbers from samples.
#include "measure/statistics.hpp"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <map>

namespace pac {
namespace {

std::vector<double> maxima(const std::vector<Sample>& samples, const std::function<double(const Sample&)>& value) {
  std::map<std::int64_t, double> by_repetition;
  for (const Sample& sample : samples) {
    if (sample.warmup) continue;
    const auto [place, added] = by_repetition.emplace(sample.repetition, value(sample));
    if (!added) place->second = std::max(place->second, value(sample));
  }
  std::vector<double> list;
  for (const auto& [repetition, most] : by_repetition) list.push_back(most);
  return list;
}

}  // namespace

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::sort(values.begin(), values.end());
  const double place = q * static_cast<double>(values.size() - 1);
  const auto low = static_cast<std::size_t>(std::floor(place));
  const std::size_t high = std::min(low + 1, values.size() - 1);
  return values[low] + (place - static_cast<double>(low)) * (values[high] - values[low]);
}

double median_uncertainty(std::vector<double> values) {
  if (values.size() < 5) return std::numeric_limits<double>::infinity();
  std::sort(values.begin(), values.end());
  const double n = static_cast<double>(values.size());
  const double half = 1.959964 * std::sqrt(n) / 2;  // of the binomial distribution of ranks around n / 2
  const auto low = static_cast<std::size_t>(std::max(0.0, std::floor(n / 2 - half) - 1));
  const auto high = static_cast<std::size_t>(std::min(n - 1, std::ceil(n / 2 + half)));
  return (values[high] - values[low]) / 2 / quantile(values, 0.5);
}

std::vector<double> job_wall_s(const std::vector<Sample>& samples) {
  return maxima(samples, [](const Sample& sample) { return sample.wall_s; });
}

std::vector<double> job_stage_s(const std::vector<Sample>& samples, std::size_t stage) {
  return maxima(samples, [stage](const Sample& sample) { return sample.stage_s[stage]; });
}

void add_time_metrics(Case& c) {
  const std::vector<double> wall = job_wall_s(c.samples);
  const double median = quantile(wall, 0.5);
  c.metrics.push_back({"wall_s_median", "s", median});
  c.metrics.push_back({"wall_s_min", "s", quantile(wall, 0)});
  c.metrics.push_back({"wall_s_max", "s", quantile(wall, 1)});
  c.metrics.push_back({"wall_s_q25", "s", quantile(wall, 0.25)});
  c.metrics.push_back({"wall_s_q75", "s", quantile(wall, 0.75)});
  c.metrics.push_back({"wall_s_p95", "s", quantile(wall, 0.95)});
  c.metrics.push_back({"wall_relative_spread", "1", (quantile(wall, 0.75) - quantile(wall, 0.25)) / median});
  c.metrics.push_back({"wall_median_uncertainty", "1", median_uncertainty(wall)});
  c.metrics.push_back({"repetitions", "1", static_cast<double>(wall.size())});
  for (std::size_t s = 0; s < c.stages.size(); ++s) {
    c.metrics.push_back({c.stages[s] + "_s_median", "s", quantile(job_stage_s(c.samples, s), 0.5)});
  }
}

}  // namespace pac
