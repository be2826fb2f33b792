// Benchmark `vram`: how large a batch fits, at how many bytes per row? The planner's prediction beside measured memory;
// the largest resident batch per rank by bisection, agreed by all ranks at each step; then a batch ten times as large,
// streamed, with the same results where the two overlap.
#include "bench/benchmark.hpp"
#include "bench/case_list.hpp"
#include "bench/memory_search.hpp"
#include "bench/plan_text.hpp"

namespace pac {
namespace {

constexpr std::int64_t beyond = 10;              ///< how much larger than the resident batch the streamed one is
constexpr std::uint64_t quick_limit = 80 << 20;  ///< bytes a rank, with --quick and no --mem-limit

}  // namespace

void run_vram(Run& run) {
  Config config = run.config;
  if (config.quick && config.mem_limit.value == 0) config.mem_limit.value = quick_limit;
  const auto models = open_models(config, run.world);
  if (config.dry_run) return print_plan(run, *models, {});
  describe_ranks(*models, run.world, run.record);
  run.terminal.table({"batch_per_rank", "n_rows", "predicted_bytes", "measured_bytes", "prediction_error",
                      "bytes_per_row", "rows_per_s"});
  CaseList list(run);
  std::int64_t largest = 0;
  std::int64_t refused = 0;
  std::vector<std::uint64_t> resident;  // digest of each row; rank 0's
  const auto measure = [&](const std::string& label, std::int64_t n_batches, int n, const Inspect& inspect) {
    CasePlan one{
        label, config, n_batches, {{"batch_per_rank", "1", static_cast<double>(n_batches) / n}}, Keep::digests};
    if (label == "streamed") one.config.warmups = 0;
    if (label == "streamed") one.config.repetitions = 1;
    const auto look = [&](const Workload& work, Gathered& results, MeasuredCase& measured) {
      if (run.world.is_root()) inspect(work, results, measured);
    };
    list.measure(
        one, n, *models, [&](MeasuredCase& measured) { judge_memory(config, measured); }, look);
  };
  for (const int n : rank_counts(run.world.size())) {
    on_first(n, run.world, *models, [&](const Communicator& part, ModelFactory& own) {
      const Workload work(config, part, own, part.size());
      const LargestBatch found = largest_batch(config, work);
      largest = found.per_rank;
      refused += found.refused_by_system;
    });
    largest = run.world.max(run.world.is_root() ? largest : 0);
    measure("resident", largest * n, n, [&](const Workload& work, Gathered& results, MeasuredCase&) {
      resident.clear();
      for (std::int64_t row = 0; row < work.n_rows(); ++row) resident.push_back(results.digest_of(row));
    });
    if (list.failed()) return;
  }
  measure("streamed", beyond * largest * run.world.size(), run.world.size(),
          [&](const Workload&, Gathered& results, MeasuredCase& measured) {
            for (std::size_t row = 0; row < resident.size() && measured.wrong.empty(); ++row) {
              if (resident[row] == results.digest_of(static_cast<std::int64_t>(row))) continue;
              measured.wrong =
                  "row " + to_text(static_cast<std::int64_t>(row)) + " streamed differs from the same row resident";
            }
          });
  if (list.failed()) return;
  list.pass("a rank holds " + to_text(largest) + " batch items" +
            (refused > 0 ? " (the system refused memory " + to_text(refused) + " times on the way)" : "") + "; " +
            to_text(beyond) + " times as many streamed, with the same results");
}

}  // namespace pac
