// Small values beside the samples of an HDF5 file: numbers and texts in attributes and short datasets, and the list of
// what a file holds. Nothing here throws on absent or odd values: they are "not there".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "io/hdf5_handles.hpp"

namespace pac {

/// The number in an attribute, or in a dataset, of one integer or floating-point element.
std::optional<double> number_attribute(hid_t object, const std::string& name);
std::optional<double> number_dataset(hid_t group, const std::string& path);

/// The sampling rate in Hz that attributes (or, beside them, one-element datasets) of a group or dataset state under
/// one of the usual names: fs, Fs, sampling_rate, sfreq, srate.
std::optional<double> rate_attribute(hid_t object);
std::optional<double> rate_dataset(hid_t group, const std::string& folder);

/// The text of a string attribute; "" when there is none.
std::string text_attribute(hid_t object, const std::string& name);

/// All elements of an attribute or dataset as texts (strings as they are, integers in digits); empty when there is
/// none.
std::vector<std::string> texts_attribute(hid_t object, const std::string& name);
std::vector<std::string> texts_dataset(hid_t group, const std::string& path);

/// A scalar attribute as the text that parse() reads back (numbers exactly, booleans as 1 and 0), and texts as they
/// stand: nothing trimmed, shortened or replaced. For values that will be written again.
std::optional<std::string> whole_attribute(hid_t object, const std::string& name);
std::vector<std::string> whole_texts_dataset(hid_t group, const std::string& path);

/// All elements of a one-dimensional numeric dataset; empty when there is none or more than a million.
std::vector<double> numbers_dataset(hid_t group, const std::string& path);

/// Whether `path` leads to an object.
bool exists(hid_t file, const std::string& path);

/// Absolute paths of all objects of a type (H5O_TYPE_DATASET or H5O_TYPE_GROUP), at most 10000 links deep.
enum class Hdf5Kind { dataset, group };
std::vector<std::string> paths_of(hid_t file, Hdf5Kind kind);

/// "" for a path without a folder, otherwise the folder without the last slash ("/a/b" -> "/a", "/a" -> "").
std::string folder_of(const std::string& path);

}  // namespace pac
