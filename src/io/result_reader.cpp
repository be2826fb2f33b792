// See result_reader.hpp. Which groups and attributes there are, as report.cpp writes them; columns become cases in
// tables_to_cases.cpp, maps are read in comodulogram_group.cpp.
#include "io/result_reader.hpp"

#include <cmath>
#include <set>
#include <type_traits>

#include "core/bands.hpp"
#include "core/error.hpp"
#include "io/comodulogram_group.hpp"
#include "io/hdf5_array.hpp"
#include "io/hdf5_probe.hpp"
#include "io/input_file.hpp"
#include "io/signal_array.hpp"
#include "io/tables.hpp"

namespace pac {
namespace {

void check_schema(const Hdf5Group& root, const std::string& path) {
  const std::string schema = root.attribute("schema").value_or("");
  if (schema != "pacbench") {
    throw Error(Exit::input, path + ": is no result file of pacbench" +
                                 (schema.empty() ? "" : " (its schema is '" + file_text(schema) + "')") +
                                 "; give one that has the attribute schema = pacbench");
  }
  const std::string version = root.attribute("schema_version").value_or("");
  if (version != "1" && !version.starts_with("1.")) {
    throw Error(Exit::input, path + ": its schema_version is '" + file_text(version) +
                                 "', and this program reads 1.x; use the pacbench that wrote it");
  }
}

Config read_parameters(const Hdf5Group& group) {
  Config config;
  describe(config, [&]<class T>(const char* name, T& value, auto&&...) {
    std::optional<std::string> text = group.attribute(name);
    if (!text) return;
    if (std::is_same_v<T, bool> && (text == "0" || text == "1")) text = to_text(text == "1");
    try {
      parse(name, *text, value);
    } catch (const Error& error) {
      throw Error(Exit::input, group.name() + ": " + file_text(error.what()) + "; write it again");
    }
  });
  return config;
}

Verdict verdict_of(const std::string& text) {
  for (const Verdict verdict : {Verdict::passed, Verdict::failed}) {
    if (text == to_text(verdict)) return verdict;
  }
  return Verdict::skipped;
}

Table read_table(const Hdf5Group& group, const std::string& name, const std::string& dimension) {
  Table table{name, dimension, group.attribute_of(dimension, "long_name"), 0, {}};
  std::set<std::int64_t> lengths;
  for (const std::string& column : group.datasets()) {
    const std::vector<std::int64_t> extents = group.extents(column);
    const Hdf5Values kind = group.values(column);
    if (extents.size() != 1 || kind == Hdf5Values::other) continue;
    lengths.insert(extents[0]);
    if (lengths.size() > 1) {
      throw Error(Exit::input, group.name() + ": its columns differ in length (" + to_text(*lengths.begin()) + " and " +
                                   to_text(*lengths.rbegin()) + "); write it again");
    }
    if (column == dimension) continue;
    ColumnValues values;
    if (kind == Hdf5Values::text) values = group.read<std::string>(column);
    if (kind == Hdf5Values::integer) values = group.read<std::int64_t>(column);
    if (kind == Hdf5Values::real) values = group.read<double>(column);
    table.columns.push_back(
        {column, group.attribute_of(column, "units"), group.attribute_of(column, "long_name"), std::move(values)});
  }
  if (!lengths.empty()) table.n_rows = static_cast<std::size_t>(*lengths.begin());
  return table;
}

/// What all cases state as n_times; 0 where one does not, or they differ.
std::int64_t stated_n_times(const std::vector<Case>& cases) {
  std::set<double> stated;
  for (const Case& one : cases) {
    double n_times = 0;
    for (const Metric& variable : one.variables) {
      if (variable.name == "n_times") n_times = variable.value;
    }
    stated.insert(n_times);
  }
  const bool usable = stated.size() == 1 && *stated.begin() > 0 && *stated.begin() < 9e15;
  return usable ? static_cast<std::int64_t>(*stated.begin()) : 0;
}

void fill_shape_and_bands(Record& record) {
  const Config& config = record.config;
  record.shape.fs_hz = config.fs;
  record.shape.n_times = stated_n_times(record.cases);
  const double samples = config.seq_sec * config.fs;
  if (record.shape.n_times == 0 && config.input.empty() && samples > 0 && samples < 9e15) {
    record.shape.n_times = std::llround(samples);
  }
  try {
    record.pha_bands = phase_bands(config);
    record.amp_bands = amplitude_bands(config);
  } catch (const Error&) {  // parameters of another program need not make bands: they are unknown then
    record.pha_bands.clear();
    record.amp_bands.clear();
  }
}

Record read_whole(const std::string& path) {
  const Hdf5Handle file = open_hdf5_file(path);
  const auto group = [&](const char* name) { return Hdf5Group(file, path, name); };
  check_schema(group("/"), path);
  Record record;
  record.config = read_parameters(group("/parameters"));
  const Hdf5Group benchmark = group("/benchmark");
  record.benchmark = benchmark.attribute("name").value_or("");
  record.question = benchmark.attribute("question").value_or("");
  record.verdict = verdict_of(benchmark.attribute("verdict").value_or(""));
  record.reason = benchmark.attribute("reason").value_or("");
  record.complete = benchmark.attribute("complete").value_or("1") != "0";
  read_tables(
      {read_table(group("/benchmark/cases"), "cases", "case"),
       read_table(group("/benchmark/samples"), "samples", "sample"),
       read_table(group("/benchmark/memory"), "memory", "entry"), read_table(group("/system/ranks"), "ranks", "rank")},
      record);
  fill_shape_and_bands(record);
  if (const Hdf5Group comodulogram = group("/comodulogram")) read_comodulogram(comodulogram, record);
  const Hdf5Group provenance = group("/provenance");
  for (const std::string& name : provenance.attributes()) {
    if (const auto text = provenance.attribute(name)) record.provenance[name] = *text;
  }
  return record;
}

}  // namespace

Record read_result(const std::string& path) {
  const std::int64_t most_cpu_s = 10 + InputFile(path).bytes() / (std::int64_t{50} << 20);
  try_in_child(path, most_cpu_s, [&] { read_whole(path); });
  try {
    return read_whole(path);
  } catch (const Error& error) {
    const std::string words = error.what();
    if (words.starts_with(path)) throw;
    throw Error(error.status(), path + ": " + words);
  }
}

}  // namespace pac
