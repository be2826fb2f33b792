// The cases of a run as they finish.
#include "bench/case_list.hpp"

#include <utility>

namespace pac {

void CaseList::measure(const CasePlan& wanted, int n, const ModelFactory& models,
                       const std::function<void(MeasuredCase& measured)>& finish, const Inspect& inspect) {
  MeasuredCase measured;
  on_first(n, run_.world, models, [&](const Communicator& part, ModelFactory& own) {
    measured = measure_case(wanted, part, own, run_.terminal, inspect);
  });
  run_.world.agree([&] {
    if (!run_.world.is_root()) return;
    if (finish) finish(measured);
    add(measured);
  });
  failed_ = !run_.world.all(!failed_);
}

void CaseList::add(const MeasuredCase& measured) {
  Record& record = run_.record;
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
