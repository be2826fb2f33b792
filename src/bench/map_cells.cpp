// Maps as cells: see map_cells.hpp.
#include "bench/map_cells.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "bench/terminal.hpp"

namespace pac {
namespace {

constexpr std::size_t most_cells = 60;  // along an axis

std::string hz(double value) { return number_text("%.4g", value); }

}  // namespace

std::string MapCells::Bands::text(std::size_t cell) const {
  double low = std::numeric_limits<double>::infinity();
  double high = 0;
  for (std::size_t i = cell * per_cell; i < std::min(order.size(), (cell + 1) * per_cell); ++i) {
    low = std::min(low, bands[order[i]].lo_hz);
    high = std::max(high, bands[order[i]].hi_hz);
  }
  return hz(low) + "-" + hz(high) + " Hz";
}

CellAxis MapCells::Bands::axis(const std::string& label) const {
  CellAxis cells{{label, "Hz"}, {}};
  for (std::size_t i = 0; i < n(); ++i) cells.cells.push_back(text(i));
  std::vector<double> centres;
  for (const std::size_t i : order) centres.push_back(bands[i].centre_hz());
  // Edges half-way between neighbours' centres; of the outermost cells as far out as in.
  const auto between = [&](std::size_t i) { return (centres[i - 1] + centres[i]) / 2; };
  const std::size_t last = centres.size() - 1;
  if (last == 0) {
    cells.edges = {bands[0].lo_hz, bands[0].hi_hz};
    return cells;
  }
  cells.edges.push_back(2 * centres[0] - between(1));
  for (std::size_t i = per_cell; i <= last; i += per_cell) cells.edges.push_back(between(i));
  cells.edges.push_back(2 * centres[last] - between(last));
  // Bands of one centre, or far from evenly spaced, get cells of equal size with names.
  double least = std::numeric_limits<double>::infinity();
  for (std::size_t i = 0; i < n(); ++i) least = std::min(least, cells.edges[i + 1] - cells.edges[i]);
  if (least * static_cast<double>(n()) >= (cells.edges.back() - cells.edges.front()) / 10) return cells;
  cells.edges.clear();
  cells.axis.unit = "1";
  for (std::size_t i = 0; i <= n(); ++i) cells.edges.push_back(static_cast<double>(i) - 0.5);
  cells.axis.names = cells.cells;
  return cells;
}

MapCells::MapCells(const Record& record) : record_(record), pha_{record.pha_bands, {}}, amp_{record.amp_bands, {}} {
  for (Bands* side : {&pha_, &amp_}) {
    side->order.resize(side->bands.size());
    std::iota(side->order.begin(), side->order.end(), 0);
    std::stable_sort(side->order.begin(), side->order.end(), [&](std::size_t a, std::size_t b) {
      return side->bands[a].centre_hz() < side->bands[b].centre_hz();
    });
    side->per_cell = (side->order.size() + most_cells - 1) / most_cells;
  }
}

HeatMap MapCells::figure(const std::string& value_label) const {
  HeatMap figure;
  figure.x = pha_.axis("phase frequency");
  figure.y = amp_.axis("amplitude frequency");
  figure.value_label = value_label;
  figure.lowest = 0;
  return figure;
}

std::vector<std::int64_t> MapCells::rows_with_values(const std::vector<float>& map) const {
  std::vector<std::int64_t> all(static_cast<std::size_t>(record_.comodulogram.n_rows));
  std::iota(all.begin(), all.end(), 0);
  return rows_with_values(map, all);
}

std::vector<std::int64_t> MapCells::rows_with_values(const std::vector<float>& map,
                                                     const std::vector<std::int64_t>& rows) const {
  const std::int64_t width = record_.comodulogram.pairs();
  std::vector<std::int64_t> chosen;
  for (const std::int64_t row : rows) {
    const auto first = map.begin() + row * width;
    if (std::any_of(first, first + width, [](float value) { return std::isfinite(value); })) chosen.push_back(row);
  }
  return chosen;
}

std::vector<double> MapCells::means(const std::vector<float>& map, const std::vector<std::int64_t>& rows) const {
  const auto width = static_cast<std::size_t>(record_.comodulogram.pairs());
  std::vector<double> sums(width, 0);
  std::vector<double> counts(width, 0);
  for (const std::int64_t row : rows) {
    for (std::size_t k = 0; k < width; ++k) {
      const float value = map[static_cast<std::size_t>(row) * width + k];
      if (!std::isfinite(value)) continue;
      sums[k] += static_cast<double>(value);
      counts[k] += 1;
    }
  }
  for (std::size_t k = 0; k < width; ++k) sums[k] /= counts[k];  // NaN where no row has a value
  return sums;
}

template <class Visit>
void MapCells::each_pair(const std::vector<double>& of_pairs, Visit visit) const {
  for (std::size_t p = 0; p < pha_.order.size(); ++p) {
    for (std::size_t a = 0; a < amp_.order.size(); ++a) {
      const std::size_t cell = p / pha_.per_cell * amp_.n() + a / amp_.per_cell;
      visit(cell, of_pairs[pha_.order[p] * amp_.order.size() + amp_.order[a]]);
    }
  }
}

CellMap MapCells::map_of(const std::vector<float>& map, const std::vector<std::int64_t>& rows) const {
  CellMap cells;
  cells.values.assign(n_cells(), std::numeric_limits<double>::quiet_NaN());
  each_pair(means(map, rows), [&](std::size_t cell, double value) {
    double& largest = cells.values[cell];
    if (!(largest >= value)) largest = std::isnan(value) ? largest : value;
  });
  for (std::size_t cell = 0; cell < n_cells(); ++cell) {
    const auto [phase, amplitude] = band_texts(cell);
    cells.tips.push_back(phase + " with " + amplitude + ": " + readable({"", "1", cells.values[cell]}));
  }
  return cells;
}

std::vector<std::uint8_t> MapCells::where(const std::vector<float>& map, const std::vector<std::int64_t>& rows,
                                          const std::function<bool(double)>& good) const {
  std::vector<std::uint8_t> found(n_cells(), 0);
  each_pair(means(map, rows), [&](std::size_t cell, double value) {
    if (good(value)) found[cell] = 1;
  });
  return found;
}

std::size_t MapCells::peak_of(const CellMap& map) {
  std::size_t peak = 0;
  for (std::size_t cell = 1; cell < map.values.size(); ++cell) {
    if (std::isnan(map.values[peak]) || map.values[cell] > map.values[peak]) peak = cell;
  }
  return peak;
}

std::pair<std::string, std::string> MapCells::band_texts(std::size_t cell) const {
  return {pha_.text(cell / amp_.n()), amp_.text(cell % amp_.n())};
}

std::string MapCells::peak_text(const CellMap& map) const {
  const std::size_t peak = peak_of(map);
  const auto [phase, amplitude] = band_texts(peak);
  return "Largest value " + readable({"", "1", map.values[peak]}) + " at " + phase + " with " + amplitude + ".";
}

std::string MapCells::coarse_text() const {
  if (pha_.per_cell * amp_.per_cell == 1) return "";
  return "; a cell shows the largest of " + std::to_string(pha_.per_cell) + " x " + std::to_string(amp_.per_cell) +
         " pairs of bands";
}

}  // namespace pac
