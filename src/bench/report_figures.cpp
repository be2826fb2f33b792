// Figures with their words and numbers: see report_figures.hpp.
#include "bench/report_figures.hpp"

#include <cmath>
#include <limits>

#include "bench/measured_case.hpp"
#include "bench/terminal.hpp"

namespace pac {
namespace {

std::string named(const Axis& axis) {
  return axis.label + (axis.unit == "1" || axis.unit == "byte" || axis.unit == "s" ? "" : " (" + axis.unit + ")");
}

TableCell place_cell(const Axis& axis, double value) {
  if (axis.names.empty()) return number_cell(value, axis.unit);
  return {axis.names[static_cast<std::size_t>(value)]};
}

PageTable numbers_of(const LineChart& chart) {
  bool intervals = false;
  for (const Series& series : chart.series) {
    for (const ChartPoint& p : series.points) intervals = intervals || std::isfinite(p.low);
  }
  PageTable table{"", {"series", named(chart.x), named(chart.y)}, {}};
  if (intervals) table.head.insert(table.head.end(), {"lower quartile", "upper quartile"});
  for (const Series& series : chart.series) {
    if (series.reference) continue;
    for (const ChartPoint& p : series.points) {
      table.rows.push_back({{series.name}, place_cell(chart.x, p.x), number_cell(p.y, chart.y.unit)});
      if (!intervals) continue;
      for (const double end : {p.low, p.high}) table.rows.back().push_back(number_cell(end, chart.y.unit));
    }
  }
  for (const Rule& rule : chart.rules) {
    table.rows.push_back({{rule.name}, {""}, number_cell(rule.value, chart.y.unit)});
    if (intervals) table.rows.back().insert(table.rows.back().end(), 2, {""});
  }
  return table;
}

PageTable numbers_of(const BarChart& chart) {
  PageTable table{"", {"bar"}, {}};
  const std::vector<std::string> series =
      chart.series.empty() ? std::vector<std::string>{named(chart.x)} : chart.series;
  for (const std::string& name : series) {
    table.head.push_back(name);
    if (!chart.floor_name.empty()) table.head.push_back(name + ": " + chart.floor_name);
  }
  bool intervals = false;
  for (const Bar& bar : chart.bars) {
    for (const BarPart& part : bar.parts) intervals = intervals || std::isfinite(part.low);
  }
  if (intervals) table.head.insert(table.head.end(), {"from", "to"});
  for (const Bar& bar : chart.bars) {
    std::vector<TableCell> row{{bar.label}};
    for (std::size_t s = 0; s < series.size(); ++s) {
      const BarPart* of_series = nullptr;
      for (const BarPart& part : bar.parts) {
        if (part.series == s) of_series = &part;
      }
      row.push_back(of_series == nullptr ? TableCell{no_number} : number_cell(of_series->value, chart.x.unit));
      if (chart.floor_name.empty()) continue;
      row.push_back(of_series == nullptr ? TableCell{no_number} : number_cell(of_series->floor, chart.x.unit));
    }
    for (const double BarPart::*end : {&BarPart::low, &BarPart::high}) {
      if (intervals) row.push_back(number_cell(bar.parts.empty() ? NAN : bar.parts.front().*end, chart.x.unit));
    }
    table.rows.push_back(row);
  }
  for (const Rule& rule : chart.rules) {
    std::vector<TableCell> row(table.head.size(), TableCell{""});
    row[0] = {rule.name};
    row[1] = number_cell(rule.value, chart.x.unit);
    table.rows.push_back(row);
  }
  return table;
}

/// A row for each cell along x, a column for each along y.
PageTable numbers_of(const HeatMap& figure) {
  PageTable table{"", {figure.x.axis.label + " / " + figure.y.axis.label}, {}};
  table.head.insert(table.head.end(), figure.y.cells.begin(), figure.y.cells.end());
  for (std::size_t i = 0; i < figure.x.n(); ++i) {
    std::vector<TableCell> row{{figure.x.cells[i]}};
    for (std::size_t j = 0; j < figure.y.n(); ++j) {
      row.push_back(number_cell(figure.maps.front().values[i * figure.y.n() + j], figure.value_unit));
    }
    table.rows.push_back(row);
  }
  return table;
}

}  // namespace

void FigureList::write(const FigureWords& words, const Drawing& drawing, PageTable numbers) {
  numbers.caption = words.title;
  write_figure(page_, {section_ + "-figure-" + std::to_string(++n_), words.title, words.description, words.caption},
               drawing, numbers);
}

void FigureList::add(const FigureWords& words, const LineChart& chart) {
  write(words, drawing_of(chart), numbers_of(chart));
}
void FigureList::add(const FigureWords& words, const BarChart& chart) {
  write(words, drawing_of(chart), numbers_of(chart));
}
void FigureList::add(const FigureWords& words, const HeatMap& map) { write(words, drawing_of(map), numbers_of(map)); }
void FigureList::add(const FigureWords& words, const HeatMap& maps, const PageTable& numbers) {
  write(words, drawing_of(maps), numbers);
}

TableCell number_cell(double value, const std::string& unit) {
  if (!std::isfinite(value)) return {no_number};
  return {readable({"", unit, value}), value};
}

double number_in(const Case& c, const std::string& name) {
  if (name == "n_ranks") return static_cast<double>(c.n_ranks);
  const Metric* metric = metric_named(c, name);
  return metric == nullptr ? std::numeric_limits<double>::quiet_NaN() : metric->value;
}

std::string case_name(const Case& c) {
  return c.label + " on " + std::to_string(c.n_ranks) + (c.n_ranks == 1 ? " rank" : " ranks");
}

}  // namespace pac
