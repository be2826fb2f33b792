// See nwb_reader.hpp. Format: https://nwb-schema.readthedocs.io, ElectricalSeries and TimeSeries.
#include "io/nwb_reader.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.hpp"
#include "io/hdf5_array.hpp"
#include "io/hdf5_reader.hpp"
#include "io/hdf5_values.hpp"

namespace pac {
namespace {

/// Data of a series, scaled to volts while it is read.
class NwbArray final : public SignalArray {
 public:
  NwbArray(std::unique_ptr<Hdf5Array> data, std::vector<double> scale, double offset)
      : data_(std::move(data)), scale_(std::move(scale)), offset_(offset) {}
  [[nodiscard]] const ArrayFacts& facts() const override { return data_->facts(); }

  void read(const AxisValues& first, const AxisValues& count, std::span<double> out) override {
    data_->read(first, count, out);
    // scale_ has one entry, or one per channel of [time][channel].
    if (scale_.size() == 1) {
      for (double& x : out) x = x * scale_[0] + offset_;
      return;
    }
    const auto n = static_cast<std::size_t>(count[1]);
    for (std::size_t i = 0; i < out.size(); ++i) {
      out[i] = out[i] * scale_[static_cast<std::size_t>(first[1]) + i % n] + offset_;
    }
  }

 private:
  std::unique_ptr<Hdf5Array> data_;
  std::vector<double> scale_;
  double offset_;
};

std::string type_of(const Hdf5Handle& file, const std::string& path) {
  const Hdf5Handle group(H5Oopen(file.get(), path.c_str(), H5P_DEFAULT), H5Oclose);
  return group ? text_attribute(group.get(), "neurodata_type") : "";
}

/// ElectricalSeries and extensions named after it; SpikeEventSeries (snippets) is not among them.
std::vector<std::string> series_paths(const Hdf5Handle& file) {
  std::vector<std::string> paths = paths_of(file.get(), Hdf5Kind::group);
  std::erase_if(paths, [&](const std::string& path) {
    return !type_of(file, path).ends_with("ElectricalSeries") || !exists(file.get(), path + "/data");
  });
  return paths;
}

/// Rate of regular time stamps (s); throws where one is off by a thousandth of a sample.
double rate_of_timestamps(const Hdf5Handle& file, const std::string& file_name, const std::string& path,
                          std::int64_t n_times) {
  Hdf5Array stamps(file, file_name, path);
  const std::string& name = stamps.facts().name;
  if (stamps.facts().extents != std::vector<std::int64_t>{n_times} || n_times < 2) {
    throw Error(Exit::input, name + ": " + extents_text(stamps.facts().extents) + " time stamps for " +
                                 std::to_string(n_times) + " samples");
  }
  double first = 0;
  double last = 0;
  stamps.read({0, 0, 0}, {1, 1, 1}, {&first, 1});
  stamps.read({n_times - 1, 0, 0}, {1, 1, 1}, {&last, 1});
  double rate = static_cast<double>(n_times - 1) / (last - first);
  // Time stamps are rounded; rates are mostly whole numbers.
  const double whole = std::round(rate);
  if (std::abs(rate - whole) * (last - first) < 5e-4) rate = whole;
  constexpr std::int64_t piece = 1 << 18;
  std::vector<double> buffer(static_cast<std::size_t>(std::min(piece, n_times)));
  for (std::int64_t begin = 0; begin < n_times; begin += piece) {
    const std::int64_t count = std::min(piece, n_times - begin);
    stamps.read({begin, 0, 0}, {count, 1, 1}, std::span(buffer).first(static_cast<std::size_t>(count)));
    for (std::int64_t k = 0; k < count; ++k) {
      const double off = (buffer[static_cast<std::size_t>(k)] - first) * rate - static_cast<double>(begin + k);
      if (!(std::abs(off) < 1e-3)) {
        throw Error(Exit::input, name + ": the time stamps are not regular (sample " + std::to_string(begin + k) +
                                     " is off by " + to_text(off) + " samples at " + to_text(rate) +
                                     " Hz); resample the recording to a fixed rate");
      }
    }
  }
  return rate;
}

/// Names of the channels: label, channel_name or id of the rows of the electrodes table that the series points to.
std::vector<std::string> electrode_names(const Hdf5Handle& file, const std::string& series) {
  const std::vector<double> rows = numbers_dataset(file.get(), series + "/electrodes");
  if (rows.empty()) return {};
  std::string table_path = "/general/extracellular_ephys/electrodes";
  const Hdf5Handle region(H5Dopen2(file.get(), (series + "/electrodes").c_str(), H5P_DEFAULT), H5Dclose);
  if (region && H5Aexists(region.get(), "table") > 0) {
    const Hdf5Handle attribute(H5Aopen(region.get(), "table", H5P_DEFAULT), H5Aclose);
    const Hdf5Handle type(attribute ? H5Aget_type(attribute.get()) : H5I_INVALID_HID, H5Tclose);
    const Hdf5Handle space(attribute ? H5Aget_space(attribute.get()) : H5I_INVALID_HID, H5Sclose);
    hobj_ref_t reference = 0;
    if (type && space && H5Tequal(type.get(), H5T_STD_REF_OBJ) > 0 && H5Sget_simple_extent_npoints(space.get()) == 1 &&
        H5Aread(attribute.get(), H5T_STD_REF_OBJ, &reference) >= 0) {
      std::array<char, 1024> name{};
      if (H5Rget_name(file.get(), H5R_OBJECT, &reference, name.data(), name.size() - 1) > 0) table_path = name.data();
    }
  }
  for (const char* column : {"/label", "/channel_name", "/id"}) {
    const std::vector<std::string> texts = texts_dataset(file.get(), table_path + column);
    std::vector<std::string> names;
    for (const double row : rows) {
      if (row >= 0 && row < static_cast<double>(texts.size())) names.push_back(texts[static_cast<std::size_t>(row)]);
    }
    const bool all_named =
        std::none_of(names.begin(), names.end(), [](const std::string& name) { return name.empty(); });
    if (names.size() == rows.size() && all_named) return names;
  }
  return {};
}

std::unique_ptr<SignalArray> open_series(const Hdf5Handle& file, const std::string& file_name,
                                         const std::string& series) {
  auto data = std::make_unique<Hdf5Array>(file, file_name, series + "/data");
  ArrayFacts& facts = data->facts();
  if (facts.extents.size() > 2) {
    throw Error(Exit::input, facts.name + ": is " + extents_text(facts.extents) + "; a recording is [time, channel]");
  }
  const bool one_axis = facts.extents.size() == 1;
  facts.layout = one_axis ? Layout::t : Layout::tc;
  facts.unit = "V";
  facts.channel_names = electrode_names(file, series);
  const Hdf5Handle start(exists(file.get(), series + "/starting_time")
                             ? H5Oopen(file.get(), (series + "/starting_time").c_str(), H5P_DEFAULT)
                             : H5I_INVALID_HID,
                         H5Oclose);
  if (start) facts.fs_hz = number_attribute(start.get(), "rate");
  if (!facts.fs_hz && exists(file.get(), series + "/timestamps")) {
    facts.fs_hz = rate_of_timestamps(file, file_name, series + "/timestamps", facts.extents[0]);
  }
  const double conversion = number_attribute(data->dataset(), "conversion").value_or(1.0);
  const double offset = number_attribute(data->dataset(), "offset").value_or(0.0);
  std::vector<double> scale = numbers_dataset(file.get(), series + "/channel_conversion");
  const std::size_t n_channels = one_axis ? 1 : static_cast<std::size_t>(facts.extents[1]);
  if (!scale.empty() && scale.size() != n_channels) {
    throw Error(Exit::input, file_name + ":" + series + ": has " + std::to_string(scale.size()) +
                                 " channel_conversion values for " + std::to_string(n_channels) + " channels");
  }
  if (scale.empty()) scale.push_back(1.0);
  for (double& factor : scale) factor *= conversion;
  return std::make_unique<NwbArray>(std::move(data), std::move(scale), offset);
}

}  // namespace

bool is_nwb(const Hdf5Handle& file) { return !text_attribute(file.get(), "nwb_version").empty(); }

std::unique_ptr<SignalArray> open_nwb(const Hdf5Handle& file, const std::string& file_name, const std::string& path) {
  const std::vector<std::string> series = series_paths(file);
  if (!path.empty()) {
    std::string named = path.starts_with('/') ? path : "/" + path;
    while (named.size() > 1 && named.ends_with('/')) named.pop_back();
    if (exists(file.get(), named + "/data")) return open_series(file, file_name, named);
    if (named.ends_with("/data") && !type_of(file, folder_of(named)).empty() && exists(file.get(), named)) {
      return open_series(file, file_name, folder_of(named));
    }
    if (exists(file.get(), named)) return open_plain_hdf5(file, file_name, named);
    throw Error(Exit::input,
                file_name + ": has nothing at " + named +
                    (series.empty() ? "; no ElectricalSeries either" : "; there are: " + name_list(series)));
  }
  if (series.empty()) {
    throw Error(Exit::input, file_name + ": holds no ElectricalSeries; name a dataset as FILE:DATASET");
  }
  if (series.size() > 1) {
    throw Error(Exit::input,
                file_name + ": holds several ElectricalSeries; name one as FILE:PATH: " + name_list(series));
  }
  return open_series(file, file_name, series[0]);
}

}  // namespace pac
