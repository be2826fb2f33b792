// See hdf5_array.hpp.
#include "io/hdf5_array.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace pac {
namespace {

constexpr std::size_t most_cache_bytes = std::size_t{64} << 20;
constexpr std::uint64_t most_chunk_bytes = std::uint64_t{1} << 30;
/// A number in a compressed dataset takes at least this share of a byte of the file (deflate reaches 1/1032).
constexpr std::int64_t numbers_per_byte = 4096;

std::string type_class_name(H5T_class_t type_class) {
  switch (type_class) {
    case H5T_STRING:
      return "text";
    case H5T_COMPOUND:
      return "compound (complex numbers, or a table)";
    case H5T_ENUM:
      return "enumerated (booleans)";
    case H5T_REFERENCE:
      return "references";
    case H5T_VLEN:
      return "of variable length";
    case H5T_ARRAY:
      return "arrays in arrays";
    default:
      return "neither integer nor floating point";
  }
}

std::string joined(const std::string& file, const std::string& path) {
  return file + ":" + (path.starts_with('/') ? "" : "/") + path;
}

}  // namespace

std::vector<std::int64_t> extents_of(hid_t space) {
  const int rank = H5Sget_simple_extent_ndims(space);
  if (rank <= 0) return {};
  std::vector<hsize_t> dims(static_cast<std::size_t>(rank));
  if (H5Sget_simple_extent_dims(space, dims.data(), nullptr) < 0) return {};
  std::vector<std::int64_t> extents;
  for (const hsize_t dim : dims) extents.push_back(static_cast<std::int64_t>(std::min<hsize_t>(dim, INT64_MAX)));
  return extents;
}

Hdf5Handle open_hdf5_file(const std::string& path) {
  silence_hdf5();
  const Hdf5Handle access = checked(H5Pcreate(H5P_FILE_ACCESS), H5Pclose, path);
#if H5_VERSION_GE(1, 10, 7)
  check_hdf5(H5Pset_file_locking(access.get(), false, true), path);
#endif
  return checked(H5Fopen(path.c_str(), H5F_ACC_RDONLY, access.get()), H5Fclose, path + ": cannot be opened as HDF5");
}

std::optional<std::vector<std::int64_t>> signal_extents(hid_t object) {
  if (H5Iget_type(object) != H5I_DATASET) return {};
  const Hdf5Handle type(H5Dget_type(object), H5Tclose);
  const Hdf5Handle space(H5Dget_space(object), H5Sclose);
  if (!type || !space) return {};
  const H5T_class_t type_class = H5Tget_class(type.get());
  if (type_class != H5T_INTEGER && type_class != H5T_FLOAT) return {};
  std::vector<std::int64_t> extents = extents_of(space.get());
  if (extents.empty() || extents.size() > 3) return {};
  if (std::all_of(extents.begin(), extents.end(), [](std::int64_t n) { return n == 1; })) return {};
  return extents;
}

void check_storage(hid_t dataset, const std::string& name, std::int64_t n_numbers, hsize_t file_bytes) {
  const Hdf5Handle creation = checked(H5Dget_create_plist(dataset), H5Pclose, name);
  const H5D_layout_t layout = H5Pget_layout(creation.get());
  if (layout == H5D_VIRTUAL || H5Pget_external_count(creation.get()) > 0) {
    throw Error(Exit::input, name + ": its samples are in other files; copy them into one dataset");
  }
  const Hdf5Handle type = checked(H5Dget_type(dataset), H5Tclose, name);
  const auto item = static_cast<std::int64_t>(H5Tget_size(type.get()));
  const auto limit = static_cast<std::int64_t>(std::min<hsize_t>(file_bytes, INT64_MAX / numbers_per_byte));
  const std::string too_large = name + ": states more samples (" + std::to_string(n_numbers) + ") than its file of " +
                                std::to_string(file_bytes) + " bytes can hold; is it truncated?";
  const int n_filters = H5Pget_nfilters(creation.get());
  if (layout == H5D_CHUNKED) {
    if (n_numbers > limit * numbers_per_byte) throw Error(Exit::input, too_large);
    if (H5Dget_storage_size(dataset) == 0) throw Error(Exit::input, name + ": no samples were written");
  } else if (item <= 0 || n_numbers > limit / item || H5Dget_storage_size(dataset) > file_bytes) {
    throw Error(Exit::input, too_large);
  } else if (layout == H5D_CONTIGUOUS) {
    if (H5Dget_storage_size(dataset) == 0) throw Error(Exit::input, name + ": no samples were written");
    const haddr_t offset = H5Dget_offset(dataset);
    const auto data_bytes = static_cast<haddr_t>(n_numbers * item);
    if (offset != HADDR_UNDEF && (offset > file_bytes || data_bytes > file_bytes - offset)) {
      throw Error(Exit::input, too_large);
    }
  }
  for (int i = 0; i < n_filters; ++i) {
    unsigned flags = 0;
    unsigned config = 0;
    std::size_t n_values = 0;
    std::array<char, 64> filter_name{};
    const H5Z_filter_t filter = H5Pget_filter2(creation.get(), static_cast<unsigned>(i), &flags, &n_values, nullptr,
                                               filter_name.size(), filter_name.data(), &config);
    filter_name.back() = '\0';
    if (filter >= 0 && H5Zfilter_avail(filter) <= 0) {
      throw Error(Exit::input, name + ": is compressed with filter " + std::to_string(filter) + " (" +
                                   filter_name.data() +
                                   "), which this HDF5 lacks; rewrite it with h5repack -f GZIP=4, or "
                                   "set HDF5_PLUGIN_PATH");
    }
  }
}

Hdf5Array::Hdf5Array(const Hdf5Handle& file, const std::string& file_name, const std::string& path) {
  facts_.name = joined(file_name, path);
  const Hdf5Handle object = checked(H5Oopen(file.get(), path.c_str(), H5P_DEFAULT), H5Oclose, facts_.name);
  if (H5Iget_type(object.get()) != H5I_DATASET) {
    throw Error(Exit::input, facts_.name + ": is not a dataset; name one with FILE:DATASET");
  }
  const Hdf5Handle file_type = checked(H5Dget_type(object.get()), H5Tclose, facts_.name);
  const H5T_class_t type_class = H5Tget_class(file_type.get());
  if (type_class != H5T_INTEGER && type_class != H5T_FLOAT) {
    throw Error(Exit::input, facts_.name + ": its values are " + type_class_name(type_class) +
                                 "; signals are integer or floating-point numbers");
  }
  open_with_cache(file.get(), path);
  type_ = checked(H5Tget_native_type(file_type.get(), H5T_DIR_ASCEND), H5Tclose, facts_.name);
  type_bytes_ = H5Tget_size(type_.get());
  space_ = checked(H5Dget_space(dataset_.get()), H5Sclose, facts_.name);
  facts_.extents = extents_of(space_.get());
  if (H5Sget_simple_extent_type(space_.get()) == H5S_NULL) throw Error(Exit::input, facts_.name + ": is empty");
  const std::int64_t n_numbers = checked_count(facts_.name, facts_.extents);
  hsize_t file_bytes = 0;
  check_hdf5(H5Fget_filesize(file.get(), &file_bytes), facts_.name);
  check_storage(dataset_.get(), facts_.name, n_numbers, file_bytes);
}

void Hdf5Array::open_with_cache(hid_t file, const std::string& path) {
  dataset_ = checked(H5Dopen2(file, path.c_str(), H5P_DEFAULT), H5Dclose, facts_.name);
  const Hdf5Handle creation = checked(H5Dget_create_plist(dataset_.get()), H5Pclose, facts_.name);
  if (H5Pget_layout(creation.get()) != H5D_CHUNKED) return;
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  const int rank = H5Pget_chunk(creation.get(), H5S_MAX_RANK, chunk.data());
  if (rank < 1 || rank > 3) return;  // refused by checked_count
  const Hdf5Handle space = checked(H5Dget_space(dataset_.get()), H5Sclose, facts_.name);
  const Hdf5Handle type = checked(H5Dget_type(dataset_.get()), H5Tclose, facts_.name);
  const std::vector<std::int64_t> extents = extents_of(space.get());
  std::uint64_t chunk_bytes = H5Tget_size(type.get());
  double n_chunks = 1;
  for (std::size_t i = 0; i < static_cast<std::size_t>(rank) && i < extents.size(); ++i) {
    if (chunk[i] == 0 || chunk[i] > most_chunk_bytes / std::max<std::uint64_t>(1, chunk_bytes)) {
      throw Error(Exit::input,
                  facts_.name + ": its chunks are larger than 1 GiB; rewrite it with h5repack -l CHUNK=...");
    }
    chunk_bytes *= chunk[i];
    n_chunks *= static_cast<double>(extents[i]) / static_cast<double>(chunk[i]) + 1;
  }
  // All chunks where they fit, so that a row of them across the channels is unpacked once; at least the one at hand.
  const double wanted = std::min(static_cast<double>(most_cache_bytes), n_chunks * static_cast<double>(chunk_bytes));
  const std::size_t cache = std::max(static_cast<std::size_t>(wanted), static_cast<std::size_t>(chunk_bytes));
  const std::size_t slots = std::min<std::size_t>(100'003, 10 * (cache / chunk_bytes) + 521);
  const Hdf5Handle access = checked(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose, facts_.name);
  check_hdf5(H5Pset_chunk_cache(access.get(), slots, cache, H5D_CHUNK_CACHE_W0_DEFAULT), facts_.name);
  dataset_.reset();
  dataset_ = checked(H5Dopen2(file, path.c_str(), access.get()), H5Dclose, facts_.name);
}

void Hdf5Array::read(const AxisValues& first, const AxisValues& count, std::span<double> out) {
  const std::size_t rank = facts_.extents.size();
  std::array<hsize_t, 3> start{};
  std::array<hsize_t, 3> block{};
  hsize_t n_numbers = 1;
  for (std::size_t i = 0; i < rank; ++i) {
    start[i] = static_cast<hsize_t>(first[i]);
    block[i] = static_cast<hsize_t>(count[i]);
    n_numbers *= block[i];
  }
  const std::string what = facts_.name + ": cannot read samples";
  if (n_numbers > out.size()) throw Error(Exit::input, what + ": buffer too small");
  check_hdf5(H5Sselect_hyperslab(space_.get(), H5S_SELECT_SET, start.data(), nullptr, block.data(), nullptr), what);
  const Hdf5Handle memory = checked(H5Screate_simple(static_cast<int>(rank), block.data(), nullptr), H5Sclose, what);
  // Byte order first, then to double in place: HDF5 has fast paths for each, not for both at once.
  const bool fits = type_bytes_ <= sizeof(double);
  const hid_t type = fits ? type_.get() : H5T_NATIVE_DOUBLE;
  check_hdf5(H5Dread(dataset_.get(), type, memory.get(), space_.get(), H5P_DEFAULT, out.data()), what);
  if (fits) {
    check_hdf5(H5Tconvert(type, H5T_NATIVE_DOUBLE, n_numbers, out.data(), nullptr, H5P_DEFAULT), what);
  }
}

}  // namespace pac
