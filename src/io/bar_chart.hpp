// A figure of lying bars, one a line, each of parts that follow each other.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "io/figure_parts.hpp"

namespace pac {

struct BarPart {
  std::size_t series = 0;                                   ///< index of BarChart::series
  double value = 0;                                         ///< its length; not drawn where it is not above 0
  std::string tip;                                          ///< tooltip
  double floor = std::numeric_limits<double>::quiet_NaN();  ///< a length to mark from the part's beginning; NaN: none
  double low = std::numeric_limits<double>::quiet_NaN();    ///< ends of an interval about the part's end; NaN: none
  double high = std::numeric_limits<double>::quiet_NaN();
};

struct Bar {
  std::string label;
  std::string note;  ///< at the right end of its line
  std::vector<BarPart> parts;
};

struct BarChart {
  Axis x;                           ///< from 0
  std::vector<std::string> series;  ///< names
  std::string floor_name{};         ///< what BarPart::floor is; empty: there are none
  bool floors_within = false;       ///< draw a floor no longer than its part
  std::vector<Bar> bars;
  std::vector<Rule> rules{};  ///< upright, at an x
};

Drawing drawing_of(const BarChart& chart);

}  // namespace pac
