// A numeric dataset of an HDF5 file as a SignalArray: opened with checks and a fitting chunk cache, read by hyperslabs.
#pragma once

#include <optional>
#include <string>

#include "io/hdf5_handles.hpp"
#include "io/signal_array.hpp"

namespace pac {

/// Opens a file for reading, without file locks (network file systems refuse them). Throws Error (input).
Hdf5Handle open_hdf5_file(const std::string& path);

/// Extents of a dataset whose numbers could be signals (integer or float, one to three axes, more than one number);
/// nothing when `id` is no such dataset.
std::optional<std::vector<std::int64_t>> signal_extents(hid_t object);

/// Extents of a dataspace, slowest axis first; empty for a scalar.
std::vector<std::int64_t> extents_of(hid_t space);

/// Refuses (Error input, "name: ...") a numeric dataset whose `n_numbers` cannot be in its file, are in other files,
/// were never written, or went through a filter that this HDF5 lacks.
void check_storage(hid_t dataset, const std::string& name, std::int64_t n_numbers, hsize_t file_bytes);

/// A dataset of any integer or floating-point type, contiguous, compact or chunked.
class Hdf5Array final : public SignalArray {
 public:
  /// Opens dataset `path` and fills in name and extents. Throws Error (input): absent, not numbers, no signals, larger
  /// than its file can hold, filters that this HDF5 lacks, data in other files.
  Hdf5Array(const Hdf5Handle& file, const std::string& file_name, const std::string& path);

  [[nodiscard]] const ArrayFacts& facts() const override { return facts_; }
  [[nodiscard]] ArrayFacts& facts() { return facts_; }
  [[nodiscard]] hid_t dataset() const { return dataset_.get(); }
  void read(const AxisValues& first, const AxisValues& count, std::span<double> out) override;

 private:
  void open_with_cache(hid_t file, const std::string& path);

  ArrayFacts facts_;
  Hdf5Handle dataset_;
  Hdf5Handle type_;  ///< in memory: the file's type in this machine's byte order
  Hdf5Handle space_;
  std::size_t type_bytes_ = 0;
};

}  // namespace pac
