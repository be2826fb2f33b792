// Benchmark `vram`: how large a batch fits, at how many bytes per row? The planner's prediction beside measured memory;
// the largest resident batch per rank by bisection, agreed by all ranks at each step; then a batch ten times as large,
// streamed, with the same results where the two overlap.
#include "bench/benchmark.hpp"
#include "bench/case_list.hpp"
#include "bench/memory_search.hpp"
#include "bench/plan_text.hpp"
#include "core/error.hpp"

namespace pac {
namespace {

constexpr std::int64_t beyond = 10;  ///< how much larger than the resident batch the streamed one is

/// Bytes a rank with --quick and no --mem-limit: what 16 batch items need, or nearly.
std::uint64_t quick_limit(const Config& config, const Communicator& world, ModelFactory& models) {
  const Workload work(config, world, models, world.size());
  const std::int64_t some_items = models.predicted_bytes(work.plan, 16 * work.source->shape().n_channels);
  return static_cast<std::uint64_t>(world.max(program_bytes + some_items));
}

}  // namespace

void run_vram(Run& run) {
  Config config = run.config;
  run.world.agree([&] {
    const std::string option = config.pairing_option();
    if (option.empty()) return;
    throw Error(Exit::usage,
                option + ": rows that share signals have no bytes of their own; see --dry-run of comodulogram");
  });
  const auto models = open_models(config, run.world);
  if (config.quick && config.mem_limit.value == 0) {
    config.mem_limit.value = quick_limit(config, run.world, *models);
  }
  if (config.dry_run) return print_plan(run, *models, {});
  describe_ranks(*models, run.world, run.record);
  run.terminal.table({"batch_per_rank", "n_rows", "predicted_bytes", "measured_bytes", "prediction_error",
                      "bytes_per_row", "rows_per_s"});
  CaseList list(run);
  std::int64_t largest = 0;
  std::int64_t refused = 0;
  std::int64_t n_channels = 0;
  std::vector<std::uint64_t> resident;  // digest of each row; rank 0's
  std::int64_t limit = 0;
  run.world.agree([&] { limit = working_bytes(config, *models); });
  run.terminal.note("limit for rows and results: " + bytes_text(limit) + " a rank" +
                    (config.mem_limit.value > 0 ? "" : ", the backend's own; --mem-limit sets another"));
  const auto plan_of = [&](const std::string& label, std::int64_t per_rank, int n) {
    CasePlan one{.label = label, .config = config, .n_batches = per_rank * n, .keep = Keep::digests};
    one.variables = {{"batch_per_rank", "1", static_cast<double>(per_rank)}};
    return one;
  };
  const auto judge = [&](MeasuredCase& measured) {
    judge_memory(config, measured);
    measured.numbers.metrics.push_back({"limit_bytes", "byte", static_cast<double>(limit)});
  };
  for (const int n : rank_counts(run.world.size())) {
    on_first(n, run.world, *models, [&](const Communicator& part, ModelFactory& own) {
      const Workload work(config, part, own, part.size());
      const LargestBatch found = largest_batch(config, work);
      largest = found.per_rank;
      refused += found.refused_by_system;
    });
    largest = run.world.max(run.world.is_root() ? largest : 0);
    const auto remember = [&](const Workload& work, Gathered& results, MeasuredCase&) {
      n_channels = work.source->shape().n_channels;
      resident.clear();
      for (std::int64_t row = 0; run.world.is_root() && row < work.n_rows(); ++row) {
        resident.push_back(results.digest_of(row));
      }
    };
    list.measure(plan_of("resident", largest, n), n, *models, judge, remember);
    if (list.failed()) return;
  }
  const auto compare = [&](const Workload&, Gathered& results, MeasuredCase& measured) {
    for (std::size_t row = 0; row < resident.size() && measured.wrong.empty(); ++row) {
      if (resident[row] == results.digest_of(static_cast<std::int64_t>(row))) continue;
      measured.wrong =
          "row " + to_text(static_cast<std::int64_t>(row)) + " streamed differs from the same row resident";
    }
  };
  CasePlan streamed = plan_of("streamed", beyond * largest, run.world.size());
  streamed.config.warmups = 0;
  streamed.config.repetitions = 1;
  streamed.most_per_tile = largest * n_channels;
  list.measure(streamed, run.world.size(), *models, judge, compare);
  if (list.failed()) return;
  list.pass("a rank holds " + to_text(largest) + " batch items" +
            (refused > 0 ? " (the system refused memory " + to_text(refused) + " times on the way)" : "") + "; " +
            to_text(beyond) + " times as many streamed, with the same results");
}

}  // namespace pac
