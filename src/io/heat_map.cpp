// Coloured cells: see heat_map.hpp.
#include "io/heat_map.hpp"

#include <algorithm>
#include <cmath>

#include "io/colour_map.hpp"

namespace pac {
namespace {

constexpr double bar_width = 12;
constexpr double bar_room = 62;  // of the colour bar with its words
constexpr double least_left_room = 50;
constexpr double map_height = 230;
constexpr std::size_t small_columns = 3;
constexpr double small_height = 84;
constexpr double small_height_alone = 140;  // of a single line: beside it stands the whole label
constexpr double small_gap = 10;
constexpr double title_height = 15;

/// The colour scale of all maps.
Range range_of(const HeatMap& figure) {
  Range range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const CellMap& map : figure.maps) {
    for (const double value : map.values) {
      if (!std::isfinite(value)) continue;
      range = {std::min(range.low, value), std::max(range.high, value)};
    }
  }
  if (std::isfinite(figure.lowest)) range.low = figure.lowest;
  if (std::isfinite(figure.highest)) range.high = figure.highest;
  if (!(range.low < range.high)) range = std::isfinite(range.low) ? Range{range.low, range.low + 1} : Range{0, 1};
  return range;
}

MarkupAttributes rectangle(double x0, double y0, double x1, double y1, const std::string& fill) {
  return {{"x", place_text(x0)},
          {"y", place_text(y0)},
          {"width", place_text(x1 - x0)},
          {"height", place_text(y1 - y0)},
          {"fill", fill}};
}

void draw_cells(Markup& marks, const HeatMap& figure, const CellMap& map, const Scale& x, const Scale& y,
                const Range& colours) {
  const std::size_t n_y = figure.y.n();
  marks.inside("g", {{"class", "cells"}}, [&] {
    // Each reaches a little under the next ones, so that no ground shows between them.
    const double under = 0.4;
    for (std::size_t i = 0; i < figure.x.n(); ++i) {
      const double right = x.place(figure.x.edges[i + 1]) + (i + 1 < figure.x.n() ? under : 0);
      for (std::size_t j = 0; j < n_y; ++j) {
        const double top = y.place(figure.y.edges[j + 1]) - (j + 1 < n_y ? under : 0);
        const double value = map.values[i * n_y + j];
        const std::string fill =
            std::isfinite(value) ? viridis((value - colours.low) / (colours.high - colours.low)) : "#8c8c8c";
        marks.mark("rect", rectangle(x.place(figure.x.edges[i]), top, right, y.place(figure.y.edges[j]), fill),
                   map.tips[i * n_y + j]);
      }
    }
  });
}

/// The line between cells inside and outside, along the cells' edges.
std::string outline_of(const HeatMap& figure, const CellMap& map, const Scale& x, const Scale& y) {
  const auto n_x = static_cast<std::ptrdiff_t>(figure.x.n());
  const auto n_y = static_cast<std::ptrdiff_t>(figure.y.n());
  const auto inside = [&](std::ptrdiff_t i, std::ptrdiff_t j) {
    return i >= 0 && i < n_x && j >= 0 && j < n_y && map.inside[static_cast<std::size_t>(i * n_y + j)] != 0;
  };
  const auto at_x = [&](std::ptrdiff_t i) { return place_text(x.place(figure.x.edges[static_cast<std::size_t>(i)])); };
  const auto at_y = [&](std::ptrdiff_t j) { return place_text(y.place(figure.y.edges[static_cast<std::size_t>(j)])); };
  std::string path;
  for (std::ptrdiff_t i = 0; i < n_x; ++i) {
    for (std::ptrdiff_t j = 0; j < n_y; ++j) {
      if (!inside(i, j)) continue;
      if (!inside(i - 1, j)) path += "M" + at_x(i) + " " + at_y(j) + "V" + at_y(j + 1);
      if (!inside(i + 1, j)) path += "M" + at_x(i + 1) + " " + at_y(j) + "V" + at_y(j + 1);
      if (!inside(i, j - 1)) path += "M" + at_x(i) + " " + at_y(j) + "H" + at_x(i + 1);
      if (!inside(i, j + 1)) path += "M" + at_x(i) + " " + at_y(j + 1) + "H" + at_x(i + 1);
    }
  }
  return path;
}

/// Cells with outline and rings.
void draw_map(Markup& marks, const HeatMap& figure, const CellMap& map, const Scale& x, const Scale& y,
              const Range& colours) {
  draw_cells(marks, figure, map, x, y, colours);
  const std::string outline = map.inside.empty() ? "" : outline_of(figure, map, x, y);
  for (const char* style : {"halo", "edge"}) {
    if (!outline.empty()) marks.empty("path", {{"class", style}, {"d", outline}});
  }
  for (const Ring& ring : figure.rings) {
    if (!(ring.x >= x.range().low && ring.x <= x.range().high)) continue;
    if (!(ring.y >= y.range().low && ring.y <= y.range().high)) continue;
    const std::string radius = figure.maps.size() > 1 ? "3" : "6";
    for (const char* style : {"halo", "edge"}) {
      marks.mark(
          "circle",
          {{"class", style}, {"cx", place_text(x.place(ring.x))}, {"cy", place_text(y.place(ring.y))}, {"r", radius}},
          ring.tip);
    }
  }
}

void draw_colour_bar(Markup& marks, const HeatMap& figure, const Range& colours, double left, const Box& box) {
  constexpr int steps = 40;
  const Scale scale({figure.value_label, figure.value_unit}, colours, box.bottom, box.top, 6);
  const double step = (box.bottom - box.top) / steps;
  marks.inside("g", {{"class", "cells"}}, [&] {
    for (int k = 0; k < steps; ++k) {
      const double y = box.bottom - (k + 1) * step;
      marks.empty("rect", rectangle(left, y, left + bar_width, y + step, viridis((k + 0.5) / steps)));
    }
  });
  for (const Tick& tick : scale.ticks()) {
    draw_words(marks, left + bar_width + 4, scale.place(tick.value) + 4, "start", tick.text);
  }
  draw_words_upward(marks, figure_width - 3, (box.top + box.bottom) / 2, scale.label());
}

std::vector<LegendEntry> legend_of(const HeatMap& figure) {
  std::vector<LegendEntry> entries;
  if (!figure.inside_name.empty()) entries.push_back({LegendMark::outline, 0, figure.inside_name});
  if (!figure.rings.empty()) entries.push_back({LegendMark::ring, 0, figure.ring_name});
  return entries;
}

Scale scale_of(const CellAxis& cells, double from, double to, int most) {
  return {cells.axis, {cells.edges.front(), cells.edges.back()}, from, to, most};
}

/// Panels in columns; ticks below the lowest one of each column and beside the first one of each line. The area that
/// they fill.
Box draw_small(Markup& marks, const HeatMap& figure, const Range& colours, const Box& room) {
  const std::size_t n = figure.maps.size();
  const std::size_t columns = std::min(n, small_columns);
  const double width =
      (room.right - room.left - small_gap * static_cast<double>(columns - 1)) / static_cast<double>(columns);
  const double height = n > columns ? small_height : small_height_alone;
  Box all = room;
  std::string x_label;
  std::string y_label;
  for (std::size_t k = 0; k < n; ++k) {
    const std::size_t line = k / columns;
    const double left = room.left + static_cast<double>(k % columns) * (width + small_gap);
    const double top = room.top + title_height + static_cast<double>(line) * (height + title_height + 4);
    const Box box{left, top, left + width, top + height};
    const Scale x = scale_of(figure.x, box.left, box.right, 4);
    const Scale y = scale_of(figure.y, box.bottom, box.top, 4);
    if (k + columns >= n) draw_bottom_ticks(marks, x, box);
    if (k % columns == 0) draw_left_ticks(marks, y, box);
    draw_words(marks, left, top - 4, "start",
               shortened(figure.maps[k].title, static_cast<std::size_t>(width / letter_width)));
    draw_map(marks, figure, figure.maps[k], x, y, colours);
    all.bottom = box.bottom;
    x_label = x.label();
    y_label = y.label();
  }
  all.top = room.top + title_height;
  draw_bottom_label(marks, x_label, all);
  draw_left_label(marks, y_label, all);
  return all;
}

}  // namespace

Drawing drawing_of(const HeatMap& figure) {
  Drawing drawing;
  const Range colours = range_of(figure);
  const double top = draw_legend(drawing.marks, legend_of(figure), 8, figure_width - 8, 2) + 6;
  std::size_t letters = 0;  // of the words beside the left axis
  for (const std::string& name : figure.y.axis.names) letters = std::max(letters, letters_in(name));
  const double left = std::max(least_left_room, 24 + letter_width * static_cast<double>(letters));
  Box box{left, top, figure_width - bar_room - 8, top + map_height};
  if (figure.maps.size() > 1) {
    box = draw_small(drawing.marks, figure, colours, box);
  } else {
    const Scale x = scale_of(figure.x, box.left, box.right, 8);
    const Scale y = scale_of(figure.y, box.bottom, box.top, 8);
    draw_bottom_axis(drawing.marks, x, box);
    draw_left_axis(drawing.marks, y, box);
    draw_map(drawing.marks, figure, figure.maps.front(), x, y, colours);
  }
  const double bar_bottom = std::min(box.bottom, box.top + map_height);
  draw_colour_bar(drawing.marks, figure, colours, box.right + 10, {box.left, box.top, box.right, bar_bottom});
  drawing.height = box.bottom + 38;
  return drawing;
}

}  // namespace pac
