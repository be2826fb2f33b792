// See hdf5_values.hpp.
#include "io/hdf5_values.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>

#include "core/config.hpp"
#include "io/signal_array.hpp"

namespace pac {
namespace {

constexpr hssize_t most_elements = 1'000'000;
constexpr std::size_t most_text_bytes = std::size_t{64} << 20;
constexpr std::size_t most_links = 10'000;
constexpr std::array<const char*, 5> rate_names{"fs", "Fs", "sampling_rate", "sfreq", "srate"};

/// An attribute or a dataset: the same three questions to either.
struct Values {
  Hdf5Handle id;
  bool is_attribute = false;

  [[nodiscard]] Hdf5Handle type() const {
    return {is_attribute ? H5Aget_type(id.get()) : H5Dget_type(id.get()), H5Tclose};
  }
  [[nodiscard]] Hdf5Handle space() const {
    return {is_attribute ? H5Aget_space(id.get()) : H5Dget_space(id.get()), H5Sclose};
  }
  bool read(hid_t memory_type, void* out) const {
    return (is_attribute ? H5Aread(id.get(), memory_type, out)
                         : H5Dread(id.get(), memory_type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out)) >= 0;
  }
};

Values attribute(hid_t object, const std::string& name) {
  silence_hdf5();
  if (H5Aexists(object, name.c_str()) <= 0) return {};
  return {{H5Aopen(object, name.c_str(), H5P_DEFAULT), H5Aclose}, true};
}

Values dataset(hid_t group, const std::string& path) {
  silence_hdf5();
  if (!exists(group, path)) return {};
  return {{H5Dopen2(group, path.c_str(), H5P_DEFAULT), H5Dclose}, false};
}

bool is_number(hid_t type) {
  const H5T_class_t type_class = H5Tget_class(type);
  return type_class == H5T_INTEGER || type_class == H5T_FLOAT;
}

/// Number of elements; 0 where there are none or too many.
std::size_t size_of(const Values& values) {
  const Hdf5Handle space = values.space();
  if (!space) return 0;
  const hssize_t n = H5Sget_simple_extent_npoints(space.get());
  return n > 0 && n <= most_elements ? static_cast<std::size_t>(n) : 0;
}

std::vector<double> numbers(const Values& values) {
  if (!values.id) return {};
  const Hdf5Handle type = values.type();
  const std::size_t n = size_of(values);
  if (!type || n == 0 || !is_number(type.get())) return {};
  std::vector<double> out(n);
  if (!values.read(H5T_NATIVE_DOUBLE, out.data())) return {};
  return out;
}

std::optional<double> one_number(const Values& values) {
  const std::vector<double> all = values.id && size_of(values) == 1 ? numbers(values) : std::vector<double>{};
  return all.size() == 1 ? std::optional(all[0]) : std::nullopt;
}

/// How bytes of a file become text.
using Spelling = std::string (*)(std::string_view);

std::string whole_text(std::string_view bytes) { return std::string(bytes.substr(0, bytes.find('\0'))); }

std::vector<std::string> variable_texts(const Values& values, hid_t type, std::size_t n, Spelling spelling) {
  const Hdf5Handle memory(H5Tcopy(type), H5Tclose);
  const Hdf5Handle space = values.space();
  std::vector<char*> pointers(n, nullptr);
  if (!memory || !values.read(memory.get(), static_cast<void*>(pointers.data()))) return {};
  std::vector<std::string> texts;
  for (const char* text : pointers) texts.push_back(text == nullptr ? "" : spelling(text));
  static_cast<void>(H5Dvlen_reclaim(memory.get(), space.get(), H5P_DEFAULT, static_cast<void*>(pointers.data())));
  return texts;
}

std::vector<std::string> fixed_texts(const Values& values, hid_t type, std::size_t n, Spelling spelling) {
  const std::size_t width = H5Tget_size(type);
  if (width == 0 || width > most_text_bytes / n) return {};
  std::vector<char> bytes(n * width);
  if (!values.read(type, bytes.data())) return {};
  std::vector<std::string> texts;
  const bool blanks_at_end = H5Tget_strpad(type) == H5T_STR_SPACEPAD;
  for (std::size_t i = 0; i < n; ++i) {
    std::string text = spelling({bytes.data() + i * width, width});
    if (blanks_at_end) text.erase(text.find_last_not_of(' ') + 1);
    texts.push_back(std::move(text));
  }
  return texts;
}

template <class Number>
std::vector<std::string> number_texts(const Values& values, hid_t memory_type, std::size_t n) {
  std::vector<Number> numbers(n);
  if (!values.read(memory_type, numbers.data())) return {};
  std::vector<std::string> texts;
  for (const Number number : numbers) texts.push_back(to_text(number));
  return texts;
}

std::vector<std::string> texts(const Values& values, Spelling spelling = file_text) {
  if (!values.id) return {};
  const Hdf5Handle type = values.type();
  const std::size_t n = size_of(values);
  if (!type || n == 0) return {};
  const bool all_numbers = spelling != file_text;
  switch (H5Tget_class(type.get())) {
    case H5T_STRING:
      return H5Tis_variable_str(type.get()) > 0 ? variable_texts(values, type.get(), n, spelling)
                                                : fixed_texts(values, type.get(), n, spelling);
    case H5T_INTEGER:
      return H5Tget_sign(type.get()) == H5T_SGN_NONE ? number_texts<std::uint64_t>(values, H5T_NATIVE_UINT64, n)
                                                     : number_texts<std::int64_t>(values, H5T_NATIVE_INT64, n);
    case H5T_ENUM:  // h5py's booleans
      return all_numbers ? number_texts<std::int64_t>(values, H5T_NATIVE_INT64, n) : std::vector<std::string>{};
    case H5T_FLOAT:
      return all_numbers ? number_texts<double>(values, H5T_NATIVE_DOUBLE, n) : std::vector<std::string>{};
    default:
      return {};
  }
}

struct Visit {
  Hdf5Kind kind;
  std::size_t links = 0;
  std::vector<std::string> paths;
};

herr_t visit_link(hid_t group, const char* name, const H5L_info_t* /*info*/, void* data) {
  auto& visit = *static_cast<Visit*>(data);
  if (++visit.links > most_links) return 1;
  const Hdf5Handle object(H5Oopen(group, name, H5P_DEFAULT), H5Oclose);
  if (object && H5Iget_type(object.get()) == (visit.kind == Hdf5Kind::dataset ? H5I_DATASET : H5I_GROUP)) {
    visit.paths.push_back(std::string("/") + name);
  }
  return 0;
}

}  // namespace

std::optional<double> number_attribute(hid_t object, const std::string& name) {
  return one_number(attribute(object, name));
}

std::optional<double> number_dataset(hid_t group, const std::string& path) { return one_number(dataset(group, path)); }

std::optional<double> rate_attribute(hid_t object) {
  for (const char* name : rate_names) {
    if (const auto rate = number_attribute(object, name)) return rate;
  }
  return {};
}

std::optional<double> rate_dataset(hid_t group, const std::string& folder) {
  for (const char* name : rate_names) {
    if (const auto rate = number_dataset(group, folder + "/" + name)) return rate;
  }
  return {};
}

std::string text_attribute(hid_t object, const std::string& name) {
  const std::vector<std::string> all = texts_attribute(object, name);
  return all.size() == 1 ? all[0] : "";
}

std::vector<std::string> texts_attribute(hid_t object, const std::string& name) {
  return texts(attribute(object, name));
}

std::vector<std::string> texts_dataset(hid_t group, const std::string& path) { return texts(dataset(group, path)); }

std::optional<std::string> whole_attribute(hid_t object, const std::string& name) {
  const std::vector<std::string> all = texts(attribute(object, name), whole_text);
  return all.size() == 1 ? std::optional(all[0]) : std::nullopt;
}

std::vector<std::string> whole_texts_dataset(hid_t group, const std::string& path) {
  return texts(dataset(group, path), whole_text);
}

std::vector<double> numbers_dataset(hid_t group, const std::string& path) { return numbers(dataset(group, path)); }

bool exists(hid_t file, const std::string& path) {
  if (path.empty()) return false;
  // H5Lexists wants every group on the way to exist.
  for (std::size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    if (slash + 1 < path.size() && H5Lexists(file, path.substr(0, slash).c_str(), H5P_DEFAULT) <= 0) return false;
  }
  if (path == "/") return true;
  return H5Lexists(file, path.c_str(), H5P_DEFAULT) > 0 && H5Oexists_by_name(file, path.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> paths_of(hid_t file, Hdf5Kind kind) {
  silence_hdf5();
  Visit visit{kind, 0, {}};
  // A damaged file may end the visit early: what was found counts. Native order, because HDF5 1.10 frees what it never
  // allocated when sorting a damaged group fails.
  static_cast<void>(H5Lvisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, visit_link, &visit));
  std::sort(visit.paths.begin(), visit.paths.end());
  return visit.paths;
}

std::string folder_of(const std::string& path) {
  const std::size_t slash = path.find_last_not_of('/') == std::string::npos ? std::string::npos : path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash);
}

}  // namespace pac
