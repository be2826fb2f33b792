// See signals.hpp. FILE and DATASET are told apart, the format is recognised by its first bytes; all else is the
// readers'.
#include "io/signals.hpp"

#include <algorithm>
#include <array>
#include <filesystem>

#include "core/error.hpp"
#include "io/array_source.hpp"
#include "io/edf_reader.hpp"
#include "io/hdf5_probe.hpp"
#include "io/hdf5_reader.hpp"
#include "io/input_file.hpp"
#include "io/matlab_reader.hpp"
#include "io/npy_reader.hpp"
#include "io/nwb_reader.hpp"

namespace pac {
namespace {

enum class Format { hdf5, npy, edf };

struct Location {
  std::string file;
  std::string dataset;  ///< empty: none named
};

/// FILE[:DATASET]. A colon in the name of a file that exists belongs to the name: the longest such name is taken.
Location locate(const std::string& input) {
  std::error_code ignored;
  if (std::filesystem::exists(input, ignored)) return {input, ""};
  for (std::size_t colon = input.rfind(':'); colon != std::string::npos && colon > 0;
       colon = input.rfind(':', colon - 1)) {
    const std::string file = input.substr(0, colon);
    if (!std::filesystem::exists(file, ignored)) continue;
    if (colon + 1 == input.size()) throw Error(Exit::usage, "--input " + input + ": no DATASET behind the colon");
    return {file, input.substr(colon + 1)};
  }
  return {input.substr(0, std::max<std::size_t>(1, input.find(':'))), ""};
}

bool is_hdf5(const InputFile& file) {
  // The signature stands at byte 0, 512, 1024, ... (a user block is in front).
  for (std::int64_t at = 0; at < std::min<std::int64_t>(file.bytes(), 1 << 24);
       at = std::max<std::int64_t>(512, 2 * at)) {
    if (file.text_at(at, 8) == "\x89HDF\r\n\x1a\n") return true;
  }
  return false;
}

Format format_of(const InputFile& file) {
  const std::string head = file.text_at(0, 128);
  if (head.starts_with("\x93NUMPY")) return Format::npy;
  if (head.starts_with("0       ") || head.starts_with("\xff"
                                                       "BIOSEMI"))
    return Format::edf;
  if (is_hdf5(file)) return Format::hdf5;
  std::string why = "is none of HDF5, NWB, MATLAB 7.3, .npy, EDF, BDF";
  if (head.starts_with("MATLAB 5.0")) why = "is an older MATLAB file; save it again with save(..., '-v7.3')";
  if (head.starts_with("MATLAB 7.3")) why = "is a truncated MATLAB 7.3 file";
  if (head.starts_with("PK\x03\x04")) why = "is a zip archive (.npz?); save one array with numpy.save";
  if (head.starts_with("\x1f\x8b")) why = "is compressed with gzip; unpack it first";
  throw Error(Exit::input, file.path() + ": " + why);
}

std::unique_ptr<SignalArray> open_hdf5(const InputFile& file, const std::string& dataset) {
  const Hdf5Handle handle = open_hdf5_file(file.path());
  if (is_nwb(handle)) return open_nwb(handle, file.path(), dataset);
  if (file.text_at(0, 10) == "MATLAB 7.3") return open_matlab(handle, file.path(), dataset);
  return open_plain_hdf5(handle, file.path(), dataset);
}

/// Reads what later reads will meet: all numbers of a small array, a block at either end of a large one.
void touch(SignalArray& array) {
  const std::vector<std::int64_t>& extents = array.facts().extents;
  std::int64_t left = 4 << 20;
  AxisValues first{};
  AxisValues count{1, 1, 1};
  for (std::size_t i = extents.size(); i-- > 0;) {
    count[i] = std::min(extents[i], left);
    left = std::max<std::int64_t>(1, left / count[i]);
  }
  std::vector<double> numbers(static_cast<std::size_t>(count[0] * count[1] * count[2]));
  array.read(first, count, numbers);
  for (std::size_t i = 0; i < extents.size(); ++i) first[i] = extents[i] - count[i];
  array.read(first, count, numbers);
}

/// Options that describe synthetic rows say nothing about a file.
void refuse_synthetic_options(const Config& config) {
  for (const char* name : {"batch_size", "n_channels", "coupling", "noise"}) {
    if (config.is_given(name)) {
      throw Error(Exit::usage,
                  option_of(name) + ": describes synthetic rows and does not go with --input; leave it out");
    }
  }
}

}  // namespace

std::unique_ptr<RowSource> open_signals(const Config& config) {
  if (config.input.empty()) throw Error(Exit::usage, "--input: names no file");
  refuse_synthetic_options(config);
  const Location location = locate(config.input);
  const InputFile file(location.file);
  const Format format = format_of(file);
  if (format != Format::hdf5 && !location.dataset.empty()) {
    throw Error(Exit::usage, "--input " + config.input + ": " + location.file +
                                 " holds one array; leave out ':" + location.dataset + "'");
  }
  switch (format) {
    case Format::npy:
      return rows_of_array(open_npy(location.file), config);
    case Format::edf:
      return rows_of_array(open_edf(location.file, config), config);
    case Format::hdf5:
      break;
  }
  // Far more time than opening takes, also where all time stamps are looked at.
  const std::int64_t most_cpu_s = 10 + file.bytes() / (std::int64_t{50} << 20);
  try_in_child(location.file, most_cpu_s, [&] { touch(*open_hdf5(file, location.dataset)); });
  return rows_of_array(open_hdf5(file, location.dataset), config);
}

std::string input_path(const Config& config) { return locate(config.input).file; }

}  // namespace pac
