// Datasets with dimension scales: an HDF5 file that is valid netCDF-4 too. Axes are named, attributes and links keep
// their order, text is variable-length UTF-8. What is written, under which names, is not decided here.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "io/hdf5_handles.hpp"

namespace pac {

/// Values of an attribute: a scalar, or a list.
using AttributeValue = std::variant<std::string, std::int64_t, std::uint64_t, std::uint8_t, float, double,
                                    std::vector<std::string>, std::vector<std::uint8_t>>;
using Attributes = std::vector<std::pair<std::string, AttributeValue>>;

/// Values of a dataset, row-major over its dimensions; the caller keeps them alive during the call.
using ArrayView = std::variant<std::span<const std::int64_t>, std::span<const double>, std::span<const float>,
                               std::span<const std::uint8_t>, std::span<const std::string>>;

/// A group while it is being written. Every call throws Error (input) with HDF5's words when it fails.
class NetcdfGroup {
 public:
  [[nodiscard]] NetcdfGroup group(const std::string& name) const;
  void attributes(const Attributes& attributes) const;

  /// A coordinate variable: the values along a new dimension of this group, which has its name. A dimension of no
  /// elements becomes an unlimited one, as netCDF has no other of length 0.
  void coordinate(const std::string& name, ArrayView values, const Attributes& attributes);

  /// A variable over dimensions of this group (and no other).
  void variable(const std::string& name, const std::vector<std::string>& dimensions, ArrayView values,
                const Attributes& attributes) const;

 private:
  friend class NetcdfFile;
  struct Dimension {
    Hdf5Handle scale;
    hsize_t size = 0;
  };
  NetcdfGroup(Hdf5Handle id, std::string path) : id_(std::move(id)), path_(std::move(path)) {}
  [[nodiscard]] Hdf5Handle dataset(const std::string& name, const std::vector<hsize_t>& sizes, const ArrayView& values,
                                   const Attributes& attributes) const;

  Hdf5Handle id_;
  std::string path_;  // for messages
  std::map<std::string, Dimension> dimensions_;
};

/// Creates (or empties) `path`. close() writes what HDF5 still holds; a file that is destroyed without it is
/// incomplete.
class NetcdfFile {
 public:
  explicit NetcdfFile(const std::string& path);
  NetcdfFile(const NetcdfFile&) = delete;
  NetcdfFile& operator=(const NetcdfFile&) = delete;
  ~NetcdfFile();
  [[nodiscard]] NetcdfGroup root() const;
  /// After every NetcdfGroup of this file is gone. Throws Error (input) when the disk refuses.
  void close();

 private:
  void abandon();

  Hdf5Handle file_;
};

}  // namespace pac
