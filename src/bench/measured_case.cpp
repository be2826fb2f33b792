// One case from its configuration to verified numbers.
#include "bench/measured_case.hpp"

#include <algorithm>
#include <limits>

#include "bench/floor_table.hpp"
#include "bench/verification.hpp"
#include "core/digest.hpp"
#include "core/error.hpp"
#include "measure/sampler.hpp"

namespace pac {
namespace {

/// Collective: rank 0 looks, all know.
void verify(const Workload& work, Gathered& results, MeasuredCase& measured) {
  work.ranks.agree([&] {
    if (!work.ranks.is_root()) return;
    Finding found = recompute_rows(work, results);
    measured.wrong = found.wrong;
    measured.checked = found.checked;
  });
  measured.wrong = work.ranks.broadcast(measured.wrong);
}

void add_rates(const Workload& work, Case& c) {
  const double wall_s = metric_of(c, "wall_s_median");
  const auto n_rows = static_cast<double>(work.n_rows());
  c.metrics.push_back({"rows_per_s", "1/s", n_rows / wall_s});
  c.metrics.push_back({"samples_per_s", "1/s", n_rows * static_cast<double>(work.plan.n_times) / wall_s});
  if (work.plan.n_perm > 0) {
    const auto per_row = static_cast<double>(work.plan.pairs() * work.plan.n_perm);
    c.metrics.push_back({"surrogates_per_s", "1/s", n_rows * per_row / wall_s});
  }
}

void add_numbers(const Workload& work, ShardRunner& runner, double overhead_s, Case& c) {
  const auto number = [](std::int64_t n) { return static_cast<double>(n); };
  c.variables.push_back({"n_rows", "1", number(work.n_rows())});
  c.variables.push_back({"n_times", "1", number(work.plan.n_times)});
  add_time_metrics(c);
  add_rates(work, c);
  c.metrics.push_back({"harness_overhead_s", "s", overhead_s});
  c.metrics.push_back({"fft_planning_s", "s", work.preparation.seconds});
  c.metrics.push_back({"first_read_s", "s", runner.first_read_s()});
  c.metrics.push_back({"rows_per_tile", "1", number(runner.tile())});
  const auto more = [](const MemoryUse& a, const MemoryUse& b) { return a.host_peak_bytes < b.host_peak_bytes; };
  const auto most = std::max_element(c.memory.begin(), c.memory.end(), more);
  c.metrics.push_back({"host_peak_bytes", "byte", number(most->host_peak_bytes)});
  c.results_digest = hexadecimal(runner.results().digest());
  if (runner.results().whole().n_rows != work.n_rows()) return;
  c.metrics.push_back({"pac_mean", "1", mean_pac(runner.results().whole())});
}

/// Collective: rows per second of computing resident rows, and of computing them when they come from host memory, as
/// every tile of a streamed batch does; reading and gathering apart. Metrics of rank 0's case.
void measure_streaming(const Workload& work, ShardRunner& runner, const MeasurePolicy& policy, Case& c) {
  const auto rows_per_s = [&](bool anew) {
    const auto step = [&](std::int64_t) {
      runner.compute_again(anew);
      return std::vector<double>();
    };
    return static_cast<double>(work.n_rows()) / quantile(job_wall_s(measure(work.ranks, policy, step)), 0.5);
  };
  const double resident = rows_per_s(false);
  const double streamed = rows_per_s(true);
  c.metrics.push_back({"resident_rows_per_s", "1/s", resident});
  c.metrics.push_back({"streamed_rows_per_s", "1/s", streamed});
  c.metrics.push_back({"streamed_share", "1", streamed / resident});
}

}  // namespace

MeasuredCase measure_case(const CasePlan& wanted, const Communicator& ranks, ModelFactory& models, Terminal& terminal,
                          const Inspect& inspect) {
  const Config& config = wanted.config;
  MeasurePolicy policy{config.warmups, config.repetitions, config.precision};
  MeasuredCase measured;
  Case& c = measured.numbers;
  c.label = wanted.label;
  c.n_ranks = ranks.size();
  c.variables = wanted.variables;
  c.stages = ShardRunner::stages();
  Workload work(config, ranks, models, wanted.n_batches);
  measured.fs_hz = work.plan.fs_hz;
  ShardRunner runner(config, work, wanted.keep, wanted.most_per_tile, wanted.checkpoint);
  terminal.announce();
  const auto run = [&] {
    const double planned = static_cast<double>(policy.warmups + policy.repetitions);
    const auto step = [&](std::int64_t repetition) {
      const double each = static_cast<double>(repetition) < planned ? wanted.work / planned : 0;
      return runner.pass(repetition, [&](double share) { terminal.advance(each * share); });
    };
    c.samples = measure(ranks, policy, step, SteadyClock{}, [&](std::int64_t done) { runner.keep_pass(done); });
  };
  if (wanted.checkpoint == nullptr) {
    run();
  } else {
    policy.earlier_job_s = wanted.checkpoint->earlier_job_s();
    wanted.checkpoint->guard(run);
    wanted.checkpoint->add_earlier(policy, c.samples);
  }
  c.memory = runner.memory();
  policy.earlier_job_s.clear();
  if (config.verbose && runner.rounds() == 1) measure_streaming(work, runner, policy, c);
  runner.release_model();
  const double overhead_s = harness_overhead_s(ranks, c.stages.size());
  if (!config.no_verify) verify(work, runner.results(), measured);
  ranks.agree([&] {
    if (!ranks.is_root()) return;
    add_numbers(work, runner, overhead_s, c);
    // The slowest rank has the largest shard. The others wait: nothing disturbs what is measured on rank 0's device.
    if (config.verbose) add_floors(models.floors(work.plan, work.longest_shard()), c);
  });
  if (inspect) inspect(work, runner.results(), measured);
  return measured;
}

const Metric* metric_named(const Case& c, const std::string& name) {
  for (const auto* list : {&c.variables, &c.metrics}) {
    const auto found = std::find_if(list->begin(), list->end(), [&](const Metric& m) { return m.name == name; });
    if (found != list->end()) return &*found;
  }
  return nullptr;
}

double metric_of(const Case& c, const std::string& name) {
  const auto found = std::find_if(c.metrics.begin(), c.metrics.end(), [&](const Metric& m) { return m.name == name; });
  return found == c.metrics.end() ? std::numeric_limits<double>::quiet_NaN() : found->value;
}

std::vector<int> rank_counts(int n_ranks) {
  std::vector<int> counts;
  for (int n = 1; n < n_ranks; n *= 2) counts.push_back(n);
  counts.push_back(n_ranks);
  return counts;
}

void on_first(int n, const Communicator& world, const ModelFactory& models,
              const std::function<void(const Communicator& part, ModelFactory& models)>& work) {
  std::int64_t status = 0;
  std::string words;
  if (const std::unique_ptr<Communicator> part = world.first(n)) {
    try {
      const std::unique_ptr<ModelFactory> own = models.within(*part);
      work(*part, *own);
    } catch (const AgreedError& error) {  // all ranks of the part are here
      status = static_cast<std::int64_t>(error.status());
      words = error.what();
    }
  }
  world.quiet_barrier();
  status = world.max(status);
  if (status == 0) return;
  words = world.broadcast(words);
  world.agree([&] { throw Error(static_cast<Exit>(status), words); });
}

}  // namespace pac
