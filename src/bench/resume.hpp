// Going on with a sweep that was begun before: which of its cases are finished.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "bench/benchmark.hpp"
#include "core/variations.hpp"

namespace pac {

/// Collective. Takes the finished cases of the run's output, where there is one, into the record (on rank 0) and
/// returns their labels on every rank. Throws AgreedError (usage) where the file holds something else than a sweep from
/// the same base configuration on as many ranks.
std::set<std::string> resume(Run& run);

/// Cases in the order in which they are planned, so that a resumed table equals an undisturbed one; others behind them.
void sort_cases(std::vector<Case>& cases, const std::vector<VariedCase>& planned);

}  // namespace pac
