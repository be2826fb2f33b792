// How much faster, and how much smaller, one case was than another, and what a number of such ratios say together. A
// ratio is of b over a: above 1 where a is the better one.
#pragma once

#include <string>
#include <vector>

#include "measure/record.hpp"

namespace pac {

/// A ratio with its spread. NaN: unknown.
struct Ratio {
  double value = 0;
  double low = 0;
  double high = 0;
};

/// Quartiles of a job's wall time, s: from the samples, or, where there are none, from the metrics wall_s_median,
/// wall_s_q25 and wall_s_q75 (without the last two there is no spread). NaN: unknown.
struct WallTime {
  double q25_s = 0;
  double median_s = 0;
  double q75_s = 0;
};
WallTime wall_time_of(const Case& c);

/// Of the medians; [q25_b / q75_a, q75_b / q25_a].
Ratio time_ratio(const Case& a, const Case& b);

/// Of the largest rank's peak: the device's where both have it, otherwise the host's.
double memory_ratio(const Case& a, const Case& b);

/// Geometric means over the ratios that are known; NaN where none is.
Ratio mean_of(const std::vector<Ratio>& ratios);

enum class Pace { same, faster, slower };

/// Of a beside b: faster where every interval lies above 1.02, or their geometric mean does and no ratio is below 1 /
/// 1.02; slower the other way round.
Pace pace_of(const std::vector<Ratio>& ratios);

}  // namespace pac
