// Maps over pairs of bands as cells to draw: bands in the order of their frequencies, means over rows, cells merged
// where there are more than a page can hold.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "io/heat_map.hpp"
#include "measure/record.hpp"

namespace pac {

class MapCells {
 public:
  /// Of a record with a comodulogram and its bands. Refers to it.
  explicit MapCells(const Record& record);

  /// Axes and colour scale; maps are still to be added.
  [[nodiscard]] HeatMap figure(const std::string& value_label) const;

  /// Those of `rows`, or of all, that have a value in `map` [row][phase band][amplitude band].
  [[nodiscard]] std::vector<std::int64_t> rows_with_values(const std::vector<float>& map) const;
  [[nodiscard]] std::vector<std::int64_t> rows_with_values(const std::vector<float>& map,
                                                           const std::vector<std::int64_t>& rows) const;
  /// Mean over rows of every cell, NaN left out; a merged cell has the largest of its pairs.
  [[nodiscard]] CellMap map_of(const std::vector<float>& map, const std::vector<std::int64_t>& rows) const;
  /// [cell] whether the mean over rows of every, or of a merged cell of any, pair is `good`.
  [[nodiscard]] std::vector<std::uint8_t> where(const std::vector<float>& map, const std::vector<std::int64_t>& rows,
                                                const std::function<bool(double)>& good) const;

  [[nodiscard]] std::size_t n_cells() const { return pha_.n() * amp_.n(); }
  /// The cell with the largest value; 0 where there is none.
  static std::size_t peak_of(const CellMap& map);
  static double peak_value(const CellMap& map) { return map.values[peak_of(map)]; }
  /// "4.5-7.5 Hz" of the phase and the amplitude bands of a cell.
  [[nodiscard]] std::pair<std::string, std::string> band_texts(std::size_t cell) const;
  /// "Largest value 0.0123 at 4.5-7.5 Hz with 70-90 Hz."
  [[nodiscard]] std::string peak_text(const CellMap& map) const;
  /// What a caption says where cells are merged; else empty.
  [[nodiscard]] std::string coarse_text() const;

 private:
  /// The bands of an axis, some of them sharing a cell.
  struct Bands {
    std::vector<Band> bands;         ///< as the record has them
    std::vector<std::size_t> order;  ///< by rising centres
    std::size_t per_cell = 1;
    [[nodiscard]] std::size_t n() const { return (order.size() + per_cell - 1) / per_cell; }
    [[nodiscard]] std::string text(std::size_t cell) const;
    [[nodiscard]] CellAxis axis(const std::string& label) const;
  };

  [[nodiscard]] std::vector<double> means(const std::vector<float>& map, const std::vector<std::int64_t>& rows) const;
  /// Calls visit(cell, mean) for every pair of bands.
  template <class Visit>
  void each_pair(const std::vector<double>& of_pairs, Visit visit) const;

  const Record& record_;
  Bands pha_;
  Bands amp_;
};

}  // namespace pac
