// The cases of a run as they finish: into the record and onto the terminal, unless their numbers are wrong.
#pragma once

#include <functional>
#include <string>

#include "bench/benchmark.hpp"
#include "bench/measured_case.hpp"

namespace pac {

class CaseList {
 public:
  explicit CaseList(Run& run) : run_(run) {}

  /// Collective over the world: measures a case on the first n ranks, unless an earlier run did, and saves it. Then
  /// `finish`, on rank 0, may add metrics or find something wrong. A case with wrong numbers ends the run: it is
  /// recorded without them, and failed() from then on.
  void measure(const CasePlan& wanted, int n, const ModelFactory& models,
               const std::function<void(MeasuredCase& measured)>& finish = {}, const Inspect& inspect = {});
  /// The same on every rank.
  [[nodiscard]] bool failed() const { return failed_; }
  /// On rank 0: a case that was measured, now or by an earlier run.
  [[nodiscard]] const Case& finished(const std::string& label, std::int64_t n) const;
  /// Everything that was to be measured has been: the verdict, with its reason.
  void pass(const std::string& reason);

  /// On rank 0: takes a case into the record and prints its line.
  void add(const MeasuredCase& measured);

 private:
  Run& run_;
  bool failed_ = false;
};

}  // namespace pac
