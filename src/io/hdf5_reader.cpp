// See hdf5_reader.hpp.
#include "io/hdf5_reader.hpp"

#include "core/error.hpp"
#include "io/hdf5_values.hpp"

namespace pac {
namespace {

/// "/signals (4 x 4001)"
std::vector<std::string> with_extents(const Hdf5Handle& file, const std::vector<std::string>& paths) {
  std::vector<std::string> texts;
  for (const std::string& path : paths) {
    const Hdf5Handle object(H5Oopen(file.get(), path.c_str(), H5P_DEFAULT), H5Oclose);
    const auto extents = object ? signal_extents(object.get()) : std::nullopt;
    texts.push_back(file_text(path) + (extents ? " (" + extents_text(*extents) + ")" : ""));
  }
  return texts;
}

std::optional<double> stated_rate(const Hdf5Handle& file, const Hdf5Array& array, const std::string& path) {
  if (const auto rate = rate_attribute(array.dataset())) return rate;
  for (std::string folder = folder_of(path);; folder = folder_of(folder)) {
    const Hdf5Handle group(H5Oopen(file.get(), folder.empty() ? "/" : folder.c_str(), H5P_DEFAULT), H5Oclose);
    if (group) {
      if (const auto rate = rate_attribute(group.get())) return rate;
      if (const auto rate = rate_dataset(file.get(), folder)) return rate;
    }
    if (folder.empty()) return {};
  }
}

std::vector<std::string> stated_names(const Hdf5Array& array) {
  for (const char* name : {"channel_names", "channels", "ch_names", "channel", "labels"}) {
    std::vector<std::string> names = texts_attribute(array.dataset(), name);
    if (!names.empty()) return names;
  }
  return {};
}

}  // namespace

std::vector<std::string> signal_candidates(const Hdf5Handle& file) {
  std::vector<std::string> candidates;
  for (const std::string& path : paths_of(file.get(), Hdf5Kind::dataset)) {
    if (path.starts_with("/#")) continue;  // MATLAB's #refs# and #subsystem#
    const Hdf5Handle object(H5Oopen(file.get(), path.c_str(), H5P_DEFAULT), H5Oclose);
    if (!object || !signal_extents(object.get())) continue;
    if (text_attribute(object.get(), "CLASS") == "DIMENSION_SCALE") continue;
    candidates.push_back(path);
  }
  return candidates;
}

std::string choose_dataset(const Hdf5Handle& file, const std::string& file_name, const std::string& dataset,
                           const std::vector<std::string>& candidates) {
  const std::string list = name_list(with_extents(file, candidates));
  if (!dataset.empty()) {
    std::string path = dataset.starts_with('/') ? dataset : "/" + dataset;
    while (path.size() > 1 && path.ends_with('/')) path.pop_back();
    if (exists(file.get(), path)) return path;
    throw Error(Exit::input, file_name + ": has no dataset " + path +
                                 (list.empty() ? "; no dataset in it could be signals" : "; there are: " + list));
  }
  if (candidates.empty()) throw Error(Exit::input, file_name + ": no dataset in it could be signals");
  if (candidates.size() > 1) {
    throw Error(Exit::input, file_name + ": holds several datasets; name one as FILE:DATASET: " + list);
  }
  return candidates[0];
}

std::unique_ptr<Hdf5Array> open_plain_hdf5(const Hdf5Handle& file, const std::string& file_name,
                                           const std::string& dataset) {
  const std::string path = choose_dataset(file, file_name, dataset, signal_candidates(file));
  auto array = std::make_unique<Hdf5Array>(file, file_name, path);
  array->facts().fs_hz = stated_rate(file, *array, path);
  array->facts().channel_names = stated_names(*array);
  for (const char* name : {"unit", "units"}) {
    if (const std::string unit = text_attribute(array->dataset(), name); !unit.empty()) array->facts().unit = unit;
  }
  return array;
}

}  // namespace pac
