// Tables of a report's section: see report_tables.hpp.
#include "bench/report_tables.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <sstream>

#include "bench/measured_case.hpp"
#include "bench/report_figures.hpp"
#include "core/options.hpp"
#include "io/tables.hpp"

namespace pac {
namespace {

/// Results that are shown at first, in this order, where a case has them; after them come all in a folded table.
constexpr std::array headline{"wall_s_median",   "wall_relative_spread",
                              "rows_per_s",      "surrogates_per_s",
                              "speedup",         "efficiency",
                              "peak_pac",        "predicted_bytes",
                              "measured_bytes",  "prediction_error",
                              "bytes_per_row",   "host_peak_bytes",
                              "time_ratio",      "time_ratio_low",
                              "time_ratio_high", "memory_ratio",
                              "max_difference",  "correlation",
                              "read_s",          "upload_s",
                              "compute_s",       "gather_s",
                              "write_s",         "job_s",
                              "wall_s",          "wall_efficiency",
                              "bound_share",     "checkpoint_s"};

/// Few cases are columns, so that their numbers stand below each other.
constexpr std::size_t few_cases = 4;

PageTable turned(const PageTable& table) {
  PageTable out{table.caption, {table.head.front()}, {}};
  for (const auto& row : table.rows) out.head.push_back(row.front().text);
  for (std::size_t column = 1; column < table.head.size(); ++column) {
    out.rows.push_back({{table.head[column]}});
    for (const auto& row : table.rows) out.rows.back().push_back(row[column]);
  }
  return out;
}

std::vector<std::string> variables_of(const std::vector<Case>& cases) {
  std::vector<std::string> names;
  for (const Case& c : cases) {
    for (const Metric& variable : c.variables) {
      const bool known = std::find(names.begin(), names.end(), variable.name) != names.end();
      if (!known && variable.name != "n_ranks") names.push_back(variable.name);
    }
  }
  return names;
}

PageTable headline_of(const Record& record) {
  PageTable table{"Numbers that matter most", {"case", "n_ranks"}, {}};
  for (const Case& c : record.cases) {
    table.rows.push_back({{c.label}, number_cell(static_cast<double>(c.n_ranks))});
  }
  std::vector<std::string> names = variables_of(record.cases);
  names.insert(names.end(), headline.begin(), headline.end());
  for (const std::string& name : names) {
    const auto has = [&](const Case& c) { return metric_named(c, name) != nullptr; };
    if (std::none_of(record.cases.begin(), record.cases.end(), has)) continue;
    table.head.push_back(name);
    for (std::size_t i = 0; i < record.cases.size(); ++i) {
      const Metric* metric = metric_named(record.cases[i], name);
      table.rows[i].push_back(metric == nullptr ? TableCell{no_number} : number_cell(metric->value, metric->unit));
    }
  }
  const auto failed = [](const Case& c) { return !c.failure.empty(); };
  if (std::any_of(record.cases.begin(), record.cases.end(), failed)) {
    table.head.emplace_back("failure");
    for (std::size_t i = 0; i < record.cases.size(); ++i) table.rows[i].push_back({record.cases[i].failure});
  }
  return table;
}

TableCell exact_cell(const Column& column, std::size_t row) {
  return std::visit(
      [&]<class T>(const std::vector<T>& values) -> TableCell {
        if constexpr (std::is_same_v<T, std::string>) {
          return {values[row]};
        } else {
          const auto value = static_cast<double>(values[row]);
          if (std::isnan(value) || (column.minus_one_is_missing && value == -1)) return {no_number};
          return {to_text(value), value};
        }
      },
      column.values);
}

bool says_nothing(const Column& column, std::size_t n_rows) {
  for (std::size_t row = 0; row < n_rows; ++row) {
    const TableCell cell = exact_cell(column, row);
    if (!cell.text.empty() && cell.text != no_number) return false;
  }
  return true;
}

/// A table of the result file, its numbers exact; columns without anything are left out. Rows without a text of their
/// own first are named by their number.
PageTable page_table(const Table& table, const std::string& caption) {
  PageTable out{caption, {}, {}};
  out.rows.resize(table.n_rows);
  const bool named =
      !table.columns.empty() && std::holds_alternative<std::vector<std::string>>(table.columns[0].values);
  if (!named || table.name == "ranks") {
    out.head.push_back(table.dimension);
    for (std::size_t row = 0; row < table.n_rows; ++row) out.rows[row].push_back({std::to_string(row)});
  }
  for (const Column& column : table.columns) {
    if (says_nothing(column, table.n_rows)) continue;
    out.head.push_back(column.name + (column.unit.empty() || column.unit == "1" ? "" : " [" + column.unit + "]"));
    for (std::size_t row = 0; row < table.n_rows; ++row) out.rows[row].push_back(exact_cell(column, row));
  }
  return out;
}

void write_turned_if_few(Markup& page, const PageTable& table) {
  write_table(page, table.rows.size() <= few_cases ? turned(table) : table);
}

struct Option {
  std::string name;
  std::string value;
  std::string standard;
  std::string help;
};

PageTable options_table(const std::string& caption, const std::vector<Option>& options) {
  PageTable table{caption, {"option", "value", "default", "meaning"}, {}};
  for (const Option& option : options) {
    table.rows.push_back({{option_of(option.name)}, {option.value}, {option.standard}, {option.help}});
  }
  return table;
}

}  // namespace

void write_warnings(Markup& page, const Record& record) {
  const auto found = record.provenance.find("warnings");
  if (found == record.provenance.end()) return;
  std::istringstream lines(found->second);
  for (std::string line; std::getline(lines, line);) page.line("p", {{"class", "warning"}}, "Warning: " + line);
  page.new_line();
}

void write_cases(Markup& page, const Record& record) {
  if (record.cases.empty()) return page.line("p", {}, "The result holds no case.");
  write_turned_if_few(page, headline_of(record));
  const Tables tables = tables_of(record);
  write_folded(page, "All numbers of the cases, exact",
               [&] { write_turned_if_few(page, page_table(tables.cases, "All numbers of the cases")); });
  if (tables.memory.n_rows == 0) return;
  write_folded(page, "Memory of each rank",
               [&] { write_table(page, page_table(tables.memory, "Memory of each rank")); });
}

void write_parameters(Markup& page, const Record& record) {
  std::vector<Option> all;
  const std::map<std::string, std::string> standard = settings_of(Config());
  describe(record.config, [&](const char* name, const auto& value, OptionGroup, const char*, const char* help) {
    all.push_back({name, to_text(value), standard.at(name), help});
  });
  std::vector<Option> changed;
  std::copy_if(all.begin(), all.end(), std::back_inserter(changed),
               [](const Option& o) { return o.value != o.standard; });
  if (changed.empty()) {
    page.line("p", {}, "All options at their defaults.");
  } else {
    write_table(page, options_table("Options that differ from their defaults", changed));
  }
  write_folded(page, "All options", [&] { write_table(page, options_table("All options", all)); });
}

void write_provenance(Markup& page, const Record& record) {
  PageTable table{"Where the result comes from", {"what", "value"}, {}};
  std::set<std::string> told{"warnings", "environment"};
  const auto tell = [&](const std::string& name) {
    const auto found = record.provenance.find(name);
    if (found == record.provenance.end() || !told.insert(name).second || found->second.empty()) return;
    table.rows.push_back({{name}, {found->second}});
  };
  for (const char* name : {"command_line", "start", "end", "version", "git_commit"}) tell(name);
  for (const auto& [name, text] : record.provenance) tell(name);
  if (table.rows.empty()) {
    page.line("p", {}, "The result does not say where it comes from.");
  } else {
    write_table(page, table);
  }
  if (!record.ranks.empty()) write_table(page, page_table(tables_of(record).ranks, "Where the ranks ran"));
  const auto environment = record.provenance.find("environment");
  if (environment == record.provenance.end() || environment->second.empty()) return;
  write_folded(page, "Environment", [&] { page.line("p", {{"class", "said"}}, environment->second); });
}

}  // namespace pac
