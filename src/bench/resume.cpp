// Stopping between cases, and going on with what was begun before.
#include "bench/resume.hpp"

#include <algorithm>
#include <sstream>

#include "bench/agreement.hpp"
#include "comm/interruption.hpp"
#include "core/error.hpp"
#include "core/options.hpp"
#include "io/atomic_file.hpp"
#include "io/result_reader.hpp"

namespace pac {
namespace {

[[noreturn]] void refuse(const Run& run, const std::string& what) {
  throw Error(Exit::usage, "--output: " + run.result.path() + what + "; give another --output, or --overwrite");
}

/// An option or a property of the run that may not have changed since.
void require_same(const Run& run, const std::string& name, const std::string& then, const std::string& now) {
  if (then == now) return;
  refuse(run, " holds a " + run.record.benchmark + " with " + name + " " + then + ", now it is " + now);
}

std::string value_of(const Record& record, const std::string& name) {
  const auto found = record.provenance.find(name);
  return found == record.provenance.end() ? std::string() : found->second;
}

/// Takes the earlier run's finished cases; false where it is finished.
bool take_finished(Run& run) {
  const Record earlier = read_result(run.result.path());
  if (earlier.benchmark != run.record.benchmark) {
    refuse(run, " is a result of '" + earlier.benchmark + "', no " + run.record.benchmark + " to go on with");
  }
  const auto there = settings_of(earlier.config);
  for (const auto& [name, value] : base_options(run)) require_same(run, option_of(name), there.at(name), value);
  for (const std::string name : input_facts) {
    require_same(run, name, value_of(earlier, name), value_of(run.record, name));
  }
  if (std::ssize(earlier.ranks) != run.world.size()) {
    refuse(run, " holds a " + run.record.benchmark + " on " + to_text(std::ssize(earlier.ranks)) +
                    " ranks, now there are " + to_text(std::int64_t{run.world.size()}));
  }
  if (earlier.complete && !run.benchmark.always_resumes) {
    if (earlier.verdict == Verdict::failed) refuse(run, " holds a finished run that failed (" + earlier.reason + ")");
    run.result.remove_journal();
    run.result.write_tables(earlier);
    return false;
  }
  if (run.benchmark.resumes != Resumes::cases) return true;
  require_same(run, "program", value_of(earlier, "version") + " " + value_of(earlier, "git_commit"),
               version() + " " + git_description());
  for (const Case& c : earlier.cases) {
    if (c.failure.empty()) run.record.cases.push_back(c);
  }
  run.record.ranks = earlier.ranks;
  const std::string first = value_of(earlier, "first_start");
  run.record.provenance["first_start"] = first.empty() ? value_of(earlier, "start") : first;
  return true;
}

}  // namespace

std::string case_key(const std::string& label, std::int64_t n_ranks) { return label + " on " + to_text(n_ranks); }

std::map<std::string, std::string> base_options(const Run& run) {
  const Config& config = run.config;
  std::map<std::string, std::string> options;
  describe(config, [&](const std::string& name, const auto& value, OptionGroup group, auto&&...) {
    const bool of_the_input = name == "fs" && !config.input.empty() && !config.is_given(name);
    const bool chooses_cases = name == "quick" && run.record.benchmark == "sweep";
    const bool free = group == OptionGroup::output || group == OptionGroup::sweep || group == OptionGroup::planning ||
                      name == "timeout" || of_the_input || chooses_cases;
    if (!free) options[name] = to_text(value);
  });
  return options;
}

bool resume(Run& run) {
  bool left = true;
  run.world.agree([&] {
    if (!run.world.is_root()) return;
    remove_abandoned(run.result.path());
    if (run.result.exists()) left = take_finished(run);
  });
  std::string joined;
  for (const Case& c : run.record.cases) joined += case_key(c.label, c.n_ranks) + "\n";
  std::istringstream lines(run.world.broadcast(joined));
  for (std::string key; std::getline(lines, key);) run.finished.insert(key);
  return run.world.all(left);
}

void stop_where_asked(const Run& run) {
  const std::string signal = interruption(run.world);
  if (signal.empty()) return;
  const bool goes_on = run.benchmark.resumes != Resumes::anew;
  throw AgreedError(Exit::interrupted, {"interrupted by " + signal + ": " + to_text(std::ssize(run.record.cases)) +
                                        " finished cases are saved in " + run.result.path() +
                                        (goes_on ? "; run again with --resume and this --output"
                                                 : "; " + run.record.benchmark + " cannot go on, it begins again")});
}

void sort_cases(std::vector<Case>& cases, const std::vector<VariedCase>& planned) {
  const auto place = [&](const Case& c) {
    return std::find_if(planned.begin(), planned.end(), [&](const VariedCase& v) { return v.label == c.label; });
  };
  std::stable_sort(cases.begin(), cases.end(), [&](const Case& a, const Case& b) { return place(a) < place(b); });
}

}  // namespace pac
