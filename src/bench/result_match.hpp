// What makes two results comparable: the same signals, bands and definition, and cases that belong together. Numbers
// and times are compared elsewhere (compare.cpp, case_ratio).
#pragma once

#include <string>
#include <vector>

#include "measure/record.hpp"

namespace pac {

/// What differs between the signals of two results, each as "name: value of a and value of b"; empty: the same signals.
/// Digests decide where both have one; otherwise the options that make or choose the signals do.
std::vector<std::string> signal_differences(const Record& a, const Record& b);
/// Whether digests decided.
bool have_signal_digests(const Record& a, const Record& b);

/// The same of the bands (edges to 1e-9 of their value; unknown ones are not compared).
std::vector<std::string> band_differences(const Record& a, const Record& b);

/// The same of the definition of the modulation index, and of the surrogates where both have maps of their statistics.
std::vector<std::string> work_differences(const Record& a, const Record& b);  ///< in what is computed of a row
std::vector<std::string> definition_differences(const Record& a, const Record& b);

/// A case of either result, never null.
struct CasePair {
  const Case* a = nullptr;
  const Case* b = nullptr;
};

struct CaseMatch {
  std::vector<CasePair> pairs;      ///< in the order of a
  std::vector<std::string> only_a;  ///< labels, with their ranks
  std::vector<std::string> only_b;
};

/// Cases with equal label and number of ranks belong together; then those whose label occurs once in either result,
/// whatever their ranks.
CaseMatch match_cases(const std::vector<Case>& a, const std::vector<Case>& b);

}  // namespace pac
