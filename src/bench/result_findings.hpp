// Whether two results say the same: settings, maps and numbers compared, in words for the verdict and in metrics. Times
// and memory are compared in case_ratio.
#pragma once

#include <string>
#include <vector>

#include "bench/result_match.hpp"

namespace pac {

/// What speaks against equality, and what the reader of the verdict should know besides.
struct Findings {
  std::vector<std::string> wrong;
  std::vector<std::string> notes;
  // Labels of cases, without the maps of both results:
  std::vector<std::string> bitwise_equal;
  std::vector<std::string> unknown;      ///< neither digest nor pac_mean in both
  std::vector<std::string> other_means;  ///< with the means
};

/// Signals, bands and definition.
void compare_settings(const Record& a, const Record& b, Findings& findings);

/// The maps of every measure, where both results have them in one size: false where not. Those of the surrogates' mean
/// give a metric, no verdict: their shifts may come from different generators.
bool compare_maps(const Record& a, const Record& b, Findings& findings, std::vector<Metric>& metrics);

/// The numbers of two cases: equal digests are equal results; otherwise the metric pac_mean must agree to the
/// accuracy contract. Where `maps_decide`, gives metrics only.
void compare_numbers(const CasePair& pair, bool maps_decide, Findings& findings, std::vector<Metric>& metrics);

/// Adds a metric, unless it has no value.
void add_known(std::vector<Metric>& metrics, const char* name, double value, const char* unit = "1");

}  // namespace pac
