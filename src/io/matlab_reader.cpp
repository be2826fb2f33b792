// See matlab_reader.hpp. Format: HDF5 with an attribute MATLAB_class on every variable ("double", "int16", "char",
// "cell", "struct", ...); a MATLAB array of size [C T] is an HDF5 dataset of extents T x C.
#include "io/matlab_reader.hpp"

#include <algorithm>
#include <array>

#include "core/error.hpp"
#include "io/hdf5_reader.hpp"
#include "io/hdf5_values.hpp"

namespace pac {
namespace {

bool is_numeric_class(const std::string& name) {
  constexpr std::array<const char*, 10> classes{"double", "single", "int8",   "int16",  "int32",
                                                "int64",  "uint8",  "uint16", "uint32", "uint64"};
  return std::find(classes.begin(), classes.end(), name) != classes.end();
}

std::string class_of(const Hdf5Handle& file, const std::string& path) {
  const Hdf5Handle object(H5Oopen(file.get(), path.c_str(), H5P_DEFAULT), H5Oclose);
  return object ? text_attribute(object.get(), "MATLAB_class") : "";
}

}  // namespace

std::unique_ptr<SignalArray> open_matlab(const Hdf5Handle& file, const std::string& file_name,
                                         const std::string& variable) {
  std::vector<std::string> candidates = signal_candidates(file);
  std::erase_if(candidates, [&](const std::string& path) { return !is_numeric_class(class_of(file, path)); });
  const std::string path = choose_dataset(file, file_name, variable, candidates);
  const std::string type = class_of(file, path);
  if (!type.empty() && !is_numeric_class(type)) {
    throw Error(Exit::input, file_name + ":" + path + ": is a MATLAB " + type + ", not numbers; name a numeric array");
  }
  auto array = std::make_unique<Hdf5Array>(file, file_name, path);
  if (number_attribute(array->dataset(), "MATLAB_empty").value_or(0) > 0) {
    throw Error(Exit::input, file_name + ":" + path + ": is empty");
  }
  ArrayFacts& facts = array->facts();
  facts.column_major = true;
  // 1 x N and N x 1 are vectors: time. In MATLAB's order the extents run the other way.
  if (facts.extents.size() == 2 && facts.extents[1] == 1) facts.layout = Layout::ct;
  if (facts.extents.size() == 2 && facts.extents[0] == 1) facts.layout = Layout::tc;
  facts.fs_hz = rate_dataset(file.get(), folder_of(path));
  if (!facts.fs_hz) facts.fs_hz = rate_dataset(file.get(), "");
  return array;
}

}  // namespace pac
