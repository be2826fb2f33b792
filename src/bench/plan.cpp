// Benchmark `plan`: how long will it take on N ranks, and what binds? Computes no row: predicts from a finished run's
// times (scaling_reference) what each of --ranks would take, for its work or another amount of it (scaling_inputs).
#include "bench/benchmark.hpp"
#include "bench/result_file.hpp"
#include "bench/scaling_costs.hpp"
#include "bench/scaling_inputs.hpp"
#include "bench/scaling_reference.hpp"
#include "core/error.hpp"
#include "io/result_reader.hpp"
#include "model/stages.hpp"

namespace pac {
namespace {

double number(std::int64_t n) { return static_cast<double>(n); }

std::string bound_text(Bound bound, bool synthetic) {
  switch (bound) {
    case Bound::compute:
      return "compute";
    case Bound::shared_cores:
      return "shared cores";
    case Bound::too_few_rows:
      return "too few rows";
    case Bound::reading:
      return synthetic ? "making rows" : "reading files";
    case Bound::upload:
      return "upload";
    case Bound::memory:
      return "copying results";
    case Bound::network:
      return "network";
    case Bound::latency:
      return "latency";
    case Bound::writing:
      break;
  }
  return "writing on rank 0";
}

/// One number of ranks, with its times and its efficiency beside `alone`, the same on one rank.
Case predicted_case(std::int64_t ranks, const ScalingInputs& wanted, const ScalingCosts& costs) {
  const std::int64_t rows = wanted.shape.n_rows();
  const ScalingPrediction alone = predict(rows, 1, wanted.nodes, costs);
  const ScalingPrediction p = predict(rows, ranks, wanted.nodes, costs);
  Case out;
  out.label = "bound by " + bound_text(p.bound, !costs.shared_reading);
  out.n_ranks = ranks;
  out.variables = {{"n_rows", "1", number(rows)},
                   {"n_times", "1", number(wanted.plan.n_times)},
                   {"ranks_per_node", "1", number(wanted.nodes.ranks_per_node)},
                   {"cores_per_node", "1", number(wanted.nodes.cores_per_node)},
                   {"threads", "1", number(wanted.nodes.threads)}};
  std::vector<Metric>& m = out.metrics;
  m = {{"read_s", "s", p.read_s}, {"upload_s", "s", p.upload_s}, {"compute_s", "s", p.compute_s}};
  for (std::size_t s = 0; s < n_row_stages; ++s) m.push_back({std::string(stage_names[s]) + "_s", "s", p.stage_s[s]});
  m.push_back({"gather_s", "s", p.gather_s});
  m.push_back({"write_s", "s", p.write_s});
  m.push_back({"job_s", "s", p.job_s});
  m.push_back({"efficiency", "1", alone.job_s / p.job_s / number(ranks)});
  m.push_back({"wall_s", "s", p.wall_s});
  m.push_back({"wall_efficiency", "1", alone.wall_s / p.wall_s / number(ranks)});
  m.push_back({"bound_share", "1", p.bound_share});
  m.push_back({"result_bytes", "byte", number(rows * costs.result_bytes_per_row)});
  return out;
}

}  // namespace

void run_plan(Run& run) {
  Record& record = run.record;
  const std::string& from = run.config.from;
  std::vector<std::string> assumptions;
  run.world.agree([&] {
    if (from.empty())
      throw Error(Exit::usage, "--from: not given; name the result file of a finished run to plan from");
    if (!run.world.is_root()) return;
    refuse_own_input(from, run.result.path());
    const ScalingReference measured = scaling_reference(read_result(from), from);
    const ScalingInputs wanted = scaling_inputs(measured, run.config);
    const ScalingCosts costs = scaling_costs(measured, wanted);
    assumptions = assumptions_of(measured, wanted, costs);
    for (const std::int64_t ranks : run.config.ranks) record.cases.push_back(predicted_case(ranks, wanted, costs));
    record.config = wanted.config;
    record.shape = wanted.shape;
    record.reason = "predicted from " + from + "; nothing was computed";
    for (const std::string& line : assumptions) {
      record.provenance["assumptions"] += (record.provenance["assumptions"].empty() ? "" : "; ") + line;
    }
  });
  for (const std::string& line : assumptions) run.terminal.note("assumed   " + line);
  run.terminal.table(
      {"read_s", "compute_s", "gather_s", "write_s", "job_s", "efficiency", "wall_s", "wall_efficiency"});
  for (const Case& c : record.cases) run.terminal.line(c);
}

}  // namespace pac
