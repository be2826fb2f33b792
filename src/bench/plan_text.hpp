// --dry-run: what would be computed, with how many bytes.
#pragma once

#include <vector>

#include "bench/benchmark.hpp"
#include "bench/measured_case.hpp"

namespace pac {

/// Collective. Prints the plan of a configuration, and the cases that a benchmark would measure with their rows (those
/// that it can name before it has measured any).
void print_plan(Run& run, ModelFactory& models, const std::vector<CasePlan>& cases);

}  // namespace pac
