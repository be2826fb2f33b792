// Numbers from samples: a job's time is the maximum over its ranks; statistics are taken over those maxima.
#pragma once

#include <cstdint>
#include <vector>

#include "measure/record.hpp"

namespace pac {

/// The q-quantile (0..1) of values, linear between neighbours (NumPy's default); NaN where there are none.
double quantile(std::vector<double> values, double q);

/// How well the values know their median: half the width of its 95 % confidence interval from order statistics,
/// relative to the median (Hoefler and Belli 2015, SC '15, rule 6: no normal distribution is assumed); infinite below 5
/// values.
double median_uncertainty(std::vector<double> values);

/// Per measured repetition (warm-ups left out) the maximum over ranks of the wall time, s.
std::vector<double> job_wall_s(const std::vector<Sample>& samples);

/// The same of one stage.
std::vector<double> job_stage_s(const std::vector<Sample>& samples, std::size_t stage);

/// Adds wall_s_median, _min, _max, _q25, _q75, _p95, wall_relative_spread ((q75 - q25) / median),
/// wall_median_uncertainty, repetitions and <stage>_s_median.
void add_time_metrics(Case& c);

}  // namespace pac
