// Whether results are right: rows recomputed alone, the peak at a planted pair.
#pragma once

#include <cstdint>
#include <set>
#include <string>

#include "bench/gathered.hpp"
#include "bench/workload.hpp"
#include "core/config.hpp"

namespace pac {

/// What a look at the results found. `wrong` is empty where all is well.
struct Finding {
  std::string wrong;
  std::string checked;  ///< what was looked at, for the verdict's reason
};

/// Rank 0 only. Recomputes these rows one by one, with one thread; which of them has other bits in `results`, and
/// where. Empty: none.
std::string recompute(const Workload& work, Gathered& results, const std::set<std::int64_t>& rows);

/// Rank 0 only. Recomputes some rows one by one, with one thread, and requires the same bits in the gathered results.
Finding recompute_rows(const Workload& work, Gathered& results);

/// The largest value of the map averaged over rows (rows without a value left out).
struct Peak {
  double value = 0;
  Band pha;
  Band amp;
};
Peak peak_of(const Plan& plan, const Comodulogram& whole);
/// "4.66-7.76 Hz x 74.1-95.3 Hz"
std::string text_of(const Peak& peak);

/// Empty, or how the peak misses every planted pair that the bands cover; asked of synthetic rows.
std::string misplaced(const Config& config, const Plan& plan, const Peak& peak);

/// Mean modulation index of all rows and pairs that have one.
double mean_pac(const Comodulogram& whole);

}  // namespace pac
