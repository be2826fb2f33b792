// The result's tables as JSON and as CSV. Which columns there are is decided in tables.cpp.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <type_traits>

#include "io/atomic_file.hpp"
#include "io/report.hpp"
#include "io/tables.hpp"

namespace pac {
namespace {

/// Shortest text that reads back to the same number.
template <class Number>
std::string number(Number value) {
  std::array<char, 40> buffer{};
  const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return {buffer.data(), result.ptr};
}

// JSON spellings (RFC 8259).
std::string json(const std::string& text) {
  static constexpr const char* hex = "0123456789abcdef";
  std::string quoted = "\"";
  for (const char c : text) {
    const auto code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (code < 0x20) {
      quoted += "\\u00";
      quoted += hex[code >> 4];
      quoted += hex[code & 15];
    } else {
      quoted += c;
    }
  }
  return quoted + '"';
}
std::string json(bool value) { return value ? "true" : "false"; }
std::string json(double value) { return std::isfinite(value) ? number(value) : "null"; }
std::string json(std::int64_t value) { return number(value); }
std::string json(std::uint64_t value) { return number(value); }
std::string json(std::uint8_t value) { return number(static_cast<int>(value)); }

std::string json(const Column& column, std::size_t row) {
  return std::visit(
      [&]<class T>(const std::vector<T>& values) -> std::string {
        if constexpr (std::is_same_v<T, std::int64_t>) {
          if (column.minus_one_is_missing && values[row] == -1) return "null";
        }
        return json(values[row]);
      },
      column.values);
}

/// Collects the members of an object or the items of an array, one a line.
class JsonList {
 public:
  JsonList(char open, char close, int depth) : close_(close), indent_(static_cast<std::size_t>(2 * depth), ' ') {
    text_ += open;
  }
  void item(const std::string& value) {
    text_ += (empty_ ? "\n" : ",\n") + indent_ + "  " + value;
    empty_ = false;
  }
  void member(const std::string& name, const std::string& value) { item(json(name) + ": " + value); }
  [[nodiscard]] std::string done() const { return text_ + (empty_ ? "" : "\n" + indent_) + close_; }

 private:
  std::string text_;
  char close_;
  std::string indent_;
  bool empty_ = true;
};
JsonList object(int depth) { return {'{', '}', depth}; }
JsonList array(int depth) { return {'[', ']', depth}; }

template <class Items, class Write>
std::string in_line(const Items& items, Write write) {
  std::string text = "[";
  for (const auto& item : items) text += (text.size() == 1 ? "" : ", ") + write(item);
  return text + "]";
}

/// [{column: value, ...}, ...]
std::string rows_of(const Table& table) {
  JsonList rows = array(1);
  for (std::size_t i = 0; i < table.n_rows; ++i) {
    JsonList row = object(2);
    for (const Column& column : table.columns) row.member(column.name, json(column, i));
    rows.item(row.done());
  }
  return rows.done();
}

/// {column: [value, ...], ...}
std::string columns_of(const Table& table) {
  JsonList columns = object(1);
  for (const Column& column : table.columns) {
    std::string values = "[";
    for (std::size_t i = 0; i < table.n_rows; ++i) values += (i == 0 ? "" : ", ") + json(column, i);
    columns.member(column.name, values + "]");
  }
  return columns.done();
}

std::string units_of(const Table& table) {
  JsonList units = object(2);
  for (const Column& column : table.columns) {
    if (!column.unit.empty()) units.member(column.name, json(column.unit));
  }
  return units.done();
}

/// Shape, bands and maximum (row and pair of bands it stands at); null when there is no comodulogram.
std::string comodulogram_summary(const Record& record) {
  const Comodulogram& map = record.comodulogram;
  if (map.n_rows == 0) return "null";
  const std::array<std::int64_t, 4> shape{record.shape.n_batches, record.rows_per_item(), map.n_pha, map.n_amp};
  const auto band = [](const Band& b) { return "[" + json(b.lo_hz) + ", " + json(b.hi_hz) + "]"; };
  JsonList summary = object(1);
  summary.member("shape", in_line(shape, [](std::int64_t n) { return json(n); }));
  summary.member("n_bins", json(map.n_bins));
  summary.member("pha_bands_hz", in_line(record.pha_bands, band));
  summary.member("amp_bands_hz", in_line(record.amp_bands, band));

  // NaN (undefined pairs) is no maximum.
  std::size_t at = map.pac.size();
  for (std::size_t i = 0; i < map.pac.size(); ++i) {
    if (std::isfinite(map.pac[i]) && (at == map.pac.size() || map.pac[i] > map.pac[at])) at = i;
  }
  if (at == map.pac.size()) {
    summary.member("max", "null");
    return summary.done();
  }
  const auto pairs = static_cast<std::size_t>(map.pairs());
  const auto n_amp = static_cast<std::size_t>(map.n_amp);
  const auto per_item = static_cast<std::size_t>(record.rows_per_item());
  const std::size_t row = at / pairs;
  JsonList top = object(2);
  top.member("pac", number(map.pac[at]));
  top.member("batch", number(row / per_item));
  top.member(record.pairs.empty() ? "channel" : "pair", number(row % per_item));
  top.member("pha_band_hz", band(record.pha_bands[at % pairs / n_amp]));
  top.member("amp_band_hz", band(record.amp_bands[at % n_amp]));
  summary.member("max", top.done());
  return summary.done();
}

std::string json_document(const Record& record) {
  const Tables tables = tables_of(record);
  JsonList document = object(0);
  document.member("schema", json(std::string("pacbench")));
  document.member("schema_version", json(std::string("1.0")));
  document.member("created", json(utc_now()));

  JsonList benchmark = object(1);
  benchmark.member("name", json(clean_text(record.benchmark)));
  benchmark.member("question", json(clean_text(record.question)));
  benchmark.member("verdict", json(to_text(record.verdict)));
  benchmark.member("reason", json(clean_text(record.reason)));
  benchmark.member("complete", json(record.complete));
  document.member("benchmark", benchmark.done());

  JsonList parameters = object(1);
  for (const auto& [name, value] : parameters_of(record.config)) {
    parameters.member(name, std::visit([](const auto& v) { return json(v); }, value));
  }
  document.member("parameters", parameters.done());
  document.member("cases", rows_of(tables.cases));
  document.member("samples", columns_of(tables.samples));
  document.member("memory", columns_of(tables.memory));
  document.member("ranks", rows_of(tables.ranks));

  JsonList units = object(1);
  for (const Table* table : {&tables.cases, &tables.samples, &tables.memory, &tables.ranks}) {
    units.member(table->name, units_of(*table));
  }
  document.member("units", units.done());

  JsonList provenance = object(1);
  for (const auto& [name, text] : record.provenance) provenance.member(clean_name(name), json(clean_text(text)));
  document.member("provenance", provenance.done());
  document.member("comodulogram", comodulogram_summary(record));
  return document.done() + "\n";
}

// CSV spellings (RFC 4180 quoting; lines end in \n alone, as Unix tools expect).
std::string csv(const std::string& text) {
  if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
  std::string quoted = "\"";
  for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
  return quoted + '"';
}
std::string csv(double value) { return std::isnan(value) ? "" : number(value); }
std::string csv(std::int64_t value) { return number(value); }
std::string csv(std::uint8_t value) { return number(static_cast<int>(value)); }

std::string csv_document(const Table& table) {
  std::string text;
  for (const Column& column : table.columns) {
    if (!text.empty()) text += ',';
    text += csv(column.unit.empty() ? column.name : column.name + "[" + column.unit + "]");
  }
  text += '\n';
  for (std::size_t i = 0; i < table.n_rows; ++i) {
    bool first = true;
    for (const Column& column : table.columns) {
      if (!std::exchange(first, false)) text += ',';
      text += std::visit([&](const auto& values) { return csv(values[i]); }, column.values);
    }
    text += '\n';
  }
  return text;
}

}  // namespace

void write_json(const Record& record, const std::string& path) {
  write_text_file(path, json_document(record), record.config.overwrite, "--json");
}

void write_csv(const Record& record, const std::string& path) {
  write_text_file(path, csv_document(tables_of(record).cases), record.config.overwrite, "--csv");
}

}  // namespace pac
