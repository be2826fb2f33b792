// Benchmark `throughput`: how many rows per second when the batch grows with the ranks? Finds the best batch for one
// rank, then keeps half, one, two and four times of it on every rank while their number grows: weak scaling.
#include <algorithm>
#include <cmath>

#include "bench/benchmark.hpp"
#include "bench/case_list.hpp"
#include "bench/plan_text.hpp"

namespace pac {
namespace {

std::vector<std::int64_t> candidates(bool quick) {
  return quick ? std::vector<std::int64_t>{8, 16} : std::vector<std::int64_t>{8, 16, 24, 32, 48, 64, 96, 128};
}

std::vector<double> shares(bool quick) {
  return quick ? std::vector<double>{0.5, 1} : std::vector<double>{0.5, 1, 2, 4};
}

CasePlan plan_of(const Config& config, const std::string& label, std::int64_t per_rank, int n) {
  CasePlan one;
  one.label = label;
  one.config = config;
  one.n_batches = per_rank * n;
  one.variables = {{"batch_per_rank", "1", static_cast<double>(per_rank)},
                   {"batch_size", "1", static_cast<double>(one.n_batches)}};
  one.work = static_cast<double>(per_rank);
  return one;
}

std::string search_label(std::int64_t batch) { return "batch " + to_text(batch); }

/// The batch with the most rows per second; the smallest of those within a hundredth of it, which is noise. Rank 0's.
std::int64_t best_batch(const CaseList& list, const std::vector<std::int64_t>& sizes) {
  const auto rate = [&](std::int64_t size) { return metric_of(list.finished(search_label(size), 1), "rows_per_s"); };
  double most = 0;
  for (const std::int64_t size : sizes) most = std::max(most, rate(size));
  return *std::find_if(sizes.begin(), sizes.end(), [&](std::int64_t size) { return rate(size) >= 0.99 * most; });
}

}  // namespace

void run_throughput(Run& run) {
  const Config& config = run.config;
  const auto models = open_models(config, run.world);
  const std::vector<std::int64_t> sizes = candidates(config.quick);
  std::vector<CasePlan> searched;
  for (const std::int64_t size : sizes) searched.push_back(plan_of(config, search_label(size), size, 1));
  if (config.dry_run) return print_plan(run, *models, searched);
  describe_ranks(*models, run.world, run.record);
  run.terminal.table(
      {"batch_per_rank", "n_rows", "wall_s_median", "rows_per_s", "samples_per_s", "surrogates_per_s", "efficiency"});
  const std::vector<int> counts = rank_counts(run.world.size());
  CaseList list(run);
  double work = 0;
  for (const CasePlan& one : searched) work += one.work;
  run.terminal.expect(work);
  for (const CasePlan& one : searched) {
    list.measure(one, 1, *models);
    if (list.failed()) return;
  }
  std::int64_t best = run.world.is_root() ? best_batch(list, sizes) : 0;
  best = run.world.max(best);
  run.terminal.note("best batch for one rank: " + to_text(best));
  work = 0;
  for (const double share : shares(config.quick)) work += share * static_cast<double>(best * std::ssize(counts));
  run.terminal.expect(work);
  for (const double share : shares(config.quick)) {
    const std::int64_t per_rank = std::max<std::int64_t>(1, std::llround(share * static_cast<double>(best)));
    for (const int n : counts) {
      list.measure(plan_of(config, "weak x" + to_text(share), per_rank, n), n, *models, [&](MeasuredCase& measured) {
        const double rate = metric_of(measured.numbers, "rows_per_s");
        const double alone = n == 1 ? rate : metric_of(list.finished(measured.numbers.label, 1), "rows_per_s");
        measured.numbers.metrics.push_back({"efficiency", "1", rate / (n * alone)});
      });
      if (list.failed()) return;
    }
  }
  list.pass("best batch for one rank " + to_text(best));
}

}  // namespace pac
