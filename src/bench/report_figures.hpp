// The figures of a report's section: each with an id of its own, its words and its numbers as a table.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "io/bar_chart.hpp"
#include "io/heat_map.hpp"
#include "io/html_page.hpp"
#include "io/line_chart.hpp"
#include "measure/record.hpp"

namespace pac {

/// What is said of a figure.
struct FigureWords {
  std::string title;
  std::string description;  ///< for those who do not see it
  std::string caption{};
};

/// Writes figures onto the page as they are added.
class FigureList {
 public:
  /// `section`: begins the ids of its figures. `most_cells`: of its small maps together, so that the page stays small.
  FigureList(Markup& page, std::string section, std::size_t most_cells)
      : page_(page), section_(std::move(section)), most_cells_(most_cells) {}

  void add(const FigureWords& words, const LineChart& chart);
  void add(const FigureWords& words, const BarChart& chart);
  /// The numbers of one map are its values; of several, `numbers`.
  void add(const FigureWords& words, const HeatMap& map);
  void add(const FigureWords& words, const HeatMap& maps, const PageTable& numbers);
  [[nodiscard]] std::size_t most_cells() const { return most_cells_; }
  [[nodiscard]] bool empty() const { return n_ == 0; }

 private:
  void write(const FigureWords& words, const Drawing& drawing, PageTable numbers);

  Markup& page_;
  std::string section_;
  std::size_t most_cells_;
  int n_ = 0;
};

/// A number with its unit, exact behind its text; a dash for NaN.
TableCell number_cell(double value, const std::string& unit = "1");

/// A variable, metric or number of ranks of a case; NaN where it has none.
double number_in(const Case& c, const std::string& name);

/// "batch x2 on 4 ranks"
std::string case_name(const Case& c);

/// The figures of a benchmark's own result: none for one that has none.
void add_speed(const Record& record, FigureList& figures);
void add_throughput(const Record& record, FigureList& figures);
void add_vram(const Record& record, FigureList& figures);
void add_sweep(const Record& record, FigureList& figures);
void add_compare(const Record& record, FigureList& figures);
void add_plan(const Record& record, FigureList& figures);

/// Comodulograms of every measure; of further channels, pairs or batch items as small ones.
void add_maps(const Record& record, FigureList& figures);

/// Where the time of cases and ranks went.
void add_stages(const Record& record, FigureList& figures);

}  // namespace pac
