// What figures have in common: their width, axes, legend, words. A figure is drawn in units of which 400 are its width,
// so that its words can be read on a narrow screen; classes of the style sheet (html_page) give colours.
#pragma once

#include <string>
#include <vector>

#include "io/axis.hpp"
#include "io/markup.hpp"

namespace pac {

inline constexpr double figure_width = 400;
inline constexpr double letter_width = 6.6;  ///< of the figures' words, on average

/// Marks of a figure, to stand in an <svg> of figure_width by height.
struct Drawing {
  double height = 0;
  Markup marks;
};

/// The area that data fill.
struct Box {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
};

/// A straight line across a figure at one value, with its name in the legend.
struct Rule {
  double value = 0;
  std::string name;
};

enum class LegendMark { block, dot, dashes, floor, outline, ring };

struct LegendEntry {
  LegendMark mark = LegendMark::block;
  std::size_t series = 0;  ///< of block and dot
  std::string name;
};

/// "s3": the class that colours a series.
std::string series_class(std::size_t series);

/// Draws the legend between left and right in as many lines as it needs, the first one below `top`; the place below it.
double draw_legend(Markup& marks, const std::vector<LegendEntry>& entries, double left, double right, double top);

/// The point of a series: its shape tells series apart where colours do not.
void draw_dot(Markup& marks, std::size_t series, double x, double y, const std::string& tip);

/// Grid lines and ticks of the axis along the bottom, or along the left; and its label beside them.
void draw_bottom_ticks(Markup& marks, const Scale& scale, const Box& box);
void draw_left_ticks(Markup& marks, const Scale& scale, const Box& box);
void draw_bottom_label(Markup& marks, const std::string& label, const Box& box);
void draw_left_label(Markup& marks, const std::string& label, const Box& box);
void draw_bottom_axis(Markup& marks, const Scale& scale, const Box& box);
void draw_left_axis(Markup& marks, const Scale& scale, const Box& box);

/// Words at a place; anchor: start, middle or end.
void draw_words(Markup& marks, double x, double y, const std::string& anchor, const std::string& words);
void draw_words_upward(Markup& marks, double x, double y, const std::string& words);

/// At most `most` letters, the last one an ellipsis where some are left out.
std::string shortened(const std::string& text, std::size_t most);

/// Letters of a text (code points of UTF-8).
std::size_t letters_in(const std::string& text);

}  // namespace pac
