// Stopping between cases, and going on with what was begun before.
#include "bench/resume.hpp"

#include <algorithm>
#include <sstream>

#include "comm/interruption.hpp"
#include "core/error.hpp"
#include "io/atomic_file.hpp"
#include "io/result_reader.hpp"

namespace pac {
namespace {

/// Takes the earlier run's finished cases; false where it is finished.
bool take_finished(Run& run, const Benchmark& benchmark) {
  const std::string& path = run.result.path();
  const Record earlier = read_result(path);
  const std::string remedy = "; give another --output, or --overwrite";
  if (earlier.benchmark != run.record.benchmark) {
    throw Error(Exit::usage, "--output: " + path + " is a result of '" + earlier.benchmark + "', no " +
                                 run.record.benchmark + " to go on with" + remedy);
  }
  const auto there = base_options(earlier.config);
  for (const auto& [name, value] : base_options(run.config)) {
    if (there.at(name) == value) continue;
    throw Error(Exit::usage, "--output: " + path + " holds a " + run.record.benchmark + " with " + option_of(name) +
                                 " " + there.at(name) + ", now it is " + value + remedy);
  }
  if (static_cast<int>(earlier.ranks.size()) != run.world.size()) {
    throw Error(Exit::usage, "--output: " + path + " holds a " + run.record.benchmark + " on " +
                                 to_text(std::ssize(earlier.ranks)) + " ranks, now there are " +
                                 to_text(std::int64_t{run.world.size()}) + remedy);
  }
  if (earlier.complete && !benchmark.always_resumes) {
    if (earlier.verdict != Verdict::failed) return false;
    throw Error(Exit::usage,
                "--output: " + path + " holds a finished run that failed (" + earlier.reason + ")" + remedy);
  }
  if (benchmark.resumes != Resumes::cases) return true;
  for (const Case& c : earlier.cases) {
    if (c.failure.empty()) run.record.cases.push_back(c);
  }
  const auto start = [&](const char* name) {
    const auto found = earlier.provenance.find(name);
    return found == earlier.provenance.end() ? std::string() : found->second;
  };
  run.record.provenance["first_start"] = start("first_start").empty() ? start("start") : start("first_start");
  return true;
}

}  // namespace

std::string case_key(const std::string& label, std::int64_t n_ranks) { return label + " on " + to_text(n_ranks); }

std::map<std::string, std::string> base_options(const Config& config) {
  std::map<std::string, std::string> options;
  describe(config, [&](const char* name, const auto& value, OptionGroup group, auto&&...) {
    const bool free = group == OptionGroup::output || group == OptionGroup::sweep || std::string(name) == "timeout" ||
                      std::string(name) == "quick";
    if (!free) options[name] = to_text(value);
  });
  return options;
}

bool resume(Run& run, const Benchmark& benchmark) {
  bool left = true;
  run.world.agree([&] {
    if (!run.world.is_root()) return;
    remove_abandoned(run.result.path());
    if (run.result.exists()) left = take_finished(run, benchmark);
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
  throw AgreedError(Exit::interrupted, {"interrupted by " + signal + ": " + to_text(std::ssize(run.record.cases)) +
                                        " finished cases are saved in " + run.result.path() +
                                        "; run again with --resume and this --output"});
}

void sort_cases(std::vector<Case>& cases, const std::vector<VariedCase>& planned) {
  const auto place = [&](const Case& c) {
    return std::find_if(planned.begin(), planned.end(), [&](const VariedCase& v) { return v.label == c.label; });
  };
  std::stable_sort(cases.begin(), cases.end(), [&](const Case& a, const Case& b) { return place(a) < place(b); });
}

}  // namespace pac
