// Where time went: stages of cases, and of the ranks of one case.
#include <algorithm>
#include <cmath>
#include <map>

#include "bench/case_ratio.hpp"
#include "bench/floor_table.hpp"
#include "bench/report_figures.hpp"
#include "bench/terminal.hpp"
#include "measure/statistics.hpp"

namespace pac {
namespace {

constexpr std::size_t most_bars = 40;
constexpr const char* rest = "rest";  // waiting for others, and what no stage accounts for

/// Medians of a rank over the measured repetitions.
struct RankTimes {
  std::int64_t rank = 0;
  double wall_s = 0;
  std::vector<double> stage_s;  ///< [stage]
};

std::vector<RankTimes> rank_times(const Case& c) {
  std::map<std::int64_t, std::vector<const Sample*>> of_rank;
  for (const Sample& sample : c.samples) {
    if (!sample.warmup) of_rank[sample.rank].push_back(&sample);
  }
  std::vector<RankTimes> times;
  for (const auto& [rank, samples] : of_rank) {
    const auto median = [&](const auto& value) {
      std::vector<double> values;
      for (const Sample* sample : samples) values.push_back(value(*sample));
      return quantile(values, 0.5);
    };
    RankTimes one{rank, median([](const Sample& s) { return s.wall_s; }), {}};
    for (std::size_t s = 0; s < c.stages.size(); ++s) {
      one.stage_s.push_back(median([&](const Sample& x) { return s < x.stage_s.size() ? x.stage_s[s] : NAN; }));
    }
    times.push_back(one);
  }
  return times;
}

/// Every stage that some case has, and the rest.
std::vector<std::string> stages_of(const Record& record) {
  std::vector<std::string> names;
  for (const Case& c : record.cases) {
    for (const std::string& stage : c.stages) {
      if (std::find(names.begin(), names.end(), stage) == names.end()) names.push_back(stage);
    }
  }
  names.emplace_back(rest);
  return names;
}

/// Parts of a bar of `wall_s`, all divided by `over_s`.
std::vector<BarPart> parts_of(const Case& c, const std::vector<std::string>& names, const std::string& head,
                              const std::vector<double>& stage_s, double wall_s, double over_s) {
  std::vector<BarPart> parts;
  double left_s = wall_s;
  for (std::size_t i = 0; i < names.size(); ++i) {
    const auto found = std::find(c.stages.begin(), c.stages.end(), names[i]);
    const bool is_rest = names[i] == rest;
    if (!is_rest && found == c.stages.end()) continue;
    const double seconds = is_rest ? left_s : stage_s[static_cast<std::size_t>(found - c.stages.begin())];
    if (!(seconds > 0)) continue;
    if (!is_rest) left_s -= seconds;
    BarPart part{i, seconds / over_s, head + ", " + names[i] + ": " + readable({"", "s", seconds})};
    if (const StageFloor floor = floor_of(c, names[i]); floor.least_s() > 0) {
      part.floor = floor.least_s() / over_s;
      part.tip += ", floor " + readable({"", "s", floor.least_s()}) + " (memory " +
                  readable({"", "s", floor.memory_s}) + ", arithmetic " + readable({"", "s", floor.arithmetic_s}) + ")";
    }
    parts.push_back(part);
  }
  return parts;
}

bool has_floors(const Case& c) { return std::any_of(c.metrics.begin(), c.metrics.end(), is_floor); }

std::string some_of(std::size_t shown, std::size_t all, const char* which) {
  return shown == all ? "" : "; " + std::string(which) + " " + std::to_string(shown) + " of " + std::to_string(all);
}

/// Shares of each case's wall time: cases may differ a thousandfold.
void add_cases(const std::vector<const Case*>& cases, const std::vector<std::string>& names, FigureList& figures) {
  BarChart chart{{"share of the wall time", "1"}, names, "", true, {}};
  const auto as_many = [&](const Case* c) { return c->n_ranks == cases.front()->n_ranks; };
  const bool same_ranks = std::all_of(cases.begin(), cases.end(), as_many);
  for (const Case* c : cases) {
    if (chart.bars.size() == most_bars) break;
    const double wall_s = wall_time_of(*c).median_s;
    const std::vector<RankTimes> ranks = rank_times(*c);
    std::vector<double> mean_s(c->stages.size(), 0);
    for (const RankTimes& rank : ranks) {
      for (std::size_t s = 0; s < mean_s.size(); ++s) mean_s[s] += rank.stage_s[s] / static_cast<double>(ranks.size());
    }
    chart.bars.push_back({same_ranks ? c->label : case_name(*c), readable({"", "s", wall_s}),
                          parts_of(*c, names, case_name(*c), mean_s, wall_s, wall_s)});
    if (has_floors(*c)) chart.floor_name = "floor";
  }
  figures.add({"Stages of each case", "Shares of each case's median wall time, a bar for each case.",
               "Means over ranks of their medians over repetitions; at the right the wall time" +
                   some_of(chart.bars.size(), cases.size(), "the first")},
              chart);
}

/// The case on most ranks, the longest of those: seconds of each rank.
void add_ranks(const std::vector<const Case*>& cases, const std::vector<std::string>& names, FigureList& figures) {
  const auto weight = [](const Case* c) { return std::pair(c->n_ranks, wall_time_of(*c).median_s); };
  const Case& c = **std::max_element(cases.begin(), cases.end(),
                                     [&](const Case* a, const Case* b) { return weight(a) < weight(b); });
  std::vector<RankTimes> ranks = rank_times(c);
  const std::size_t n_ranks = ranks.size();
  if (n_ranks < 2 && cases.size() > 1) return;  // said by the figure of cases
  const auto computing = [](const RankTimes& r) {
    double sum = 0;
    for (const double seconds : r.stage_s) sum += std::isfinite(seconds) ? seconds : 0;
    return sum;
  };
  if (n_ranks > most_bars) {
    std::stable_sort(ranks.begin(), ranks.end(), [&](auto& a, auto& b) { return computing(a) > computing(b); });
    ranks.resize(most_bars);
  }
  BarChart chart{{"time", "s"}, names, has_floors(c) ? "floor" : "", true, {}};
  for (const RankTimes& rank : ranks) {
    const std::string head = "rank " + std::to_string(rank.rank);
    chart.bars.push_back(
        {head, readable({"", "s", rank.wall_s}), parts_of(c, names, head, rank.stage_s, rank.wall_s, 1)});
  }
  figures.add({"Stages of each rank", "Seconds of each stage, a bar for each rank, of " + case_name(c) + ".",
               case_name(c) + "; medians over repetitions" + some_of(ranks.size(), n_ranks, "the slowest")},
              chart);
}

}  // namespace

void add_stages(const Record& record, FigureList& figures) {
  std::vector<const Case*> cases;
  for (const Case& c : record.cases) {
    if (!c.samples.empty() && !c.stages.empty() && wall_time_of(c).median_s > 0) cases.push_back(&c);
  }
  if (cases.empty()) return;
  const std::vector<std::string> names = stages_of(record);
  if (cases.size() > 1) add_cases(cases, names, figures);
  add_ranks(cases, names, figures);
}

}  // namespace pac
