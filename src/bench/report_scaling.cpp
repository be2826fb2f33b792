// Figures of results that scale: speed, throughput, vram, plan.
#include <algorithm>
#include <cmath>
#include <set>

#include "bench/case_ratio.hpp"
#include "bench/report_figures.hpp"
#include "bench/terminal.hpp"

namespace pac {
namespace {

using Cases = std::vector<const Case*>;

Cases cases_where(const Record& record, const std::function<bool(const Case&)>& wanted) {
  Cases chosen;
  for (const Case& c : record.cases) {
    if (c.failure.empty() && wanted(c)) chosen.push_back(&c);
  }
  return chosen;
}

/// A line for each label, in the order in which they come.
std::vector<Series> lines_by_label(const Cases& cases, const std::string& x, const Metric& y) {
  std::vector<Series> lines;
  for (const Case* c : cases) {
    const double value = number_in(*c, y.name);
    if (!std::isfinite(value)) continue;
    auto line = std::find_if(lines.begin(), lines.end(), [&](const Series& s) { return s.name == c->label; });
    if (line == lines.end()) line = lines.insert(line, {c->label, {}});
    line->points.push_back(
        {number_in(*c, x), value, case_name(*c) + ": " + y.name + " " + readable({"", y.unit, value})});
  }
  return lines;
}

/// Ticks where ranks were counted.
Axis rank_axis(const Cases& cases) {
  std::set<double> counts;
  for (const Case* c : cases) counts.insert(static_cast<double>(c->n_ranks));
  Axis axis{"ranks", "1", true};
  axis.at.assign(counts.begin(), counts.end());
  return axis;
}

/// What would be ideal, from the first number of ranks to the last one.
Series ideal_line(const Axis& ranks, const std::string& name, const std::function<double(double)>& of_ranks) {
  Series line{name, {}, true};
  for (const double n : ranks.at) line.points.push_back({n, of_ranks(n), name});
  return line;
}

/// "batch x2 on 4 ranks: 3.1": the case with the largest number.
std::string largest_text(const Cases& cases, const std::string& name) {
  const Case* best = nullptr;
  for (const Case* c : cases) {
    const double value = number_in(*c, name);
    if (std::isfinite(value) && (best == nullptr || value > number_in(*best, name))) best = c;
  }
  if (best == nullptr) return "No case has a number.";
  return "Largest: " + case_name(*best) + ", " + readable({"", "1", number_in(*best, name)}) + ".";
}

void add_efficiency(const Cases& cases, const std::string& against, FigureList& figures) {
  const Axis ranks = rank_axis(cases);
  LineChart chart{ranks, {"efficiency", "1"}, true, lines_by_label(cases, "n_ranks", {"efficiency", "1", 0})};
  chart.series.push_back(ideal_line(ranks, "ideal", [](double) { return 1.0; }));
  figures.add(
      {"Efficiency",
       "Efficiency against the number of ranks, beside the ideal, which is 1. " + largest_text(cases, "efficiency"),
       against},
      chart);
}

}  // namespace

void add_speed(const Record& record, FigureList& figures) {
  const Cases cases = cases_where(record, [](const Case& c) { return std::isfinite(number_in(c, "speedup")); });
  if (cases.empty()) return;
  const Axis ranks = rank_axis(cases);
  LineChart chart{ranks, {"speed-up", "1", true}, false, lines_by_label(cases, "n_ranks", {"speedup", "1", 0})};
  chart.series.push_back(ideal_line(ranks, "ideal", [](double n) { return n; }));
  figures.add({"Speed-up",
               "Speed-up against the number of ranks, a line for each batch, beside the ideal. " +
                   largest_text(cases, "speedup"),
               "Time of one rank over that of N on the same batch"},
              chart);
  add_efficiency(cases, "Speed-up over the number of ranks", figures);
}

void add_throughput(const Record& record, FigureList& figures) {
  const auto is_weak = [](const Case& c) { return std::isfinite(number_in(c, "efficiency")); };
  const Cases searched = cases_where(record, [&](const Case& c) { return !is_weak(c); });
  const Cases weak = cases_where(record, is_weak);
  const Metric rate{"rows_per_s", "1/s", 0};
  if (!searched.empty()) {
    Series line{"one rank", {}};
    for (const Series& one : lines_by_label(searched, "batch_per_rank", rate)) {
      line.points.insert(line.points.end(), one.points.begin(), one.points.end());
    }
    figures.add({"Rows per second against the batch",
                 "Rows per second of one rank against batch items. " + largest_text(searched, "rows_per_s"),
                 "One rank; how its best batch is found"},
                LineChart{{"batch items", "1", true}, {"rows", "1/s"}, true, {line}});
  }
  if (weak.empty()) return;
  const Axis ranks = rank_axis(weak);
  LineChart chart{ranks, {"rows", "1/s", true}, false, lines_by_label(weak, "n_ranks", rate)};
  std::vector<Series> ideal;
  for (const Series& line : chart.series) {
    const ChartPoint first = line.points.front();
    ideal.push_back(ideal_line(ranks, "ideal", [&](double n) { return first.y * n / first.x; }));
  }
  chart.series.insert(chart.series.end(), ideal.begin(), ideal.end());
  figures.add({"Rows per second against ranks",
               "Rows per second when the batch grows with the ranks, a line for each share of the best batch, beside "
               "the ideal. " +
                   largest_text(weak, "rows_per_s"),
               "Each rank keeps its batch"},
              chart);
  add_efficiency(weak, "Rows per second over N times those of one rank", figures);
}

void add_vram(const Record& record, FigureList& figures) {
  const Cases cases = cases_where(record, [](const Case& c) { return number_in(c, "measured_bytes") > 0; });
  if (cases.empty()) return;
  BarChart chart{{"memory of a rank", "byte"}, {"measured"}, "predicted", false, {}};
  LineChart per_batch{{"batch items a rank", "1", true}, {"memory of a rank", "byte"}, true, {}};
  Series measured{"measured", {}, false, false};
  Series predicted{"predicted", {}, false, false};
  double limit = 0;
  for (const Case* c : cases) {
    const double took = number_in(*c, "measured_bytes");
    const double foretold = number_in(*c, "predicted_bytes");
    const double items = number_in(*c, "batch_per_rank");
    limit = std::max(limit, number_in(*c, "limit_bytes"));
    const std::string tip = case_name(*c) + ", " + readable({"", "1", items}) + " batch items a rank: measured " +
                            readable({"", "byte", took}) + ", predicted " + readable({"", "byte", foretold});
    chart.bars.push_back({case_name(*c), readable({"", "byte", took}), {{0, took, tip, foretold}}});
    measured.points.push_back({items, took, tip});
    predicted.points.push_back({items, foretold, tip});
  }
  per_batch.series = {measured, predicted};
  if (limit > 0) chart.rules = per_batch.rules = {{limit, "limit"}};
  const std::string what = "Memory that a rank took for rows and results";
  figures.add(
      {"Memory of each case", what + ", a bar for each case, with the plan's prediction.",
       what +
           (limit > 0 ? "; the limit is --mem-limit, less what the program itself needs, or the backend's own" : "")},
      chart);
  figures.add({"Memory against the batch", what + " against its batch items, beside the plan's prediction.",
               "A batch beyond the largest resident one is streamed in tiles"},
              per_batch);
}

void add_plan(const Record& record, FigureList& figures) {
  const Cases cases = cases_where(record, [](const Case& c) { return number_in(c, "job_s") > 0; });
  if (cases.empty()) return;
  const std::vector<std::string> parts{"read_s", "upload_s", "compute_s", "gather_s", "write_s"};
  BarChart shares{{"share of the job's time", "1"}, {"read", "upload", "compute", "gather", "write"}, "", false, {}};
  Series job{"job", {}};
  Series wall{"wall time of a run", {}};
  Series efficiency{"efficiency", {}};
  for (const Case* c : cases) {
    const double job_s = number_in(*c, "job_s");
    const auto n = static_cast<double>(c->n_ranks);
    const std::string head = std::to_string(c->n_ranks) + (c->n_ranks == 1 ? " rank" : " ranks");
    const std::string tip = head + ", " + c->label + ": ";
    Bar bar{head, readable({"", "s", job_s}) + ", " + c->label.substr(c->label.starts_with("bound by ") ? 9 : 0), {}};
    for (std::size_t i = 0; i < parts.size(); ++i) {
      const double seconds = number_in(*c, parts[i]);
      bar.parts.push_back({i, seconds / job_s, tip + shares.series[i] + " " + readable({"", "s", seconds})});
    }
    shares.bars.push_back(bar);
    job.points.push_back({n, job_s, tip + "job " + readable({"", "s", job_s})});
    wall.points.push_back({n, number_in(*c, "wall_s"), tip + "wall " + readable({"", "s", number_in(*c, "wall_s")})});
    efficiency.points.push_back(
        {n, number_in(*c, "efficiency"), tip + "efficiency " + readable({"", "1", number_in(*c, "efficiency")})});
  }
  const Axis ranks = rank_axis(cases);
  figures.add({"Predicted time against ranks", "Predicted seconds of the whole job and of a run against ranks.",
               "Job: everything once; wall time: what a run of that size would report"},
              LineChart{ranks, {"time", "s", true}, false, {job, wall}});
  LineChart chart{ranks, {"efficiency", "1"}, true, {efficiency}};
  chart.series.push_back(ideal_line(ranks, "ideal", [](double) { return 1.0; }));
  figures.add(
      {"Predicted efficiency", "Efficiency of the whole job against ranks. " + largest_text(cases, "efficiency")},
      chart);
  figures.add({"Where a job's time goes", "Shares of the job's predicted time, a bar for each number of ranks.",
               "At the right the time of the job, and what binds it"},
              shares);
}

}  // namespace pac
