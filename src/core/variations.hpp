// The cases of a sweep: which options vary, over which values, in which order. Pure; nothing is computed here.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "core/config.hpp"

namespace pac {

/// One case: the base configuration with some options set to other values.
struct VariedCase {
  std::string label;  ///< "base", "n_perm=200", "n_perm=200 fs=256"
  Config config;
  std::vector<std::pair<std::string, double>>
      variables;  ///< every numeric option that the sweep varies: its value here
};

/// Options that a sweep may vary, as fields spell them: numbers, choices and flags of signals, bands, PAC and engine.
std::vector<std::string> names_that_vary();

/// gPAC's axes (its benchmark/parameter_sweep at commit 628d5a5), every second value with `quick`.
std::vector<Variation> default_variations(bool quick);

/// The cases of config.vary, or of the default axes where it is empty: the base case, then one option at a time (values
/// that the base has are not repeated), or every combination with full_grid; in an order drawn from `seed` with
/// shuffle. Throws Error (usage) for an option that does not exist, cannot vary (text, lists, output, measuring), has
/// no effect on the given input, or a value that is not of its type. Whether a value makes sense is seen when its case
/// runs.
std::vector<VariedCase> varied_cases(const Config& config);

}  // namespace pac
