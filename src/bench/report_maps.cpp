// Comodulograms as figures: the mean over rows of each measure, how often a pair of bands is significant, and the means
// of single channels, pairs or batch items as small maps.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "bench/map_cells.hpp"
#include "bench/report_figures.hpp"
#include "bench/terminal.hpp"
#include "core/error.hpp"

namespace pac {
namespace {

constexpr std::size_t most_small = 12;
constexpr double significant_p = 0.05;
constexpr double significant_z = 1.96;

std::vector<Ring> planted(const Config& config) {
  std::vector<Ring> rings;
  if (!config.input.empty()) return rings;
  for (const Coupling& c : config.coupling) {
    rings.push_back({c.phase_hz, c.amplitude_hz,
                     "planted: " + to_text(c.phase_hz) + " Hz with " + to_text(c.amplitude_hz) + " Hz, strength " +
                         to_text(c.strength)});
  }
  return rings;
}

std::string label_of(Measure measure) {
  switch (measure) {
    case Measure::mi:
      return "modulation index";
    case Measure::mvl:
      return "mean vector length";
    case Measure::ndpac:
      return "normalised direct PAC";
    case Measure::plv:
      return "phase-locking value";
    case Measure::hr:
      break;
  }
  return "heights ratio";
}

/// What outlines cells: of one row p-values; p-values do not average, so the mean z-score of several.
struct Significance {
  std::vector<std::uint8_t> inside;
  std::string name;
};

Significance significance_of(const MapCells& cells, const MeasureMaps& maps, const std::vector<std::int64_t>& rows) {
  const std::vector<float>& p = maps.p_maxstat.empty() ? maps.p_value : maps.p_maxstat;
  const std::string family = maps.p_maxstat.empty() ? " (uncorrected)" : ", family-wise";
  if (rows.size() == 1 && !p.empty()) {
    return {cells.where(p, rows, [](double value) { return value < significant_p; }), "p < 0.05" + family};
  }
  if (maps.pac_z.empty()) return {};
  return {cells.where(maps.pac_z, rows, [](double value) { return value >= significant_z; }), "mean z at least 1.96"};
}

void add_mean(const Record& record, const MapCells& cells, const MeasureMaps& maps, FigureList& figures) {
  const std::vector<std::int64_t> rows = cells.rows_with_values(maps.pac);
  const std::string what = label_of(maps.measure);
  if (rows.empty()) return;
  HeatMap map = cells.figure(what);
  if (map.rings = planted(record.config); !map.rings.empty()) map.ring_name = "planted coupling";
  map.maps = {cells.map_of(maps.pac, rows)};
  map.lowest = 0;
  const Significance found = significance_of(cells, maps, rows);
  if (std::count(found.inside.begin(), found.inside.end(), 1) > 0) {
    map.maps.front().inside = found.inside;
    map.inside_name = found.name;
  }
  const auto all = static_cast<std::size_t>(record.comodulogram.n_rows);
  std::string caption = rows.size() == 1 ? "One row" : "Mean of " + std::to_string(rows.size()) + " rows";
  if (rows.size() < all) caption += "; " + std::to_string(all - rows.size()) + " without values left out";
  if (!found.name.empty() && map.inside_name.empty()) caption += "; no pair of bands with " + found.name;
  figures.add({"Comodulogram, " + what,
               "Coloured cells over phase and amplitude frequency. " + cells.peak_text(map.maps.front()),
               caption + cells.coarse_text()},
              map);
}

/// How many of the rows are significant in a pair of bands.
void add_share(const MapCells& cells, const MeasureMaps& maps, FigureList& figures) {
  const std::vector<std::int64_t> rows = cells.rows_with_values(maps.pac);
  const std::vector<float>& p = maps.p_maxstat.empty() ? maps.p_value : maps.p_maxstat;
  if (p.empty() || rows.size() < 2) return;
  std::vector<float> below(p.size());
  std::transform(p.begin(), p.end(), below.begin(), [](float value) {
    return std::isnan(value) ? value : value < significant_p ? 1.0F : 0.0F;
  });
  HeatMap map = cells.figure("share of rows");
  map.maps = {cells.map_of(below, rows)};
  map.lowest = 0;
  const std::string family =
      maps.p_maxstat.empty() ? "p < 0.05 (uncorrected)" : "p < 0.05, family-wise over the row's pairs";
  figures.add({"Rows with significant coupling, " + label_of(maps.measure),
               "Share of rows in which a pair of bands is significant. " + cells.peak_text(map.maps.front()),
               "Share of " + std::to_string(rows.size()) + " rows with " + family + cells.coarse_text()},
              map);
}

/// Rows that make a small map: those of a channel or pair, or of a batch item.
struct Panel {
  std::string title;
  std::vector<std::int64_t> rows;
};

std::vector<Panel> panels_of(const Record& record) {
  std::vector<std::string> names = names_of_channels(record.shape);
  if (!record.pairs.empty()) names = names_of_pairs(record.pairs, names);
  const std::int64_t per_item = record.rows_per_item();
  const std::int64_t items = record.shape.n_batches;
  std::vector<Panel> panels;
  for (std::int64_t k = 0; k < (per_item > 1 ? per_item : items); ++k) {
    Panel panel;
    if (per_item > 1) {
      panel.title = (record.pairs.empty() ? "channel " : "") + names[static_cast<std::size_t>(k)];
      for (std::int64_t b = 0; b < items; ++b) panel.rows.push_back(b * per_item + k);
    } else {
      panel.title = "batch item " + std::to_string(k);
      panel.rows = {k};
    }
    panels.push_back(panel);
  }
  return panels;
}

void add_panels(const Record& record, const MapCells& cells, FigureList& figures) {
  const MeasureMaps& maps = record.comodulogram;
  const std::vector<Panel> panels = panels_of(record);
  if (panels.size() < 2) return;
  const std::size_t most = std::clamp<std::size_t>(8000 / cells.n_cells(), 2, most_small);
  HeatMap small = cells.figure(label_of(maps.measure));
  small.rings = planted(record.config);
  if (!small.rings.empty()) small.ring_name = "planted coupling";
  small.lowest = 0;
  PageTable numbers{"", {"map", "largest value", "phase band", "amplitude band"}, {}};
  std::vector<CellMap> all;
  for (const Panel& panel : panels) {
    const std::vector<std::int64_t> rows = cells.rows_with_values(maps.pac, panel.rows);
    if (rows.empty()) continue;
    CellMap map = cells.map_of(maps.pac, rows);
    map.title = panel.title;
    const std::size_t peak = MapCells::peak_of(map);
    const auto [phase, amplitude] = cells.band_texts(peak);
    numbers.rows.push_back({{panel.title}, number_cell(map.values[peak]), {phase}, {amplitude}});
    all.push_back(std::move(map));
  }
  if (all.size() < 2) return;
  // Those with the largest values, in the order of the file.
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), 0);
  const auto peak = [&](std::size_t k) { return all[k].values[MapCells::peak_of(all[k])]; };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return peak(a) > peak(b); });
  order.resize(std::min(order.size(), most));
  std::sort(order.begin(), order.end());
  for (const std::size_t k : order) small.maps.push_back(all[k]);
  const bool by_item = record.rows_per_item() == 1;
  const std::string which = by_item ? "batch item" : record.pairs.empty() ? "channel" : "pair of channels";
  std::string caption = by_item ? "One row each" : "Means over batch items";
  if (order.size() < all.size()) {
    caption +=
        "; the " + std::to_string(order.size()) + " of " + std::to_string(all.size()) + " with the largest values";
  }
  figures.add(
      {"Comodulogram of each " + which, "A small map for each " + which + "; the table tells where each is largest.",
       caption + cells.coarse_text()},
      small, numbers);
}

}  // namespace

void add_maps(const Record& record, FigureList& figures) {
  if (record.comodulogram.n_rows == 0 || record.pha_bands.empty() || record.amp_bands.empty()) return;
  const MapCells cells(record);
  for (std::size_t m = 0; m < record.comodulogram.n_measures(); ++m) {
    const MeasureMaps& maps = record.comodulogram.of(m);
    add_mean(record, cells, maps, figures);
    add_share(cells, maps, figures);
  }
  add_panels(record, cells, figures);
}

}  // namespace pac
