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
constexpr std::size_t most_channels = 64;  // in a figure of pairs
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

/// Rows of one channel, or pair of channels, of all batch items.
std::vector<std::int64_t> rows_of_item(const Record& record, std::size_t k) {
  std::vector<std::int64_t> rows;
  for (std::int64_t b = 0; b < record.shape.n_batches; ++b) {
    rows.push_back(b * record.rows_per_item() + static_cast<std::int64_t>(k));
  }
  return rows;
}

/// The p-values that say most: over the family of a row's pairs where they are known.
struct PValues {
  const std::vector<float>& values;
  std::string words;  ///< what is below the level
};

PValues p_values_of(const MeasureMaps& maps) {
  if (!maps.p_maxstat.empty()) return {maps.p_maxstat, "p < 0.05, family-wise"};
  return {maps.p_value, "p < 0.05 (uncorrected)"};
}

/// Cells to outline: of one row by its p-values; these do not average, so of several rows by their mean z-score.
struct Significance {
  std::vector<std::uint8_t> inside;
  std::string name;
};

Significance significance_of(const MapCells& cells, const MeasureMaps& maps, const std::vector<std::int64_t>& rows) {
  const PValues p = p_values_of(maps);
  if (rows.size() == 1 && !p.values.empty()) {
    return {cells.where(p.values, rows, [](double value) { return value < significant_p; }), p.words};
  }
  if (maps.pac_z.empty()) return {};
  return {cells.where(maps.pac_z, rows, [](double value) { return value >= significant_z; }), "mean z at least 1.96"};
}

/// Share of the rows that are significant in a pair of bands.
CellMap shares_of(const MapCells& cells, const std::vector<float>& p, const std::vector<std::int64_t>& rows) {
  std::vector<float> below(p.size());
  std::transform(p.begin(), p.end(), below.begin(), [](float value) {
    return std::isnan(value) ? value : value < significant_p ? 1.0F : 0.0F;
  });
  return cells.map_of(below, rows);
}

/// The mean over rows and, where there are statistics, in how many of them a pair of bands is significant.
void add_measure(const Record& record, const MapCells& cells, const MeasureMaps& maps, FigureList& figures) {
  const std::vector<std::int64_t> rows = cells.rows_with_values(maps.pac);
  const std::string what = long_name_of(maps.measure);
  if (rows.empty()) return;
  HeatMap map = cells.figure(what);
  if (map.rings = planted(record.config); !map.rings.empty()) map.ring_name = "planted coupling";
  map.maps = {cells.map_of(maps.pac, rows)};
  const auto all = static_cast<std::size_t>(record.comodulogram.n_rows);
  std::string caption = rows.size() == 1 ? "One row" : "Mean of " + std::to_string(rows.size()) + " rows";
  if (rows.size() < all) caption += "; " + std::to_string(all - rows.size()) + " without values left out";
  if (const Significance found = significance_of(cells, maps, rows); !found.name.empty()) {
    if (std::count(found.inside.begin(), found.inside.end(), 1) > 0) {
      map.maps.front().inside = found.inside;
      map.inside_name = found.name;
    } else {
      caption += "; no pair of bands with " + found.name;
    }
  }
  HeatMap share = cells.figure("share of rows");
  const PValues p = p_values_of(maps);
  const bool has_shares = rows.size() > 1 && !p.values.empty();
  share.highest = 1;
  if (has_shares) share.maps = {shares_of(cells, p.values, rows)};
  const bool any = has_shares && MapCells::peak_value(share.maps.front()) > 0;
  if (has_shares && !any) caption += "; in no row a pair of bands with " + p.words;
  figures.add({"Comodulogram, " + what,
               "Coloured cells over phase and amplitude frequency. " + cells.peak_text(map.maps.front()),
               caption + cells.coarse_text()},
              map);
  if (!any) return;
  figures.add({"Rows with significant coupling, " + what,
               "Share of rows in which a pair of bands is significant. " + cells.peak_text(share.maps.front()),
               "Share of " + std::to_string(rows.size()) + " rows with " + p.words + cells.coarse_text()},
              share);
}

/// The largest value of each pair of channels, over phase's and amplitude's channel.
void add_channel_pairs(const Record& record, const MapCells& cells, FigureList& figures) {
  const std::vector<std::string> names = names_of_channels(record.shape);
  const std::size_t n = names.size();
  if (record.pairs.size() < 2 || n > most_channels) return;
  HeatMap map;
  for (CellAxis* axis : {&map.x, &map.y}) {
    axis->axis.names = axis->cells = names;
    for (std::size_t i = 0; i <= n; ++i) axis->edges.push_back(static_cast<double>(i) - 0.5);
  }
  map.x.axis.label = "channel of the phase";
  map.y.axis.label = "channel of the amplitude";
  map.value_label = long_name_of(record.comodulogram.measure);
  CellMap largest{"", std::vector<double>(n * n, NAN), std::vector<std::string>(n * n, "not computed")};
  for (std::size_t k = 0; k < record.pairs.size(); ++k) {
    const std::vector<std::int64_t> rows = cells.rows_with_values(record.comodulogram.pac, rows_of_item(record, k));
    if (rows.empty()) continue;
    const CellMap mean = cells.map_of(record.comodulogram.pac, rows);
    const auto [phase, amplitude] = record.pairs[k];
    const auto cell = static_cast<std::size_t>(phase) * n + static_cast<std::size_t>(amplitude);
    largest.values[cell] = MapCells::peak_value(mean);
    largest.tips[cell] = names[static_cast<std::size_t>(phase)] + " -> " + names[static_cast<std::size_t>(amplitude)] +
                         ". " + cells.peak_text(mean);
  }
  map.maps = {largest};
  figures.add({"Pairs of channels", "The largest value of each pair of channels' mean over batch items.",
               "The largest value over bands; means over batch items"},
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
      panel.rows = rows_of_item(record, static_cast<std::size_t>(k));
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
  const std::size_t most = std::clamp<std::size_t>(figures.most_cells() / cells.n_cells(), 2, most_small);
  HeatMap small = cells.figure(long_name_of(maps.measure));
  small.rings = planted(record.config);
  if (!small.rings.empty()) small.ring_name = "planted coupling";
  PageTable numbers{"", {"map", "largest value", "phase band", "amplitude band"}, {}};
  std::vector<CellMap> all;
  for (const Panel& panel : panels) {
    const std::vector<std::int64_t> rows = cells.rows_with_values(maps.pac, panel.rows);
    if (rows.empty()) continue;
    CellMap map = cells.map_of(maps.pac, rows);
    map.title = panel.title;
    const std::size_t peak = MapCells::peak_of(map);
    const auto [phase, amplitude] = cells.band_texts(peak);
    numbers.rows.push_back({{panel.title}, number_cell(MapCells::peak_value(map)), {phase}, {amplitude}});
    all.push_back(std::move(map));
  }
  if (all.size() < 2) return;
  // Those with the largest values, in the order of the file.
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return MapCells::peak_value(all[a]) > MapCells::peak_value(all[b]);
  });
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
    add_measure(record, cells, record.comodulogram.of(m), figures);
  }
  add_channel_pairs(record, cells, figures);
  add_panels(record, cells, figures);
}

}  // namespace pac
