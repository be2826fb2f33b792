// Benchmark `speed`: how much faster do N ranks finish the same batch? Strong scaling inside one job, over 1, 2, 4 .. N
// ranks and multiples of the batch; ranks that are not needed wait without using their cores. The results of every
// number of ranks must be bitwise equal.
#include "bench/benchmark.hpp"
#include "bench/case_list.hpp"
#include "bench/plan_text.hpp"

namespace pac {
namespace {

std::vector<std::int64_t> batch_multipliers(bool quick) {
  return quick ? std::vector<std::int64_t>{1, 2} : std::vector<std::int64_t>{1, 2, 3, 4, 6, 8, 12};
}

std::vector<CasePlan> plans(const Config& config, std::int64_t n_batches) {
  std::vector<CasePlan> list;
  for (const std::int64_t times : batch_multipliers(config.quick)) {
    CasePlan one;
    one.label = "batch x" + to_text(times);
    one.config = config;
    one.n_batches = times * n_batches;
    one.variables = {{"batch_multiplier", "1", static_cast<double>(times)},
                     {"batch_size", "1", static_cast<double>(one.n_batches)}};
    list.push_back(one);
  }
  return list;
}

}  // namespace

void run_speed(Run& run) {
  const auto models = open_models(run.config, run.world);
  const std::vector<CasePlan> cases = plans(run.config, batches_of(run.config, run.world));
  if (run.config.dry_run) return print_plan(run, *models, cases);
  describe_ranks(*models, run.world, run.record);
  run.terminal.table({"n_rows", "wall_s_median", "wall_relative_spread", "rows_per_s", "speedup", "efficiency"});
  const std::vector<int> counts = rank_counts(run.world.size());
  double work = 0;
  for (const CasePlan& one : cases) {
    for (const int n : counts) work += static_cast<double>(one.n_batches) / n;
  }
  run.terminal.expect(work);
  CaseList list(run);
  for (CasePlan one : cases) {
    for (const int n : counts) {
      one.work = static_cast<double>(one.n_batches) / n;
      list.measure(one, n, *models, [&](MeasuredCase& measured) {
        Case& c = measured.numbers;
        const Case& alone = n == 1 ? c : list.finished(one.label, 1);
        const double speedup = metric_of(alone, "wall_s_median") / metric_of(c, "wall_s_median");
        c.metrics.push_back({"speedup", "1", speedup});
        c.metrics.push_back({"efficiency", "1", speedup / n});
        if (measured.wrong.empty() && c.results_digest != alone.results_digest) {
          measured.wrong = "results of " + to_text(std::int64_t{n}) + " ranks differ from those of one";
        }
      });
      if (list.failed()) return;
    }
  }
  list.pass(to_text(std::ssize(cases)) + " batches" +
            (counts.size() > 1 ? ", results of 1 to " + to_text(std::int64_t{counts.back()}) + " ranks bitwise equal"
                               : " on one rank: nothing to compare it with"));
}

}  // namespace pac
