// A Record as plain columns with names and units, made once: HDF5, JSON and CSV are three spellings of these tables.
// Nothing here knows a file format.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "measure/record.hpp"

namespace pac {

/// What a column holds; one element per row of its table. NaN: missing.
using ColumnValues =
    std::variant<std::vector<std::int64_t>, std::vector<double>, std::vector<std::uint8_t>, std::vector<std::string>>;

struct Column {
  std::string name;
  std::string unit;  ///< "" for text
  std::string meaning;
  ColumnValues values;
  bool minus_one_is_missing = false;  ///< integers: -1 stands for "not measured"
};

struct Table {
  std::string name;       ///< cases, samples, memory, ranks
  std::string dimension;  ///< what one row is: case, sample, entry, rank
  std::string dimension_meaning;
  std::size_t n_rows = 0;
  std::vector<Column> columns;
};

struct Tables {
  Table cases;    ///< label, n_ranks, results_digest, failure, variables and metrics of every case (a case without one:
                  ///< NaN)
  Table samples;  ///< case (row of `cases`), rank, repetition, warmup, wall_s, <stage>_s
  Table memory;   ///< case, rank, bytes
  Table ranks;    ///< where each rank ran
};

/// What a column of `cases` is, in its meaning; every other column of numbers there is a result.
inline constexpr const char* variable_meaning = "independent variable of the case";
inline constexpr const char* result_meaning = "result of the case";

/// A setting with its own type; enums and lists as their text.
using ParameterValue = std::variant<bool, std::int64_t, std::uint64_t, double, std::string>;
using Parameters = std::vector<std::pair<std::string, ParameterValue>>;

Tables tables_of(const Record& record);

/// The way back: fills cases (with samples and memory) and ranks of the record. Columns may be missing, and more than
/// these may be there. NaN: the case lacks the metric, or the stage where all its samples are; but where the order of
/// the columns would be lost, one case keeps it as NaN. tables_of() then gives the same tables. Throws Error (input)
/// "table: ...".
void read_tables(const Tables& tables, Record& record);

Parameters parameters_of(const Config& config);

/// "passed", "failed" or "skipped".
std::string to_text(Verdict verdict);

/// A name that HDF5 paths, netCDF and CSV headers all take: letters, digits and _.+-, anything else becomes _.
std::string clean_name(const std::string& name);

/// The text with every byte that is not part of valid UTF-8 replaced by U+FFFD, cut at the first NUL.
std::string clean_text(const std::string& text);

/// Now, ISO 8601 in UTC: 2025-01-31T12:00:00Z.
std::string utc_now();

}  // namespace pac
