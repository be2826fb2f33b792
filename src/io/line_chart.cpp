// Points and lines: see line_chart.hpp.
#include "io/line_chart.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace pac {
namespace {

constexpr double plot_height = 200;

class Extent {
 public:
  void add(double value, bool logarithmic) {
    if (!std::isfinite(value) || (logarithmic && value <= 0)) return;
    low_ = std::min(low_, value);
    high_ = std::max(high_, value);
  }
  /// With some room beside the outermost points.
  [[nodiscard]] Range with_room(bool logarithmic, bool from_zero) const {
    if (!(low_ <= high_)) return {0, 1};
    if (logarithmic) {
      const double room = std::pow(high_ / low_, 0.05);
      return {low_ / room, high_ * room};
    }
    const double room = 0.05 * (high_ - low_);
    return {from_zero ? 0 : low_ - room, from_zero ? std::max(high_ * 1.05, 1e-300) : high_ + room};
  }

 private:
  double low_ = std::numeric_limits<double>::infinity();
  double high_ = -std::numeric_limits<double>::infinity();
};

std::vector<LegendEntry> legend_of(const LineChart& chart) {
  std::vector<LegendEntry> entries;
  std::set<std::string> named;
  const bool alone = chart.series.size() == 1 && chart.rules.empty();
  std::size_t index = 0;
  for (const Series& series : chart.series) {
    const LegendMark mark = series.reference ? LegendMark::dashes : LegendMark::dot;
    if (!alone && named.insert(series.name).second) entries.push_back({mark, index, series.name});
    if (!series.reference) ++index;
  }
  for (const Rule& rule : chart.rules) entries.push_back({LegendMark::dashes, 0, rule.name});
  return entries;
}

void draw_series(Markup& marks, const Series& series, std::size_t index, const Scale& x, const Scale& y) {
  std::string line;
  std::string intervals;
  const auto fits = [&](const ChartPoint& p) { return x.holds(p.x) && y.holds(p.y); };
  for (const ChartPoint& p : series.points) {
    if (!fits(p)) continue;
    const std::string place = place_text(x.place(p.x)) + " ";
    line += (line.empty() ? "M" : "L") + place + place_text(y.place(p.y));
    if (!y.holds(p.low) || !y.holds(p.high)) continue;
    intervals += "M" + place + place_text(y.place(p.low)) + "V" + place_text(y.place(p.high));
  }
  if (line.empty()) return;
  if (series.reference) {
    marks.mark("path", {{"class", "rule"}, {"d", line}}, series.name);
    return;
  }
  if (series.joined) marks.empty("path", {{"class", "line " + series_class(index)}, {"d", line}});
  if (!intervals.empty()) marks.empty("path", {{"class", "line " + series_class(index)}, {"d", intervals}});
  for (const ChartPoint& p : series.points) {
    if (fits(p)) draw_dot(marks, index, x.place(p.x), y.place(p.y), p.tip);
  }
}

}  // namespace

Drawing drawing_of(const LineChart& chart) {
  Extent in_x;
  Extent in_y;
  for (const Series& series : chart.series) {
    for (const ChartPoint& p : series.points) {
      in_x.add(p.x, chart.x.logarithmic);
      for (const double y : {p.y, p.low, p.high}) in_y.add(y, chart.y.logarithmic);
    }
  }
  for (const Rule& rule : chart.rules) in_y.add(rule.value, chart.y.logarithmic);
  Drawing drawing;
  const double top = draw_legend(drawing.marks, legend_of(chart), 8, figure_width - 8, 2) + 8;
  const Box box{62, top, figure_width - 14, top + plot_height};
  const Scale x(chart.x, in_x.with_room(chart.x.logarithmic, false), box.left, box.right, 7);
  const Scale y(chart.y, in_y.with_room(chart.y.logarithmic, chart.y_from_zero), box.bottom, box.top, 7);
  draw_bottom_axis(drawing.marks, x, box);
  draw_left_axis(drawing.marks, y, box);
  for (const Rule& rule : chart.rules) {
    if (!y.holds(rule.value)) continue;
    const std::string path = "M" + place_text(box.left) + " " + place_text(y.place(rule.value)) + "H";
    drawing.marks.mark("path", {{"class", "rule"}, {"d", path + place_text(box.right)}}, rule.name);
  }
  std::size_t index = 0;
  for (const Series& series : chart.series) {
    draw_series(drawing.marks, series, index, x, y);
    if (!series.reference) ++index;
  }
  drawing.height = box.bottom + 38;
  return drawing;
}

}  // namespace pac
