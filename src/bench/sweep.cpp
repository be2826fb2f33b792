// Benchmark `sweep`: how does each parameter act? One option at a time from a base case, or every combination. Each
// case is saved when done; a rerun with the same output goes on where the file stands; a case that cannot be computed
// is recorded with its reason, and tried again by a rerun.
#include <algorithm>
#include <memory>

#include "bench/benchmark.hpp"
#include "bench/case_list.hpp"
#include "bench/plan_text.hpp"
#include "bench/resume.hpp"
#include "core/error.hpp"
#include "core/variations.hpp"

namespace pac {
namespace {

CasePlan plan_of(const VariedCase& varied) {
  CasePlan one{.label = varied.label, .config = varied.config};
  for (const auto& [name, value] : varied.variables) one.variables.push_back({name, "1", value});
  return one;
}

/// A factory for the engine options of each case, opened anew where they, or what backends compute it, change.
class Engines {
 public:
  ModelFactory& for_case(const Config& config, const Communicator& world) {
    std::string key;
    describe(config, [&](const char*, const auto& value, OptionGroup group, auto&&...) {
      if (group == OptionGroup::engine) key += to_text(value) + "\n";
    });
    key += not_on_cuda(config);
    if (key != key_) {
      models_.reset();
      key_.clear();  // where opening fails, the next case opens again
      models_ = open_models(config, world);
      key_ = key;
    }
    return *models_;
  }

 private:
  std::unique_ptr<ModelFactory> models_;
  std::string key_;
};

/// A case that cannot be computed is one with a reason.
MeasuredCase measure_or_fail(const CasePlan& one, Run& run, Engines& engines) {
  try {
    return measure_case(one, run.world, engines.for_case(one.config, run.world), run.terminal);
  } catch (const AgreedError& error) {  // on all ranks, and none waits
    if (error.status() == Exit::communication) throw;
    MeasuredCase failed;
    failed.numbers.label = one.label;
    failed.numbers.n_ranks = run.world.size();
    failed.numbers.variables = one.variables;
    failed.numbers.failure = error.lines().front();
    return failed;
  }
}

/// Wrong numbers fail a sweep; a case that cannot be computed does not, unless none can.
void judge(CaseList& list, const std::vector<VariedCase>& planned, Record& record) {
  const std::int64_t n_planned = std::ssize(planned);
  const auto wanted = [&](const Case& c) {  // a file may hold cases of other values too
    return std::any_of(planned.begin(), planned.end(), [&](const VariedCase& v) { return v.label == c.label; });
  };
  const auto failed = [&](const Case& c) { return wanted(c) && !c.failure.empty(); };
  const std::int64_t n_done = std::count_if(record.cases.begin(), record.cases.end(), wanted);
  const std::int64_t n_failed = std::count_if(record.cases.begin(), record.cases.end(), failed);
  if (list.failed()) return;
  if (n_done < n_planned) {
    record.reason = to_text(n_done) + " of " + to_text(n_planned) + " cases done; run again with the same output";
  } else if (n_failed == n_done) {
    record.verdict = Verdict::failed;
    record.reason = "no case could be computed: " + record.cases.front().failure;
  } else {
    list.pass(to_text(n_done - n_failed) + " cases" +
              (n_failed > 0 ? ", and " + to_text(n_failed) + " that could not be computed (column failure)" : ""));
  }
}

}  // namespace

void run_sweep(Run& run) {
  Record& record = run.record;
  std::vector<VariedCase> planned;
  run.world.agree([&] { planned = varied_cases(run.config); });
  Engines engines;
  const auto finished = [&](const VariedCase& varied) {
    return run.finished.contains(case_key(varied.label, run.world.size()));
  };
  if (run.config.dry_run) {
    std::vector<CasePlan> cases;
    for (const VariedCase& varied : planned) cases.push_back(plan_of(varied));
    return print_plan(run, engines.for_case(run.config, run.world), cases);
  }
  describe_ranks(engines.for_case(run.config, run.world), run.world, record);
  if (!run.finished.empty()) {
    std::string labels;
    for (const Case& c : record.cases) labels += (labels.empty() ? "" : ", ") + c.label;
    run.terminal.note(run.result.path() + " holds " + to_text(std::ssize(run.finished)) + " finished cases of " +
                      to_text(std::ssize(planned)) + ", skipped: " + labels);
  }
  run.terminal.table({"n_rows", "n_times", "wall_s_median", "wall_relative_spread", "rows_per_s", "host_peak_bytes"});
  run.terminal.expect(static_cast<double>(
      std::count_if(planned.begin(), planned.end(), [&](const VariedCase& varied) { return !finished(varied); })));
  CaseList list(run);
  for (const VariedCase& varied : planned) {
    if (finished(varied)) continue;
    const MeasuredCase measured = measure_or_fail(plan_of(varied), run, engines);
    run.world.agree([&] {
      if (!run.world.is_root()) return;
      list.add(measured);
      sort_cases(record.cases, planned);
      judge(list, planned, record);
      run.result.save(record);
    });
    stop_where_asked(run);
  }
  if (run.world.is_root()) judge(list, planned, record);  // all cases may have been finished before
}

}  // namespace pac
