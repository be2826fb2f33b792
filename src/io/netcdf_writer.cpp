// See netcdf_writer.hpp. Layout: netCDF-4 file format specification (Unidata, "NetCDF-4/HDF5 format"), dimension scales
// of the HDF5 high-level library.
#include "io/netcdf_writer.hpp"

#include <cerrno>
#include <cstdlib>
#include <stdexcept>
#include <type_traits>

#include <fcntl.h>
#include <hdf5_hl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/error.hpp"

namespace pac {
namespace {

constexpr unsigned in_order = H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED;

template <class T>
hid_t memory_type() {
  if constexpr (std::is_same_v<T, std::int64_t>)
    return H5T_NATIVE_INT64;
  else if constexpr (std::is_same_v<T, std::uint64_t>)
    return H5T_NATIVE_UINT64;
  else if constexpr (std::is_same_v<T, std::uint8_t>)
    return H5T_NATIVE_UINT8;
  else if constexpr (std::is_same_v<T, float>)
    return H5T_NATIVE_FLOAT;
  else
    return H5T_NATIVE_DOUBLE;
}

Hdf5Handle utf8_type(const std::string& what) {
  Hdf5Handle type = checked(H5Tcopy(H5T_C_S1), H5Tclose, what);
  check_hdf5(H5Tset_size(type.get(), H5T_VARIABLE), what);
  check_hdf5(H5Tset_cset(type.get(), H5T_CSET_UTF8), what);
  return type;
}

/// Calls use(memory type, pointer to the first element); text becomes pointers to its characters.
template <class T, class Use>
void with_buffer(std::span<const T> values, const std::string& what, Use&& use) {
  if constexpr (std::is_same_v<T, std::string>) {
    std::vector<const char*> pointers;
    for (const std::string& text : values) pointers.push_back(text.c_str());
    const Hdf5Handle type = utf8_type(what);
    use(type.get(), static_cast<const void*>(pointers.data()));
  } else {
    use(memory_type<T>(), static_cast<const void*>(values.data()));
  }
}

template <class T>
void write_attribute(hid_t object, const std::string& name, std::span<const T> values, bool scalar,
                     const std::string& what) {
  const hsize_t size = values.size();
  const Hdf5Handle space =
      checked(scalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &size, nullptr), H5Sclose, what);
  with_buffer(values, what, [&](hid_t type, const void* data) {
    const Hdf5Handle attribute =
        checked(H5Acreate2(object, name.c_str(), type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose, what);
    check_hdf5(H5Awrite(attribute.get(), type, data), what);
  });
}

void write_attributes(hid_t object, const Attributes& attributes, const std::string& path) {
  for (const auto& [name, value] : attributes) {
    const std::string what = "attribute " + name + " of " + path;
    std::visit(
        [&]<class T>(const T& v) {
          if constexpr (std::is_same_v<T, std::vector<std::string>> || std::is_same_v<T, std::vector<std::uint8_t>>) {
            write_attribute(object, name, std::span(v), false, what);
          } else {
            write_attribute(object, name, std::span<const T>(&v, 1), true, what);
          }
        },
        value);
  }
}

/// netCDF reads the fill value from the dataset itself as well as from the attribute.
void set_fill_value(hid_t properties, const Attributes& attributes, const std::string& what) {
  for (const auto& [name, value] : attributes) {
    const float* fill = name == "_FillValue" ? std::get_if<float>(&value) : nullptr;
    if (fill != nullptr) check_hdf5(H5Pset_fill_value(properties, H5T_NATIVE_FLOAT, fill), what);
  }
}

/// The descriptor that HDF5 writes the file through (sec2 driver); -1 when it does not say.
int descriptor_of(hid_t file) {
  void* handle = nullptr;
  const bool known = H5Fget_vfd_handle(file, H5P_DEFAULT, &handle) >= 0 && handle != nullptr;
  return known ? *static_cast<const int*>(handle) : -1;
}

// HDF5's own clean-up when the process ends crashes after a close that failed (1.10.8), and would turn an error message
// into a segmentation fault. So it is declined, before HDF5's first call, and done here unless that happened.
bool a_close_failed = false;
const bool cleans_up_at_exit = H5dont_atexit() >= 0 && std::atexit([] {
                                                         if (!a_close_failed) H5close();
                                                       }) == 0;

}  // namespace

NetcdfGroup NetcdfGroup::group(const std::string& name) const {
  const std::string path = path_ + name + "/";
  const Hdf5Handle properties = checked(H5Pcreate(H5P_GROUP_CREATE), H5Pclose, path);
  check_hdf5(H5Pset_link_creation_order(properties.get(), in_order), path);
  check_hdf5(H5Pset_attr_creation_order(properties.get(), in_order), path);
  return {checked(H5Gcreate2(id_.get(), name.c_str(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), H5Gclose, path),
          path};
}

void NetcdfGroup::attributes(const Attributes& attributes) const { write_attributes(id_.get(), attributes, path_); }

Hdf5Handle NetcdfGroup::dataset(const std::string& name, const std::vector<hsize_t>& sizes, const ArrayView& values,
                                const Attributes& attributes) const {
  const std::string what = path_ + name;
  hsize_t count = 1;
  for (const hsize_t size : sizes) count *= size;
  if (count != std::visit([](auto view) { return view.size(); }, values)) {
    throw std::logic_error(what + ": values do not fill the dimensions");
  }

  const Hdf5Handle properties = checked(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, what);
  check_hdf5(H5Pset_attr_creation_order(properties.get(), in_order), what);
  set_fill_value(properties.get(), attributes, what);
  std::vector<hsize_t> most = sizes;
  if (count == 0) {
    for (hsize_t& size : most) size = size == 0 ? H5S_UNLIMITED : size;
    const std::vector<hsize_t> chunk(sizes.size(), 1);
    check_hdf5(H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data()), what);
  }
  const Hdf5Handle space =
      checked(H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), most.data()), H5Sclose, what);

  Hdf5Handle dataset;
  std::visit(
      [&](auto view) {
        with_buffer(view, what, [&](hid_t type, const void* data) {
          dataset = checked(
              H5Dcreate2(id_.get(), name.c_str(), type, space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
              H5Dclose, what);
          if (count == 0) return;
          check_hdf5(H5Dwrite(dataset.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, data), what);
        });
      },
      values);
  write_attributes(dataset.get(), attributes, what);
  return dataset;
}

void NetcdfGroup::coordinate(const std::string& name, ArrayView values, const Attributes& attributes) {
  const hsize_t size = std::visit([](auto view) { return view.size(); }, values);
  Hdf5Handle scale = dataset(name, {size}, values, attributes);
  check_hdf5(H5DSset_scale(scale.get(), name.c_str()), path_ + name);
  dimensions_.emplace(name, Dimension{std::move(scale), size});
}

void NetcdfGroup::variable(const std::string& name, const std::vector<std::string>& dimensions, ArrayView values,
                           const Attributes& attributes) const {
  std::vector<hsize_t> sizes;
  for (const std::string& dimension : dimensions) sizes.push_back(dimensions_.at(dimension).size);
  const Hdf5Handle variable = dataset(name, sizes, values, attributes);
  for (unsigned axis = 0; axis < dimensions.size(); ++axis) {
    check_hdf5(H5DSattach_scale(variable.get(), dimensions_.at(dimensions[axis]).scale.get(), axis),
               path_ + name + ", axis " + dimensions[axis]);
  }
}

NetcdfFile::NetcdfFile(const std::string& path) {
  silence_hdf5();
  const Hdf5Handle creation = checked(H5Pcreate(H5P_FILE_CREATE), H5Pclose, path);
  check_hdf5(H5Pset_link_creation_order(creation.get(), in_order), path);
  check_hdf5(H5Pset_attr_creation_order(creation.get(), in_order), path);
  const Hdf5Handle access = checked(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, path);
  check_hdf5(H5Pset_fapl_sec2(access.get()), path);
  check_hdf5(H5Pset_sieve_buf_size(access.get(), 0), path);  // data go out, or fail, in H5Dwrite: never at a close
  check_hdf5(H5Pset_fclose_degree(access.get(), H5F_CLOSE_STRONG), path);
  file_ = checked(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation.get(), access.get()), H5Fclose, path);
}

NetcdfFile::~NetcdfFile() {
  if (file_) abandon();
}

/// Closes a file whose content no longer matters. An H5Fclose that fails leaves a dangling identifier on which HDF5
/// crashes later (1.10.8), and on a full disk it does fail. So the rest is written to memory instead.
void NetcdfFile::abandon() {
  const int memory = ::memfd_create("abandoned result", MFD_CLOEXEC);
  if (memory >= 0) {
    if (const int descriptor = descriptor_of(file_.get()); descriptor >= 0) ::dup2(memory, descriptor);
    ::close(memory);
  }
  // A limit on the size of files (ulimit -f) holds for memory files too.
  ::rlimit before{};
  const bool limited = ::getrlimit(RLIMIT_FSIZE, &before) == 0 && before.rlim_cur != before.rlim_max;
  const ::rlimit lifted{before.rlim_max, before.rlim_max};
  if (limited) ::setrlimit(RLIMIT_FSIZE, &lifted);
  a_close_failed = !file_.close_now() || a_close_failed;
  if (limited) ::setrlimit(RLIMIT_FSIZE, &before);
}

NetcdfGroup NetcdfFile::root() const { return {checked(H5Gopen2(file_.get(), "/", H5P_DEFAULT), H5Gclose, "/"), "/"}; }

void NetcdfFile::close() {
  // A flush that fails half way can be neither repeated nor abandoned: have the disk promise the space first, with room
  // for what the flush itself adds. File systems that promise nothing are flushed as they are.
  constexpr hsize_t margin = 1 << 20;
  hsize_t size = 0;
  check_hdf5(H5Fget_filesize(file_.get(), &size), "size");
  if (::fallocate(descriptor_of(file_.get()), 0, 0, static_cast<off_t>(size + margin)) != 0) {
    const int number = errno;
    if (number == ENOSPC || number == EFBIG || number == EDQUOT) {
      throw Error(Exit::input, "reserve space: errno = " + std::to_string(number));
    }
  }
  check_hdf5(H5Fflush(file_.get(), H5F_SCOPE_GLOBAL), "flush");
  check_hdf5(H5Fget_filesize(file_.get(), &size), "size");
  if (::ftruncate(descriptor_of(file_.get()), static_cast<off_t>(size)) != 0) {
    throw Error(Exit::input, "truncate: errno = " + std::to_string(errno));
  }
  if (!file_.close_now()) {
    a_close_failed = true;
    check_hdf5(-1, "close");
  }
}

}  // namespace pac
