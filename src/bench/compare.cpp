// Benchmark `compare`: how do we stand beside another result on the same signals? Reads two result files, A and B.
// DIFFERENT where signals, bands, definition or numbers differ; otherwise A is FASTER or SLOWER than B, or the SAME.
#include <cmath>

#include "bench/benchmark.hpp"
#include "bench/case_ratio.hpp"
#include "bench/result_file.hpp"
#include "bench/result_findings.hpp"
#include "bench/terminal.hpp"
#include "core/error.hpp"
#include "io/result_reader.hpp"
#include "io/signal_array.hpp"

namespace pac {
namespace {

std::string joined(const std::vector<std::string>& parts) {
  std::string all;
  for (const std::string& part : parts) all += (all.empty() ? "" : "; ") + part;
  return all;
}

Case compared(const CasePair& pair, const Ratio& time) {
  Case out;
  out.label = pair.a->label;
  out.n_ranks = pair.a->n_ranks;
  out.variables = pair.a->variables;
  add_known(out.metrics, "time_ratio", time.value);
  add_known(out.metrics, "time_ratio_low", time.low);
  add_known(out.metrics, "time_ratio_high", time.high);
  add_known(out.metrics, "memory_ratio", memory_ratio(*pair.a, *pair.b));
  add_known(out.metrics, "wall_s_a", wall_time_of(*pair.a).median_s, "s");
  add_known(out.metrics, "wall_s_b", wall_time_of(*pair.b).median_s, "s");
  add_known(out.metrics, "n_ranks_b", static_cast<double>(pair.b->n_ranks));
  return out;
}

/// How A stands beside B in time: the verdict's first word and its figures.
std::string pace_text(const std::vector<Ratio>& ratios) {
  const Ratio mean = mean_of(ratios);
  if (std::isnan(mean.value)) return "SAME: no times to compare";
  const Pace pace = pace_of(ratios);
  return std::string(pace == Pace::faster   ? "FASTER"
                     : pace == Pace::slower ? "SLOWER"
                                            : "SAME") +
         ": " + number_text("%.3g", mean.value) + " (" + number_text("%.3g", mean.low) + " to " +
         number_text("%.3g", mean.high) + ") times the speed of B";
}

/// What was found in single cases, and what is known of the whole files.
void summarise(const Record& a, const Record& b, const CaseMatch& match, Findings& findings) {
  const auto add_list = [](std::vector<std::string>& to, const char* what, const std::vector<std::string>& list) {
    if (!list.empty()) to.push_back(std::string(what) + name_list(list));
  };
  add_list(findings.wrong, "pac_mean differs, ", findings.other_means);
  add_list(findings.notes, "bitwise equal: ", findings.bitwise_equal);
  if (findings.wrong.empty()) add_list(findings.notes, "numbers not known to be equal: ", findings.unknown);
  add_list(findings.notes, "only in A: ", match.only_a);
  add_list(findings.notes, "only in B: ", match.only_b);
  for (const CasePair& pair : match.pairs) {
    if (pair.a->n_ranks == pair.b->n_ranks) continue;
    findings.notes.push_back("'" + file_text(pair.a->label) + "' on " + to_text(pair.a->n_ranks) + " ranks in A and " +
                             to_text(pair.b->n_ranks) + " in B");
  }
  for (const auto& [name, record] : {std::pair{"A", &a}, {"B", &b}}) {
    if (record->verdict != Verdict::failed) continue;
    findings.wrong.push_back(std::string("the verdict of ") + name + " itself is failed (" + file_text(record->reason) +
                             ")");
  }
}

/// Fills cases and verdict of the record.
void compare(const Record& a, const Record& b, Record& record) {
  const CaseMatch match = match_cases(a.cases, b.cases);
  if (match.pairs.empty()) {
    throw Error(Exit::usage,
                "compare: nothing to compare: no case of A has its label in B (A: " + name_list(match.only_a) +
                    "; B: " + name_list(match.only_b) + "); give results of the same benchmark");
  }
  Findings findings;
  compare_settings(a, b, findings);
  std::vector<Metric> of_maps;
  const bool maps_decide = compare_maps(a, b, findings, of_maps);
  std::vector<Ratio> ratios;
  for (const CasePair& pair : match.pairs) {
    ratios.push_back(time_ratio(*pair.a, *pair.b));
    Case out = compared(pair, ratios.back());
    compare_numbers(pair, maps_decide, findings, out.metrics);
    out.metrics.insert(out.metrics.end(), of_maps.begin(), of_maps.end());
    record.cases.push_back(std::move(out));
  }
  summarise(a, b, match, findings);
  if (const std::vector<std::string> differences = work_differences(a, b); !differences.empty()) {
    findings.notes.push_back(differences.front() + ", so the times are of different work and not judged");
    ratios.clear();
  }
  const bool different = !findings.wrong.empty();
  const std::string notes = joined(findings.notes);
  record.verdict = different ? Verdict::failed : Verdict::passed;
  record.reason =
      (different ? "DIFFERENT: " + joined(findings.wrong) : pace_text(ratios)) + (notes.empty() ? "" : "; " + notes);
}

Record read_complete(const std::string& path) {
  Record record = read_result(path);
  if (record.complete) return record;
  throw Error(Exit::input, path + ": is of an interrupted run (" + record.reason + "); finish it, then compare");
}

}  // namespace

void run_compare(Run& run) {
  Record& record = run.record;
  run.world.agree([&] {
    if (!run.world.is_root()) return;
    for (const std::string& file : run.files) refuse_own_input(file, run.result.path());
    const Record a = read_complete(run.files[0]);
    const Record b = read_complete(run.files[1]);
    compare(a, b, record);
    record.provenance["input_a"] = run.files[0];
    record.provenance["input_b"] = run.files[1];
  });
  run.terminal.announce();
  if (run.config.dry_run) run.terminal.note("verdict  " + record.reason);
}

}  // namespace pac
