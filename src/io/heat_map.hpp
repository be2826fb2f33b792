// Figures of coloured cells over two axes: one map with its colour bar, or several small ones with one colour bar.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "io/figure_parts.hpp"

namespace pac {

/// An axis divided into cells.
struct CellAxis {
  Axis axis;
  std::vector<double> edges;         ///< rising, one more than there are cells
  std::vector<std::string> cells{};  ///< what each cell is, for tables
  [[nodiscard]] std::size_t n() const { return edges.empty() ? 0 : edges.size() - 1; }
};

/// A place to mark with a ring.
struct Ring {
  double x = 0;
  double y = 0;
  std::string tip;
};

/// Cells that share two axes and a colour scale.
struct CellMap {
  std::string title;                   ///< of a small one
  std::vector<double> values;          ///< [x][y]; NaN: no value
  std::vector<std::string> tips;       ///< [x][y] tooltips
  std::vector<std::uint8_t> inside{};  ///< [x][y] cells to outline; empty: none
};

struct HeatMap {
  CellAxis x;
  CellAxis y;
  std::string value_label;
  std::string value_unit = "1";
  double lowest = std::numeric_limits<double>::quiet_NaN();   ///< of the colour scale; NaN: the least value
  double highest = std::numeric_limits<double>::quiet_NaN();  ///< NaN: the largest one
  std::vector<CellMap> maps;                                  ///< one, or several small ones
  std::string inside_name{};                                  ///< of the outline, in the legend
  std::vector<Ring> rings{};                                  ///< in every map
  std::string ring_name{};
};

Drawing drawing_of(const HeatMap& figure);

}  // namespace pac
