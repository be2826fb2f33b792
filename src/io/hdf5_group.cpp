// See hdf5_group.hpp.
#include "io/hdf5_group.hpp"

#include <algorithm>
#include <type_traits>

#include "core/error.hpp"
#include "io/hdf5_array.hpp"
#include "io/hdf5_values.hpp"

namespace pac {
namespace {

herr_t keep_dataset(hid_t group, const char* name, const H5L_info_t* /*info*/, void* names) {
  const Hdf5Handle object(H5Oopen(group, name, H5P_DEFAULT), H5Oclose);
  if (object && H5Iget_type(object.get()) == H5I_DATASET)
    static_cast<std::vector<std::string>*>(names)->push_back(name);
  return 0;
}

herr_t keep_attribute(hid_t /*object*/, const char* name, const H5A_info_t* /*info*/, void* names) {
  static_cast<std::vector<std::string>*>(names)->push_back(name);
  return 0;
}

bool keeps_order(hid_t group) {
  const Hdf5Handle creation(H5Gget_create_plist(group), H5Pclose);
  unsigned flags = 0;
  return creation && H5Pget_link_creation_order(creation.get(), &flags) >= 0 && (flags & H5P_CRT_ORDER_TRACKED) != 0;
}

template <class T>
hid_t memory_type() {
  if constexpr (std::is_same_v<T, std::int64_t>)
    return H5T_NATIVE_INT64;
  else if constexpr (std::is_same_v<T, float>)
    return H5T_NATIVE_FLOAT;
  else
    return H5T_NATIVE_DOUBLE;
}

}  // namespace

Hdf5Group::Hdf5Group(const Hdf5Handle& file, const std::string& file_name, const std::string& path)
    : name_(file_name + ":" + path) {
  silence_hdf5();
  if (exists(file.get(), path)) group_ = {H5Gopen2(file.get(), path.c_str(), H5P_DEFAULT), H5Gclose};
}

std::vector<std::string> Hdf5Group::datasets() const {
  std::vector<std::string> names;
  if (!group_) return names;
  const bool ordered = keeps_order(group_.get());
  hsize_t at = 0;
  check_hdf5(H5Literate(group_.get(), ordered ? H5_INDEX_CRT_ORDER : H5_INDEX_NAME,
                        ordered ? H5_ITER_INC : H5_ITER_NATIVE, &at, keep_dataset, &names),
             name_);
  if (!ordered) std::sort(names.begin(), names.end());
  return names;
}

std::vector<std::string> Hdf5Group::attributes() const {
  std::vector<std::string> names;
  hsize_t at = 0;
  if (group_) {
    check_hdf5(H5Aiterate2(group_.get(), H5_INDEX_NAME, H5_ITER_NATIVE, &at, keep_attribute, &names), name_);
  }
  return names;
}

std::optional<std::string> Hdf5Group::attribute(const std::string& attribute) const {
  return group_ ? whole_attribute(group_.get(), attribute) : std::nullopt;
}

Hdf5Handle Hdf5Group::open(const std::string& dataset) const {
  if (!group_ || !exists(group_.get(), dataset)) return {};
  return {H5Dopen2(group_.get(), dataset.c_str(), H5P_DEFAULT), H5Dclose};
}

std::string Hdf5Group::attribute_of(const std::string& dataset, const std::string& attribute) const {
  const Hdf5Handle handle = open(dataset);
  return handle ? whole_attribute(handle.get(), attribute).value_or("") : "";
}

Hdf5Values Hdf5Group::values(const std::string& dataset) const {
  const Hdf5Handle handle = open(dataset);
  if (!handle) return Hdf5Values::absent;
  const Hdf5Handle type(H5Dget_type(handle.get()), H5Tclose);
  switch (type ? H5Tget_class(type.get()) : H5T_NO_CLASS) {
    case H5T_INTEGER:
    case H5T_ENUM:  // h5py's booleans
      return Hdf5Values::integer;
    case H5T_FLOAT:
      return Hdf5Values::real;
    case H5T_STRING:
      return Hdf5Values::text;
    default:
      return Hdf5Values::other;
  }
}

std::vector<std::int64_t> Hdf5Group::extents(const std::string& dataset) const {
  const Hdf5Handle handle = open(dataset);
  const Hdf5Handle space(handle ? H5Dget_space(handle.get()) : H5I_INVALID_HID, H5Sclose);
  return space ? extents_of(space.get()) : std::vector<std::int64_t>{};
}

template <class T>
std::vector<T> Hdf5Group::read(const std::string& dataset) const {
  const Hdf5Handle handle = open(dataset);
  if (!handle) return {};
  const std::string what = name_ + "/" + dataset;
  const Hdf5Handle space = checked(H5Dget_space(handle.get()), H5Sclose, what);
  const hssize_t n = H5Sget_simple_extent_npoints(space.get());
  if (n == 0) return {};
  const Hdf5Values kind = values(dataset);
  std::vector<T> out;
  if constexpr (std::is_same_v<T, std::string>) {
    if (kind == Hdf5Values::text) out = whole_texts_dataset(group_.get(), dataset);
    if (static_cast<hssize_t>(out.size()) != n)
      throw Error(Exit::input, what + ": is no readable text; write it again");
  } else {
    if (kind != Hdf5Values::integer && kind != Hdf5Values::real) {
      throw Error(Exit::input, what + ": does not hold numbers; write it again");
    }
    const Hdf5Handle file(H5Iget_file_id(handle.get()), H5Fclose);
    hsize_t file_bytes = 0;
    check_hdf5(file ? H5Fget_filesize(file.get(), &file_bytes) : -1, what);
    check_storage(handle.get(), what, n, file_bytes);
    out.resize(static_cast<std::size_t>(n));
    check_hdf5(H5Dread(handle.get(), memory_type<T>(), H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()), what);
  }
  return out;
}

template std::vector<std::int64_t> Hdf5Group::read(const std::string&) const;
template std::vector<double> Hdf5Group::read(const std::string&) const;
template std::vector<float> Hdf5Group::read(const std::string&) const;
template std::vector<std::string> Hdf5Group::read(const std::string&) const;

}  // namespace pac
