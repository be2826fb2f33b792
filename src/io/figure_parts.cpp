// Axes, legend and words of figures.
#include "io/figure_parts.hpp"

#include <algorithm>
#include <array>

#include "io/tables.hpp"

namespace pac {
namespace {

constexpr double line_height = 16;
constexpr double mark_width = 16;

bool begins_letter(char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }

std::string at(double x, double y) { return place_text(x) + " " + place_text(y); }

/// A line between two places, as a path with a class.
void draw_path(Markup& marks, const char* style, const std::string& path) {
  marks.empty("path", {{"class", style}, {"d", path}});
}

/// A closed shape of about the same area for each series, about (x, y).
std::string shape_of(std::size_t series, double x, double y) {
  constexpr double r = 3.4;
  const auto corners = [&](std::initializer_list<std::array<double, 2>> places) {
    std::string path;
    for (const auto& [dx, dy] : places) path += (path.empty() ? "M" : "L") + at(x + r * dx, y + r * dy);
    return path + "Z";
  };
  switch (series % 5) {
    case 0:
      return "M" + at(x - r, y) + "a3.4 3.4 0 1 0 6.8 0a3.4 3.4 0 1 0 -6.8 0Z";
    case 1:
      return corners({{-0.9, -0.9}, {0.9, -0.9}, {0.9, 0.9}, {-0.9, 0.9}});
    case 2:
      return corners({{0, -1.2}, {1.15, 0.9}, {-1.15, 0.9}});
    case 3:
      return corners({{0, -1.3}, {1.3, 0}, {0, 1.3}, {-1.3, 0}});
    default:
      return corners({{0, 1.2}, {1.15, -0.9}, {-1.15, -0.9}});
  }
}

void draw_legend_mark(Markup& marks, const LegendEntry& entry, double x, double y) {
  const double middle = y - 4;
  const std::string across = "M" + at(x, middle) + "H" + place_text(x + 12);
  const MarkupAttributes square{{"x", place_text(x + 1)}, {"y", place_text(y - 9)}, {"width", "10"}, {"height", "10"}};
  MarkupAttributes block{{"class", "bar " + series_class(entry.series)}};
  block.insert(block.end(), square.begin(), square.end());
  switch (entry.mark) {
    case LegendMark::block:
      marks.empty("rect", block);
      break;
    case LegendMark::dot:
      draw_path(marks, ("line " + series_class(entry.series)).c_str(), across);
      draw_path(marks, ("dot " + series_class(entry.series)).c_str(), shape_of(entry.series, x + 6, middle));
      break;
    case LegendMark::dashes:
      draw_path(marks, "rule", across);
      break;
    case LegendMark::floor:
      marks.empty(
          "rect",
          {{"class", "floor"}, {"x", place_text(x)}, {"y", place_text(y - 6)}, {"width", "12"}, {"height", "4"}});
      break;
    case LegendMark::outline:
      draw_path(marks, "halo", "M" + at(x + 1, y - 9) + "h10v10h-10Z");
      draw_path(marks, "edge", "M" + at(x + 1, y - 9) + "h10v10h-10Z");
      break;
    case LegendMark::ring:
      for (const char* style : {"halo", "edge"}) {
        marks.empty("circle", {{"class", style}, {"cx", place_text(x + 6)}, {"cy", place_text(middle)}, {"r", "5"}});
      }
  }
}

}  // namespace

std::string series_class(std::size_t series) { return "s" + std::to_string(series % 8); }

std::size_t letters_in(const std::string& text) {
  return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), begins_letter));
}

std::string shortened(const std::string& text, std::size_t most) {
  const std::string clean = clean_text(text);
  if (letters_in(clean) <= most) return clean;
  std::size_t end = 0;
  for (std::size_t n = 0; end < clean.size(); ++end) {
    if (begins_letter(clean[end]) && ++n == most) break;
  }
  return clean.substr(0, end) + "\xE2\x80\xA6";
}

void draw_words(Markup& marks, double x, double y, const std::string& anchor, const std::string& words) {
  marks.line("text", {{"x", place_text(x)}, {"y", place_text(y)}, {"text-anchor", anchor}}, words);
}

void draw_words_upward(Markup& marks, double x, double y, const std::string& words) {
  marks.line("text",
             {{"transform", "translate(" + at(x, y) + ") rotate(-90)"}, {"text-anchor", "middle"}, {"class", "label"}},
             words);
}

double draw_legend(Markup& marks, const std::vector<LegendEntry>& entries, double left, double right, double top) {
  if (entries.empty()) return top;
  double x = left;
  double y = top + 11;
  for (const LegendEntry& entry : entries) {
    const std::string name =
        shortened(entry.name, static_cast<std::size_t>((right - left - mark_width) / letter_width));
    const double width = mark_width + letter_width * static_cast<double>(letters_in(name)) + 10;
    if (x > left && x + width - 10 > right) {
      x = left;
      y += line_height;
    }
    draw_legend_mark(marks, entry, x, y);
    draw_words(marks, x + mark_width, y, "start", name);
    x += width;
  }
  return y + 8;
}

void draw_dot(Markup& marks, std::size_t series, double x, double y, const std::string& tip) {
  marks.mark("path", {{"class", "dot " + series_class(series)}, {"d", shape_of(series, x, y)}}, tip);
}

void draw_bottom_ticks(Markup& marks, const Scale& scale, const Box& box) {
  std::string grid;
  double free = box.left - 20;
  for (const Tick& tick : scale.ticks()) {
    const double x = scale.place(tick.value);
    grid += "M" + at(x, box.top) + "V" + place_text(box.bottom + 4);
    const double half = letter_width * static_cast<double>(letters_in(tick.text)) / 2;
    if (x - half < free) continue;  // its words would stand on its neighbour's
    draw_words(marks, x, box.bottom + 15, "middle", tick.text);
    free = x + half + 3;
  }
  draw_path(marks, "grid", grid + "M" + at(box.left, box.bottom) + "H" + place_text(box.right));
}

void draw_left_ticks(Markup& marks, const Scale& scale, const Box& box) {
  std::string grid;
  for (const Tick& tick : scale.ticks()) {
    const double y = scale.place(tick.value);
    grid += "M" + at(box.left - 4, y) + "H" + place_text(box.right);
    draw_words(marks, box.left - 7, y + 4, "end", tick.text);
  }
  draw_path(marks, "grid", grid + "M" + at(box.left, box.top) + "V" + place_text(box.bottom));
}

void draw_bottom_label(Markup& marks, const std::string& label, const Box& box) {
  marks.line("text",
             {{"class", "label"},
              {"x", place_text((box.left + box.right) / 2)},
              {"y", place_text(box.bottom + 31)},
              {"text-anchor", "middle"}},
             label);
}

void draw_left_label(Markup& marks, const std::string& label, const Box& box) {
  draw_words_upward(marks, 11, (box.top + box.bottom) / 2, label);
}

void draw_bottom_axis(Markup& marks, const Scale& scale, const Box& box) {
  draw_bottom_ticks(marks, scale, box);
  draw_bottom_label(marks, scale.label(), box);
}

void draw_left_axis(Markup& marks, const Scale& scale, const Box& box) {
  draw_left_ticks(marks, scale, box);
  draw_left_label(marks, scale.label(), box);
}

}  // namespace pac
