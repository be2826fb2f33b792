// The result file: which groups, variables and attributes it has (the layout is a contract with users' scripts; the
// schema version changes when it does). HDF5 calls are in netcdf_writer, columns in tables, /comodulogram in
// comodulogram_group, names on disk in atomic_file.
#include "io/report.hpp"

#include <cerrno>
#include <charconv>
#include <exception>

#include "core/error.hpp"
#include "io/atomic_file.hpp"
#include "io/comodulogram_group.hpp"
#include "io/netcdf_writer.hpp"
#include "io/tables.hpp"

namespace pac {
namespace {

constexpr const char* output_option = "--output";

void write_table(NetcdfGroup group, const Table& table) {
  std::vector<std::int64_t> index(table.n_rows);
  for (std::size_t i = 0; i < index.size(); ++i) index[i] = static_cast<std::int64_t>(i);
  group.coordinate(table.dimension, std::span<const std::int64_t>(index),
                   {{"long_name", table.dimension_meaning}, {"units", "1"}});
  for (const Column& column : table.columns) {
    Attributes attributes{{"long_name", column.meaning}};
    if (!column.unit.empty()) attributes.emplace_back("units", column.unit);
    if (column.minus_one_is_missing) attributes.emplace_back("missing_value", std::int64_t{-1});
    std::visit(
        [&]<class T>(const std::vector<T>& values) {
          group.variable(column.name, {table.dimension}, std::span<const T>(values), attributes);
        },
        column.values);
  }
}

void write_parameters(const NetcdfGroup& group, const Config& config) {
  for (const auto& [name, value] : parameters_of(config)) {
    std::visit(
        [&]<class T>(const T& v) {
          if constexpr (std::is_same_v<T, bool>) {
            group.attributes({{name, static_cast<std::uint8_t>(v ? 1 : 0)}});
          } else {
            group.attributes({{name, v}});
          }
        },
        value);
  }
}

void write_everything(const Record& record, const std::string& path) {
  NetcdfFile file(path);
  {
    const NetcdfGroup root = file.root();
    root.attributes({{"title", "pacbench " + clean_text(record.benchmark) + ": phase-amplitude coupling"},
                     {"Conventions", "CF-1.11"},
                     {"schema", "pacbench"},
                     {"schema_version", "1.0"},
                     {"created", utc_now()},
                     {"default", "comodulogram"}});
    if (record.comodulogram.n_rows > 0) write_comodulogram(root.group("comodulogram"), record);
    write_parameters(root.group("parameters"), record.config);

    const Tables tables = tables_of(record);
    const NetcdfGroup benchmark = root.group("benchmark");
    benchmark.attributes({{"name", clean_text(record.benchmark)},
                          {"question", clean_text(record.question)},
                          {"verdict", to_text(record.verdict)},
                          {"reason", clean_text(record.reason)},
                          {"complete", static_cast<std::uint8_t>(record.complete ? 1 : 0)}});
    for (const Table* table : {&tables.cases, &tables.samples, &tables.memory}) {
      write_table(benchmark.group(table->name), *table);
    }
    write_table(root.group("system").group(tables.ranks.name), tables.ranks);

    const NetcdfGroup provenance = root.group("provenance");
    for (const auto& [name, text] : record.provenance) provenance.attributes({{clean_name(name), clean_text(text)}});
  }
  file.close();
}

/// The error number in HDF5's words ("..., errno = 28, error message = ..."); 0 when they name none.
int error_number_in(const std::string& words) {
  static const std::string key = "errno = ";
  const std::size_t at = words.find(key);
  int number = 0;
  if (at != std::string::npos) std::from_chars(words.data() + at + key.size(), words.data() + words.size(), number);
  return number;
}

}  // namespace

void check_output(const std::string& path, bool overwrite, const char* option) {
  const AtomicFile probe(path, overwrite, option);
}

void write_hdf5(const Record& record, const std::string& path, bool overwrite) {
  AtomicFile file(path, overwrite, output_option);
  try {
    write_everything(record, file.temporary());
  } catch (const Error& error) {
    const int number = error_number_in(error.what());
    if (number != 0) throw_file_error(path, "write", number, output_option);
    throw Error(error.status(), path + ": cannot write: " + error.what() + "; give another " + output_option);
  }
  file.commit();
}

}  // namespace pac
