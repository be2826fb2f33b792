// A group of an HDF5 file as a reader of results sees it: datasets read whole, in the type that the program wants from
// whatever width the file stores, attributes as text. Which names a result has is not known here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/hdf5_handles.hpp"

namespace pac {

/// What a dataset's elements are. `other`: compounds, references and whatever else a result does not have.
enum class Hdf5Values { absent, integer, real, text, other };

class Hdf5Group {
 public:
  /// An absent group holds nothing. `file` must outlive it.
  Hdf5Group(const Hdf5Handle& file, const std::string& file_name, const std::string& path);

  explicit operator bool() const { return static_cast<bool>(group_); }
  [[nodiscard]] const std::string& name() const { return name_; }  ///< FILE:/path, begins messages

  /// Names of the datasets, in the order in which they were made where the file keeps it, otherwise by name.
  [[nodiscard]] std::vector<std::string> datasets() const;
  [[nodiscard]] std::vector<std::string> attributes() const;

  /// A scalar attribute of the group, or of one of its datasets, as whole_attribute() spells it.
  [[nodiscard]] std::optional<std::string> attribute(const std::string& attribute) const;
  [[nodiscard]] std::string attribute_of(const std::string& dataset, const std::string& attribute) const;

  [[nodiscard]] Hdf5Values values(const std::string& dataset) const;
  /// Slowest axis first; empty for a scalar or an absent dataset.
  [[nodiscard]] std::vector<std::int64_t> extents(const std::string& dataset) const;

  /// All elements, row-major; empty where the dataset is absent. T: int64_t, double, float, or string for text. Throws
  /// Error (input) where they cannot be read as T.
  template <class T>
  [[nodiscard]] std::vector<T> read(const std::string& dataset) const;

 private:
  [[nodiscard]] Hdf5Handle open(const std::string& dataset) const;

  std::string name_;
  Hdf5Handle group_;
};

}  // namespace pac
