// Figures of a sweep, a panel for each option that it varies, and of a comparison.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <sstream>

#include "bench/case_ratio.hpp"
#include "bench/report_figures.hpp"
#include "bench/terminal.hpp"

namespace pac {
namespace {

constexpr std::size_t most_lines = 8;  // of a panel: as many as there are colours
constexpr std::size_t most_bars = 40;

/// The value of every varied option, as text.
using Assignment = std::map<std::string, std::string>;

/// "n_perm=200 fs=256" beside the base case's values.
Assignment assignment_of(const std::string& label, const Assignment& base) {
  Assignment values = base;
  std::istringstream words(label);
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos) values[word.substr(0, equals)] = word.substr(equals + 1);
  }
  return values;
}

double number_of(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size() ? value : NAN;
}

struct SweptCase {
  const Case* c;
  Assignment values;
};

/// The values of an option: numbers in their order, else as they come.
std::vector<std::string> values_of(const std::vector<SweptCase>& cases, const std::string& option, bool& numeric) {
  std::vector<std::string> values;
  numeric = true;
  for (const SweptCase& swept : cases) {
    const std::string& value = swept.values.at(option);
    if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
    numeric = numeric && std::isfinite(number_of(value));
  }
  if (numeric) std::sort(values.begin(), values.end(), [](auto& a, auto& b) { return number_of(a) < number_of(b); });
  return values;
}

Axis axis_of(const std::string& option, const std::vector<std::string>& values, bool numeric) {
  Axis axis{option};
  if (!numeric) {
    axis.names = values;
    return axis;
  }
  const double least = number_of(values.front());
  axis.logarithmic = least > 0 && number_of(values.back()) >= 8 * least;
  if (values.size() <= 8) {
    for (const std::string& value : values) axis.at.push_back(number_of(value));
  }
  return axis;
}

ChartPoint point_of(const Case& c, double x) {
  const WallTime wall = wall_time_of(c);
  return {x, wall.median_s, c.label + ": " + readable({"", "s", wall.median_s}), wall.q25_s, wall.q75_s};
}

void add_panel(const std::string& option, const std::vector<SweptCase>& cases, FigureList& figures) {
  bool numeric = true;
  const std::vector<std::string> values = values_of(cases, option, numeric);
  if (values.size() < 2) return;
  std::vector<std::pair<Assignment, Series>> lines;  // by what the other options are
  for (const SweptCase& swept : cases) {
    Assignment others = swept.values;
    others.erase(option);
    auto line = std::find_if(lines.begin(), lines.end(), [&](const auto& one) { return one.first == others; });
    if (line == lines.end()) {
      std::string name;
      for (const auto& [other, value] : others) name += (name.empty() ? "" : " ") + other + "=" + value;
      line = lines.insert(line, {others, {name, {}}});
    }
    const std::string& value = swept.values.at(option);
    const auto place = std::find(values.begin(), values.end(), value) - values.begin();
    line->second.points.push_back(point_of(*swept.c, numeric ? number_of(value) : static_cast<double>(place)));
  }
  LineChart chart{axis_of(option, values, numeric), {"wall time", "s", true}, false, {}};
  std::size_t n_lines = 0;
  for (auto& [others, line] : lines) {
    if (line.points.size() < 2 || ++n_lines > most_lines) continue;
    std::sort(line.points.begin(), line.points.end(), [](auto& a, auto& b) { return a.x < b.x; });
    chart.series.push_back(line);
  }
  if (chart.series.empty()) return;
  const std::string rest = n_lines > most_lines ? "; " + std::to_string(most_lines) + " of " + std::to_string(n_lines) +
                                                      " lines, the table of cases has all"
                                                : "";
  figures.add({"Time against " + option, "Median wall time against " + option + ", with its quartiles.",
               "Medians with quartiles" + rest},
              chart);
}

}  // namespace

void add_sweep(const Record& record, FigureList& figures) {
  const std::map<std::string, std::string> settings = settings_of(record.config);
  Assignment base;
  for (const Case& c : record.cases) {
    for (const auto& [option, value] : assignment_of(c.label, {})) {
      const auto found = settings.find(option);
      base[option] = found == settings.end() ? "" : found->second;
    }
  }
  std::vector<SweptCase> cases;
  for (const Case& c : record.cases) {
    if (c.failure.empty()) cases.push_back({&c, assignment_of(c.label, base)});
  }
  for (const auto& [option, value] : base) {
    if (!cases.empty()) add_panel(option, cases, figures);
  }
}

void add_compare(const Record& record, FigureList& figures) {
  const auto add = [&](const FigureWords& words, const std::string& name, bool interval) {
    BarChart chart{{words.title, "1"}, {}, "", false, {}, {{1, "equal"}}};
    for (const Case& c : record.cases) {
      const double ratio = number_in(c, name);
      if (!(ratio > 0) || chart.bars.size() == most_bars) continue;
      BarPart part{0, ratio, case_name(c) + ": " + readable({"", "1", ratio})};
      if (interval) {
        part.low = number_in(c, name + "_low");
        part.high = number_in(c, name + "_high");
        part.tip += " (" + readable({"", "1", part.low}) + " to " + readable({"", "1", part.high}) + ")";
      }
      chart.bars.push_back({case_name(c), readable({"", "1", ratio}), {part}});
    }
    if (!chart.bars.empty()) figures.add(words, chart);
  };
  add({"Speed of A over B", "Time of B over that of A for each case; above 1, A is the faster one.",
       "Time of B over that of A, from quartile to quartile; above 1 A is faster"},
      "time_ratio", true);
  add({"Memory of B over A", "Peak memory of B over that of A for each case; above 1, A needs less.",
       "Peak of the largest rank; above 1 A needs less"},
      "memory_ratio", false);
}

}  // namespace pac
