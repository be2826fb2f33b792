// Stopping between cases when a signal asks for it, and going on later: which cases of an earlier run are finished.
// Rows of one long case: checkpoint.hpp.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/benchmark.hpp"
#include "core/variations.hpp"

namespace pac {

/// What tells the cases of a run apart.
std::string case_key(const std::string& label, std::int64_t n_ranks);

/// Options that must agree for two runs to be parts of one, as text by name: not those that choose cases of a sweep, or
/// that have no part in what is computed; nor a sampling rate that the input's own replaces.
std::map<std::string, std::string> base_options(const Run& run);

/// Collective. Where the run's output holds an interrupted run: takes its finished cases into the record (on rank 0)
/// and into run.finished. False where it holds a finished one: nothing is left to do. Throws AgreedError (usage) where
/// the file holds something else than a run from the same configuration on as many ranks.
bool resume(Run& run);

/// Collective, when finished work is saved: throws AgreedError (interrupted) where a signal asked the run to stop.
void stop_where_asked(const Run& run);

/// Cases in the order in which they are planned, so that a resumed table equals an undisturbed one; others behind them.
void sort_cases(std::vector<Case>& cases, const std::vector<VariedCase>& planned);

}  // namespace pac
