// The header of an EDF or BDF file, checked before edflib sees the file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "io/input_file.hpp"

namespace pac {

struct EdfSignal {
  std::string label;
  std::string unit;
  std::int64_t samples_per_record = 0;
};

struct EdfHeader {
  std::int64_t n_records = 0;
  double record_s = 0;             ///< duration of a record
  std::vector<EdfSignal> signals;  ///< without annotation signals, in the order of the file (edflib's numbering)
};

/// Throws Error (input) where a field is no number, a size does not agree with the file's, or the recording is
/// discontinuous (EDF+D, BDF+D).
EdfHeader read_edf_header(const InputFile& file);

}  // namespace pac
