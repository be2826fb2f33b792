// A figure of points and lines over two axes.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "io/figure_parts.hpp"

namespace pac {

struct ChartPoint {
  double x = 0;
  double y = 0;
  std::string tip;                                        ///< tooltip
  double low = std::numeric_limits<double>::quiet_NaN();  ///< of an interval about y; NaN: none
  double high = std::numeric_limits<double>::quiet_NaN();
};

struct Series {
  std::string name;
  std::vector<ChartPoint> points;
  bool reference = false;  ///< a dashed line without points: what is ideal
  bool joined = true;      ///< a line through the points, in their order
};

struct LineChart {
  Axis x;
  Axis y;
  bool y_from_zero = false;
  std::vector<Series> series;
  std::vector<Rule> rules{};  ///< across, at a y
};

/// Points that an axis cannot hold (not finite, not above 0 on a logarithmic one) are left out.
Drawing drawing_of(const LineChart& chart);

}  // namespace pac
