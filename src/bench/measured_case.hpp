// One case from its configuration to verified numbers: the one path of every benchmark.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "bench/gathered.hpp"
#include "bench/shard_runner.hpp"
#include "bench/terminal.hpp"
#include "bench/workload.hpp"
#include "measure/record.hpp"

namespace pac {

/// What to measure.
struct CasePlan {
  std::string label{};
  Config config{};
  std::int64_t n_batches = 0;  ///< batch items; 0: as the signals have
  std::vector<Metric> variables{};
  Keep keep = Keep::all;
  std::int64_t most_per_tile = 0;    ///< rows that a rank may hold at once; 0: as many as the plan allows
  double work = 1;                   ///< share of the progress bar
  Checkpoint* checkpoint = nullptr;  ///< keeps finished rows of a case that may be long
};

/// What came of it, on rank 0. Other ranks have `wrong` only.
struct MeasuredCase {
  Case numbers;
  double fs_hz = 0;     ///< of the rows; on every rank
  std::string wrong;    ///< what a verification found; such numbers are not shown
  std::string checked;  ///< what it looked at
};

/// Called on all ranks when everything is measured and verified, before the case's memory goes.
using Inspect = std::function<void(const Workload& work, Gathered& results, MeasuredCase& measured)>;

/// Collective over `ranks`. Takes memory, measures by the configuration's policy, recomputes rows (unless no_verify),
/// fills in times, rates, memory, digest and (verbose) the stages' floors. Throws AgreedError.
MeasuredCase measure_case(const CasePlan& wanted, const Communicator& ranks, ModelFactory& models, Terminal& terminal,
                          const Inspect& inspect = {});

/// The variable or metric of that name; nothing where there is none.
const Metric* metric_named(const Case& c, const std::string& name);

/// The metric of that name; NaN where there is none.
double metric_of(const Case& c, const std::string& name);

/// Counts of ranks to measure: 1, 2, 4 .. and all.
std::vector<int> rank_counts(int n_ranks);

/// Collective over `world`. Runs `work` on the first n ranks, as a communicator of their own, with models that gather
/// there; the others wait without using their cores. Its failures become those of all ranks.
void on_first(int n, const Communicator& world, const ModelFactory& models,
              const std::function<void(const Communicator& part, ModelFactory& models)>& work);

}  // namespace pac
