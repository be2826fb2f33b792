// See comodulogram_group.hpp. Axes as in NeXus NXdata, coordinates and bounds as in the CF conventions.
#include "io/comodulogram_group.hpp"

#include <algorithm>
#include <limits>
#include <numbers>
#include <stdexcept>

#include "core/error.hpp"
#include "io/tables.hpp"

namespace pac {
namespace {

constexpr const char* channel_axis = "channel";
constexpr const char* pair_axis = "pair";
constexpr const char* tort = "Tort et al. 2010, J Neurophysiol 104:1195, doi:10.1152/jn.00106.2010";
const std::string permutation_axis = "permutation";

struct MapMeaning {
  std::string long_name;
  std::string units;
  const char* comment;
  const char* references;  ///< "" where there is none
};

/// unit: of the signals.
MapMeaning meaning_of(Measure measure, const std::string& unit) {
  const char* const name = long_name_of(measure);
  switch (measure) {
    case Measure::mi:
      return {name, "1", "1 + sum_j p_j ln p_j / ln n_bins, 0 to 1", tort};
    case Measure::mvl:
      return {name, unit, "|sum_t a exp(i phase)| / T",
              "Canolty et al. 2006, Science 313:1626, doi:10.1126/science.1128115"};
    case Measure::ndpac:
      return {name, "1", "mean vector length of the z-scored amplitude (ddof 1), no threshold",
              "Ozkurt 2012, IEEE Trans Biomed Eng 59:1973, doi:10.1109/TBME.2012.2194783"};
    case Measure::plv:
      return {name, "1", "|sum_t exp(i phase) exp(-i psi)| / T, psi: phase of the amplitude",
              "Penny et al. 2008, J Neurosci Methods 174:50, doi:10.1016/j.jneumeth.2008.06.035"};
    case Measure::hr:
      break;
  }
  return {name, "1", "(max - min) / max of the mean amplitude in the phase bins that hold samples",
          "Lakatos et al. 2005, J Neurophysiol 94:1904, doi:10.1152/jn.00263.2005"};
}

/// Of a map by the name that for_each_map() gives it.
MapMeaning meaning_of(const Comodulogram& map, const std::string& name, const std::string& unit) {
  if (name == "preferred_phase") return {"preferred phase", "rad", "angle of sum_j p_j exp(i phase_bin_j)", ""};
  if (name == "amplitude_distribution") {
    return {"share of the amplitude in each phase bin", "1", "p_j = mean amplitude in bin j over the sum of all", tort};
  }
  std::size_t m = 0;
  for (std::size_t k = 1; k < map.n_measures(); ++k) {
    const std::string own = name_of(map.of(k).measure);
    if (name == own || name.starts_with(own + "_")) m = k;
  }
  const MapMeaning measure = meaning_of(map.of(m).measure, unit);
  const std::string of = " of the " + measure.long_name;
  const auto is = [&](const char* ending) { return name.ends_with(ending); };
  if (is("surrogate_mean")) return {"mean" + of + " of the surrogates", measure.units, "", ""};
  if (is("surrogate_std")) {
    return {"standard deviation" + of + " of the surrogates", measure.units, "population standard deviation", ""};
  }
  if (is("surrogate_max")) {
    return {"largest " + measure.long_name + " of the surrogate over all pairs of bands of the row", measure.units, "",
            ""};
  }
  if (is("exceed_count"))
    return {"surrogates with a " + measure.long_name + " not below the observed one", "1", "", ""};
  if (is("p_value")) return {"p-value" + of, "1", "(1 + exceed_count) / (1 + n_perm); of the pair alone", ""};
  if (is("p_maxstat")) {
    return {"family-wise p-value" + of + " over the row's pairs", "1",
            "(1 + #{surrogate_max >= pac}) / (1 + n_perm), maximum statistic",
            "Nichols & Holmes 2002, Hum Brain Mapp 15:1, doi:10.1002/hbm.1058"};
  }
  if (is("q_fdr")) {
    return {"false discovery rate" + of + " over the row's pairs", "1", "Benjamini-Hochberg, from p_value",
            "Benjamini & Hochberg 1995, J R Stat Soc B 57:289, doi:10.1111/j.2517-6161.1995.tb02031.x"};
  }
  if (is("_z")) return {"z-score" + of, "1", "(observed - surrogate mean) / surrogate standard deviation", ""};
  return measure;
}

/// Axes of a map by its name; `rows`: what a batch item has rows of.
std::vector<std::string> axes_of(const std::string& name, const std::string& rows) {
  if (name.ends_with("surrogate_max")) return {"batch", rows, permutation_axis};
  std::vector<std::string> axes{"batch", rows, "phase_frequency", "amplitude_frequency"};
  if (name == "amplitude_distribution") axes.emplace_back("phase_bin");
  return axes;
}

std::vector<std::int64_t> indices(std::int64_t n) {
  std::vector<std::int64_t> index(static_cast<std::size_t>(n));
  for (std::size_t i = 0; i < index.size(); ++i) index[i] = static_cast<std::int64_t>(i);
  return index;
}

void write_rows_axes(NetcdfGroup& group, const SignalShape& shape, const std::vector<ChannelPair>& pairs) {
  const std::vector<std::int64_t> batch = indices(shape.n_batches);
  group.coordinate("batch", std::span<const std::int64_t>(batch),
                   {{"long_name", "batch item: epoch or segment"}, {"units", "1"}});
  std::vector<double> start_s = shape.start_s;
  start_s.resize(batch.size(), 0.0);
  group.variable("start_s", {"batch"}, std::span<const double>(start_s),
                 {{"long_name", "start of the batch item within the recording"}, {"units", "s"}});
  std::vector<std::string> channels = names_of_channels(shape);
  for (std::string& name : channels) name = clean_text(name);
  group.coordinate(channel_axis, std::span<const std::string>(channels), {{"long_name", "channel"}});
  if (pairs.empty()) return;
  const std::vector<std::string> names = names_of_pairs(pairs, channels);
  group.coordinate(pair_axis, std::span<const std::string>(names),
                   {{"long_name", "pair of channels: that of the phase -> that of the amplitude"}});
  std::vector<std::int64_t> phase, amplitude;
  for (const ChannelPair& pair : pairs) {
    phase.push_back(pair.phase);
    amplitude.push_back(pair.amplitude);
  }
  for (const auto& [name, index] : {std::pair{"phase", &phase}, {"amplitude", &amplitude}}) {
    group.variable(std::string("pair_") + name + "_channel", {pair_axis}, std::span<const std::int64_t>(*index),
                   {{"long_name", std::string("index within channel of the pair's ") + name}, {"units", "1"}});
  }
}

/// The pairs of a file that has some.
std::vector<ChannelPair> read_pairs(const Hdf5Group& group, std::int64_t n_channels, std::int64_t n_pairs) {
  const auto phase = group.read<std::int64_t>("pair_phase_channel");
  const auto amplitude = group.read<std::int64_t>("pair_amplitude_channel");
  std::vector<ChannelPair> pairs;
  for (std::size_t i = 0; i < std::min(phase.size(), amplitude.size()); ++i) pairs.push_back({phase[i], amplitude[i]});
  const auto there = [&](std::int64_t channel) { return channel >= 0 && channel < n_channels; };
  const bool all = std::all_of(pairs.begin(), pairs.end(),
                               [&](const ChannelPair& pair) { return there(pair.phase) && there(pair.amplitude); });
  if (all && std::ssize(pairs) == n_pairs) return pairs;
  throw Error(Exit::input, group.name() + ": pair_phase_channel and pair_amplitude_channel do not name the channels " +
                               "of its pairs; write it again");
}

void write_band_axis(NetcdfGroup& group, const std::string& name, const std::vector<Band>& bands,
                     const std::string& what) {
  std::vector<double> centre_hz, edges_hz;
  for (const Band& band : bands) {
    centre_hz.push_back(band.centre_hz());
    edges_hz.push_back(band.lo_hz);
    edges_hz.push_back(band.hi_hz);
  }
  group.coordinate(name, std::span<const double>(centre_hz),
                   {{"long_name", "centre frequency of the " + what}, {"units", "Hz"}, {"bounds", name + "_bounds"}});
  group.variable(name + "_bounds", {name, "edge"}, std::span<const double>(edges_hz),
                 {{"long_name", "edges of the " + what}, {"units", "Hz"}});
}

void write_phase_bins(NetcdfGroup& group, std::int64_t n_bins) {
  std::vector<double> centre_rad;
  const double width = 2 * std::numbers::pi / static_cast<double>(n_bins);
  for (std::int64_t j = 0; j < n_bins; ++j)
    centre_rad.push_back(-std::numbers::pi + (static_cast<double>(j) + 0.5) * width);
  group.coordinate("phase_bin", std::span<const double>(centre_rad),
                   {{"long_name", "centre of the phase bin"}, {"units", "rad"}});
}

/// The worst quality among the pairs of each row.
std::vector<std::uint8_t> quality_of_rows(const Comodulogram& map) {
  const auto rows = static_cast<std::size_t>(map.n_rows);
  std::vector<std::uint8_t> worst(rows, static_cast<std::uint8_t>(Quality::good));
  const std::size_t pairs = map.quality.size() / rows;
  for (std::size_t row = 0; row < rows && pairs > 0; ++row) {
    const auto first = map.quality.begin() + static_cast<std::ptrdiff_t>(row * pairs);
    worst[row] = *std::max_element(first, first + static_cast<std::ptrdiff_t>(pairs));
  }
  return worst;
}

std::vector<Band> bands_of(const Hdf5Group& group, const std::string& name, std::int64_t n,
                           std::vector<Band> otherwise) {
  const std::string bounds = name + "_bounds";
  if (group.extents(bounds) != std::vector<std::int64_t>{n, 2}) {
    if (static_cast<std::int64_t>(otherwise.size()) != n) otherwise.clear();
    return otherwise;
  }
  const std::vector<double> edges_hz = group.read<double>(bounds);
  std::vector<Band> bands;
  for (std::size_t i = 0; i + 1 < edges_hz.size(); i += 2) bands.push_back({edges_hz[i], edges_hz[i + 1]});
  return bands;
}

}  // namespace

void read_comodulogram(const Hdf5Group& group, Record& record) {
  const std::vector<std::int64_t> extents = group.extents("pac");
  if (extents.size() != 4 || std::find(extents.begin(), extents.end(), 0) != extents.end()) {
    throw Error(Exit::input,
                group.name() + ": has no pac [batch, channel, phase band, amplitude band]; write it again");
  }
  const std::vector<std::int64_t> with_bins = group.extents("amplitude_distribution");
  const std::vector<std::int64_t> bin_axis = group.extents("phase_bin");
  Comodulogram& map = record.comodulogram;
  // Every map is visited; what the file does not have stays empty.
  map.allocate(1, {1, 1, 1, 1, record.config.measure, true, true});
  map.n_pha = extents[2];
  map.n_amp = extents[3];
  map.n_bins = with_bins.size() == 5 ? with_bins[4] : bin_axis.size() == 1 ? bin_axis[0] : record.config.n_bins;
  const std::vector<float> pac = group.read<float>("pac");  // what cannot be in the file is refused here
  map.n_rows = extents[0] * extents[1];
  const std::vector<std::int64_t> permutations = group.extents(permutation_axis);
  map.n_perm = permutations.size() == 1 ? permutations[0] : record.config.n_perm;
  if (const auto stated = group.attribute("n_perm")) parse("n_perm", *stated, map.n_perm);
  for_each_map(map, [&](const std::string& name, std::vector<float>& values, std::int64_t) {
    std::vector<std::int64_t> expected;
    for (const std::string& axis : axes_of(name, channel_axis)) {
      expected.push_back(axis == permutation_axis ? map.n_perm
                         : expected.size() < 4    ? extents[expected.size()]
                                                  : map.n_bins);
    }
    const bool there = group.values(name) != Hdf5Values::absent;
    if (there && group.extents(name) != expected) {
      throw Error(Exit::input, group.name() + "/" + name + ": is not of the size of pac; write it again");
    }
    values = name == "pac" ? pac : group.read<float>(name);
  });

  SignalShape& shape = record.shape;
  shape.n_batches = extents[0];
  const bool of_pairs = group.values(pair_axis) == Hdf5Values::text;
  const std::vector<std::int64_t> channels = group.extents(channel_axis);
  shape.n_channels = of_pairs && channels.size() == 1 ? channels[0] : extents[1];
  if (of_pairs) record.pairs = read_pairs(group, shape.n_channels, extents[1]);
  shape.start_s = group.read<double>("start_s");
  shape.start_s.resize(static_cast<std::size_t>(shape.n_batches), 0.0);
  if (group.values(channel_axis) == Hdf5Values::text) shape.channel_names = group.read<std::string>(channel_axis);
  record.pha_bands = bands_of(group, "phase_frequency", map.n_pha, record.pha_bands);
  record.amp_bands = bands_of(group, "amplitude_frequency", map.n_amp, record.amp_bands);

  std::vector<std::int64_t> quality = group.read<std::int64_t>("quality");
  quality.resize(static_cast<std::size_t>(map.n_rows), static_cast<std::int64_t>(Quality::good));
  map.quality.clear();
  for (const std::int64_t worst : quality) {
    map.quality.insert(map.quality.end(), static_cast<std::size_t>(map.pairs()), static_cast<std::uint8_t>(worst));
  }
}

void write_comodulogram(NetcdfGroup group, const Record& record) {
  const Comodulogram& map = record.comodulogram;
  if (record.shape.n_batches * record.rows_per_item() != map.n_rows) {
    throw std::logic_error("comodulogram: rows are not batches x channels or pairs");
  }
  const std::string rows = record.pairs.empty() ? channel_axis : pair_axis;

  group.attributes({{"NX_class", "NXdata"}, {"signal", "pac"}, {"axes", axes_of("pac", rows)}});
  if (map.n_perm > 0) group.attributes({{"n_perm", map.n_perm}});
  const std::string unit = clean_text(record.shape.unit);
  write_rows_axes(group, record.shape, record.pairs);
  static const std::vector<std::string> edge_names{"low", "high"};
  group.coordinate("edge", std::span<const std::string>(edge_names), {{"long_name", "edge of a band"}});
  write_band_axis(group, "phase_frequency", record.pha_bands, "phase band");
  write_band_axis(group, "amplitude_frequency", record.amp_bands, "amplitude band");
  write_phase_bins(group, map.n_bins);

  if (!map.surrogate_max.empty()) {
    const std::vector<std::int64_t> permutations = indices(map.n_perm);
    group.coordinate(permutation_axis, std::span<const std::int64_t>(permutations),
                     {{"long_name", "surrogate"}, {"units", "1"}});
  }
  for_each_map(map, [&](const std::string& name, const std::vector<float>& values, std::int64_t) {
    const MapMeaning meaning = meaning_of(map, name, unit);
    Attributes attributes{{"long_name", meaning.long_name}, {"units", meaning.units}, {"coordinates", "start_s"}};
    if (*meaning.comment != '\0') attributes.emplace_back("comment", meaning.comment);
    if (*meaning.references != '\0') attributes.emplace_back("references", meaning.references);
    attributes.emplace_back("_FillValue", std::numeric_limits<float>::quiet_NaN());
    group.variable(name, axes_of(name, rows), std::span<const float>(values), attributes);
  });

  const std::vector<std::uint8_t> quality = quality_of_rows(map);
  const auto flag = [](Quality q) { return static_cast<std::uint8_t>(q); };
  group.variable("quality", {"batch", rows}, std::span<const std::uint8_t>(quality),
                 {{"long_name", "quality of the row: the worst of its pairs of bands"},
                  {"units", "1"},
                  {"coordinates", "start_s"},
                  {"flag_values", std::vector<std::uint8_t>{flag(Quality::good), flag(Quality::empty_phase_bin),
                                                            flag(Quality::undefined), flag(Quality::not_computed)}},
                  {"flag_meanings", "good empty_phase_bin undefined not_computed"}});
}

}  // namespace pac
