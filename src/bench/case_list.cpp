// The cases of a run as they finish.
#include "bench/case_list.hpp"

#include <algorithm>

#include "bench/resume.hpp"

namespace pac {

void CaseList::measure(const CasePlan& wanted, int n, const ModelFactory& models,
                       const std::function<void(MeasuredCase& measured)>& finish, const Inspect& inspect) {
  if (run_.finished.contains(case_key(wanted.label, n))) return;
  MeasuredCase measured;
  on_first(n, run_.world, models, [&](const Communicator& part, ModelFactory& own) {
    measured = measure_case(wanted, part, own, run_.terminal, inspect);
  });
  run_.world.agree([&] {
    if (!run_.world.is_root()) return;
    if (finish) finish(measured);
    add(measured);
    if (failed_) return;
    run_.record.reason = to_text(std::ssize(run_.record.cases)) + " cases done; go on with --resume";
    run_.result.save(run_.record);
  });
  failed_ = !run_.world.all(!failed_);
  if (!failed_) stop_where_asked(run_);
}

const Case& CaseList::finished(const std::string& label, std::int64_t n) const {
  const auto& cases = run_.record.cases;
  const auto same = [&](const Case& c) { return c.label == label && c.n_ranks == n; };
  return *std::find_if(cases.begin(), cases.end(), same);
}

void CaseList::add(const MeasuredCase& measured) {
  Record& record = run_.record;
  if (!run_.config.input.empty() && measured.fs_hz > 0) record.config.fs = measured.fs_hz;
  if (measured.wrong.empty()) {
    record.cases.push_back(measured.numbers);
  } else {
    Case& c = record.cases.emplace_back();
    c.label = measured.numbers.label;
    c.n_ranks = measured.numbers.n_ranks;
    c.variables = measured.numbers.variables;
    c.failure = measured.wrong;
    record.verdict = Verdict::failed;
    record.reason = c.label + ": " + measured.wrong;
    failed_ = true;
  }
  run_.terminal.line(record.cases.back());
}

void CaseList::pass(const std::string& reason) {
  const bool verified = !run_.config.no_verify;
  run_.record.verdict = verified ? Verdict::passed : Verdict::skipped;
  run_.record.reason = reason + (verified ? "; in every case rows recomputed on one rank are bitwise equal"
                                          : "; rows were not recomputed (--no-verify)");
}

}  // namespace pac
