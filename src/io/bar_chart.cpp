// Lying bars: see bar_chart.hpp.
#include "io/bar_chart.hpp"

#include <algorithm>
#include <cmath>
#include <set>

namespace pac {
namespace {

constexpr double line_height = 22;
constexpr double bar_height = 13;
constexpr double floor_height = 4;
constexpr std::size_t most_letters = 24;  // of labels and notes

double largest_of(const BarChart& chart) {
  double largest = 0;
  const auto see = [&](double value) {
    if (std::isfinite(value)) largest = std::max(largest, value);
  };
  for (const Bar& bar : chart.bars) {
    double end = 0;
    for (const BarPart& part : bar.parts) {
      if (!chart.floors_within) see(end + part.floor);
      see(part.high);
      if (part.value > 0) end += part.value;
    }
    see(end);
  }
  for (const Rule& rule : chart.rules) see(rule.value);
  return largest > 0 ? largest : 1;
}

double width_of(const BarChart& chart, std::string Bar::*words) {
  std::size_t letters = 0;
  for (const Bar& bar : chart.bars) letters = std::max(letters, letters_in(shortened(bar.*words, most_letters)));
  return letter_width * static_cast<double>(letters);
}

std::vector<LegendEntry> legend_of(const BarChart& chart) {
  std::vector<LegendEntry> entries;
  std::set<std::size_t> drawn;
  for (const Bar& bar : chart.bars) {
    for (const BarPart& part : bar.parts) drawn.insert(part.series);
  }
  for (std::size_t i = 0; i < chart.series.size(); ++i) {
    if (drawn.contains(i)) entries.push_back({LegendMark::block, i, chart.series[i]});
  }
  if (!chart.floor_name.empty()) entries.push_back({LegendMark::floor, 0, chart.floor_name});
  for (const Rule& rule : chart.rules) entries.push_back({LegendMark::dashes, 0, rule.name});
  return entries;
}

void draw_bar(Markup& marks, const Bar& bar, const Scale& x, bool floors_within, double top) {
  double begin = 0;
  const auto draw = [&](const std::string& style, double left, double right, double height, const std::string& tip) {
    marks.mark("rect",
               {{"class", style},
                {"x", place_text(left)},
                {"y", place_text(top + (bar_height - height) / 2)},
                {"width", place_text(std::max(right - left, 0.5))},
                {"height", place_text(height)}},
               tip);
  };
  for (const BarPart& part : bar.parts) {
    if (!(part.value > 0) || !std::isfinite(part.value)) continue;
    const double left = x.place(begin);
    begin += part.value;
    const double right = x.place(begin);
    draw("bar " + series_class(part.series), left, right, bar_height, part.tip);
    if (part.floor > 0) {
      const double end = x.place(begin - part.value + part.floor);
      draw("floor", left, floors_within ? std::min(end, right) : end, floor_height, part.tip);
    }
    if (std::isfinite(part.low) && std::isfinite(part.high)) {
      const std::string ends = "m0 -4v8m0 -4H" + place_text(x.place(part.high)) + "m0 -4v8";
      const std::string low = "M" + place_text(x.place(part.low)) + " " + place_text(top + bar_height / 2);
      marks.mark("path", {{"class", "interval"}, {"d", low + ends}}, part.tip);
    }
  }
}

}  // namespace

Drawing drawing_of(const BarChart& chart) {
  Drawing drawing;
  const double top = draw_legend(drawing.marks, legend_of(chart), 8, figure_width - 8, 2) + 6;
  const double notes = width_of(chart, &Bar::note);
  const Box box{14 + width_of(chart, &Bar::label), top, figure_width - 12 - notes - (notes > 0 ? 6 : 0),
                top + line_height * static_cast<double>(chart.bars.size()) + 2};
  const Scale x(chart.x, {0, largest_of(chart)}, box.left, box.right, 5);
  draw_bottom_axis(drawing.marks, x, box);
  double line = box.top;
  for (const Bar& bar : chart.bars) {
    draw_words(drawing.marks, box.left - 6, line + 15, "end", shortened(bar.label, most_letters));
    draw_bar(drawing.marks, bar, x, chart.floors_within, line + (line_height - bar_height) / 2);
    draw_words(drawing.marks, figure_width - 8, line + 15, "end", shortened(bar.note, most_letters));
    line += line_height;
  }
  for (const Rule& rule : chart.rules) {
    const std::string path = "M" + place_text(x.place(rule.value)) + " " + place_text(box.top) + "V";
    drawing.marks.mark("path", {{"class", "rule"}, {"d", path + place_text(box.bottom)}}, rule.name);
  }
  drawing.height = box.bottom + 38;
  return drawing;
}

}  // namespace pac
