// Going on with a sweep that was begun before.
#include "bench/sweep_resume.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include "core/error.hpp"
#include "io/atomic_file.hpp"
#include "io/result_reader.hpp"

namespace pac {
namespace {

/// Options that must agree for two runs to be of one sweep, as text by name.
std::map<std::string, std::string> base_options(const Config& config) {
  std::map<std::string, std::string> options;
  describe(config, [&](const char* name, const auto& value, OptionGroup group, auto&&...) {
    const bool free = group == OptionGroup::output || group == OptionGroup::sweep || std::string(name) == "timeout" ||
                      std::string(name) == "quick";
    if (!free) options[name] = to_text(value);
  });
  return options;
}

void take_finished(Run& run) {
  const std::string& path = run.result.path();
  const Record earlier = read_result(path);
  const std::string remedy = "; give another --output, or --overwrite";
  if (earlier.benchmark != run.record.benchmark) {
    throw Error(Exit::usage,
                "--output: " + path + " is a result of '" + earlier.benchmark + "', no sweep to go on with" + remedy);
  }
  const auto there = base_options(earlier.config);
  for (const auto& [name, value] : base_options(run.config)) {
    if (there.at(name) == value) continue;
    throw Error(Exit::usage, "--output: " + path + " holds a sweep with " + option_of(name) + " " + there.at(name) +
                                 ", now it is " + value + remedy);
  }
  if (static_cast<int>(earlier.ranks.size()) != run.world.size()) {
    throw Error(Exit::usage, "--output: " + path + " holds a sweep on " + to_text(std::ssize(earlier.ranks)) +
                                 " ranks, now there are " + to_text(std::int64_t{run.world.size()}) + remedy);
  }
  for (const Case& c : earlier.cases) {
    if (c.failure.empty()) run.record.cases.push_back(c);
  }
  const auto start = [&](const char* name) {
    const auto found = earlier.provenance.find(name);
    return found == earlier.provenance.end() ? std::string() : found->second;
  };
  run.record.provenance["first_start"] = start("first_start").empty() ? start("start") : start("first_start");
}

}  // namespace

std::set<std::string> resume(Run& run) {
  run.world.agree([&] {
    if (!run.world.is_root()) return;
    remove_abandoned(run.result.path());
    if (run.result.exists()) take_finished(run);
  });
  std::string joined;
  for (const Case& c : run.record.cases) joined += c.label + "\n";
  std::istringstream lines(run.world.broadcast(joined));
  std::set<std::string> labels;
  for (std::string label; std::getline(lines, label);) labels.insert(label);
  return labels;
}

void sort_cases(std::vector<Case>& cases, const std::vector<VariedCase>& planned) {
  const auto place = [&](const Case& c) {
    return std::find_if(planned.begin(), planned.end(), [&](const VariedCase& v) { return v.label == c.label; });
  };
  std::stable_sort(cases.begin(), cases.end(), [&](const Case& a, const Case& b) { return place(a) < place(b); });
}

}  // namespace pac
