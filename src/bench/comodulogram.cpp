// Benchmark `comodulogram`: is the map right, and the same on N ranks as on one? The whole workflow on a recording or a
// synthetic batch, then verified: rows recomputed alone on one rank must be bitwise equal, a planted pair must be the
// map's peak.
#include "bench/benchmark.hpp"
#include "bench/checkpoint.hpp"
#include "bench/measured_case.hpp"
#include "bench/plan_text.hpp"
#include "bench/verification.hpp"
#include "io/npy_writer.hpp"

namespace pac {

void run_comodulogram(Run& run) {
  const Config& config = run.config;
  Record& record = run.record;
  const auto models = open_models(config, run.world);
  if (config.dry_run) return print_plan(run, *models, {});
  const auto look = [&](const Workload& work, Gathered& results, MeasuredCase& measured) {
    work.describe(record);
    run.world.agree([&] {
      if (config.save_signals.empty() || !run.world.is_root()) return;
      write_npy(*work.source, config.save_signals, config.overwrite, "--save-signals");
    });
    if (!run.world.is_root()) return;
    record.comodulogram = std::move(results.whole());
    const Peak peak = peak_of(work.plan, record.comodulogram);
    measured.numbers.metrics.push_back({"peak_pac", "1", peak.value});
    std::string wrong = measured.wrong;
    if (wrong.empty() && config.input.empty() && !config.no_verify) wrong = misplaced(config, work.plan, peak);
    const std::string checked = config.no_verify ? "not verified (--no-verify)" : measured.checked;
    record.verdict = !wrong.empty() ? Verdict::failed : config.no_verify ? Verdict::skipped : Verdict::passed;
    record.reason = wrong.empty() ? checked + "; peak at " + text_of(peak) : wrong;
  };
  describe_ranks(*models, run.world, record);
  Checkpoint checkpoint(run);
  const CasePlan whole{.label = record.benchmark, .config = config, .checkpoint = &checkpoint};
  MeasuredCase measured = measure_case(whole, run.world, *models, run.terminal, look);
  if (checkpoint.seconds() > 0) measured.numbers.metrics.push_back({"checkpoint_s", "s", checkpoint.seconds()});
  record.cases.push_back(measured.numbers);
}

}  // namespace pac
