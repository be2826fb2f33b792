// Tables -> cases and ranks: the way back from tables.cpp, for results that were read. Declared in tables.hpp.
#include <algorithm>
#include <cmath>
#include <limits>
#include <set>
#include <type_traits>

#include "core/error.hpp"
#include "io/tables.hpp"

namespace pac {
namespace {

const Column* find(const Table& table, const std::string& name) {
  const auto found =
      std::find_if(table.columns.begin(), table.columns.end(), [&](const Column& c) { return c.name == name; });
  return found == table.columns.end() ? nullptr : &*found;
}

bool is_text(const Column& column) { return std::holds_alternative<std::vector<std::string>>(column.values); }

/// The column as T, number by number.
template <class T>
std::vector<T> as(const Column& column) {
  return std::visit(
      [&]<class From>(const std::vector<From>& values) -> std::vector<T> {
        if constexpr (std::is_same_v<From, std::string>) {
          throw Error(Exit::input, column.name + ": is text where numbers are expected; write it again");
        } else {
          std::vector<T> out;
          for (const From value : values) out.push_back(static_cast<T>(value));
          return out;
        }
      },
      column.values);
}

/// A column of whole numbers; `missing` in every row where there is none.
std::vector<std::int64_t> whole(const Table& table, const std::string& name, std::int64_t missing) {
  const Column* column = find(table, name);
  if (column == nullptr) return std::vector<std::int64_t>(table.n_rows, missing);
  if (std::holds_alternative<std::vector<std::int64_t>>(column->values)) return as<std::int64_t>(*column);
  std::vector<std::int64_t> out;
  for (const double value : as<double>(*column)) {
    if (std::isnan(value)) {
      out.push_back(missing);
    } else if (std::abs(value) < 9e18) {
      out.push_back(static_cast<std::int64_t>(value));
    } else {
      throw Error(Exit::input, name + ": " + to_text(value) + " is no whole number; write it again");
    }
  }
  return out;
}

std::vector<std::string> texts(const Table& table, const std::string& name) {
  const Column* column = find(table, name);
  if (column == nullptr || !is_text(*column)) return std::vector<std::string>(table.n_rows);
  return std::get<std::vector<std::string>>(column->values);
}

/// The row of `cases` that each row belongs to.
std::vector<std::size_t> case_of_rows(const Table& table, std::size_t n_cases) {
  std::vector<std::size_t> rows;
  for (const std::int64_t at : whole(table, "case", 0)) {
    if (at < 0 || static_cast<std::size_t>(at) >= n_cases) {
      throw Error(Exit::input, table.name + ": a row belongs to case " + to_text(at) + " of " +
                                   std::to_string(n_cases) + "; write it again");
    }
    rows.push_back(static_cast<std::size_t>(at));
  }
  return rows;
}

/// [column][case]: whether the case has the column. A column stands where its first case brought it, so a column whose
/// first value comes later than that of a column behind it, or that has no value at all, is given without a value to
/// the earliest case that keeps the order; `last` is the last case that can have any.
using Presence = std::vector<std::vector<bool>>;

void keep_order(Presence& has, std::size_t last) {
  for (std::size_t j = has.size(); j-- > 0;) {
    const auto first = static_cast<std::size_t>(std::find(has[j].begin(), has[j].end(), true) - has[j].begin());
    last = std::min(last, first);
    has[j][last] = true;
  }
}

void add_numbers(const Table& table, const std::vector<const Column*>& columns, bool results,
                 std::vector<Case>& cases) {
  if (cases.empty()) return;
  std::vector<std::vector<double>> values;
  Presence has;
  for (const Column* column : columns) {
    values.push_back(as<double>(*column));
    std::vector<bool>& row = has.emplace_back();
    for (const double value : values.back()) row.push_back(!std::isnan(value));
  }
  keep_order(has, table.n_rows - 1);
  for (std::size_t j = 0; j < columns.size(); ++j) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      if (has[j][i]) {
        (results ? cases[i].metrics : cases[i].variables).push_back({columns[j]->name, columns[j]->unit, values[j][i]});
      }
    }
  }
}

std::vector<Case> cases_of(const Table& table) {
  std::vector<Case> cases(table.n_rows);
  const auto labels = texts(table, "label");
  const auto digests = texts(table, "results_digest");
  const auto failures = texts(table, "failure");
  const auto n_ranks = whole(table, "n_ranks", 1);
  for (std::size_t i = 0; i < cases.size(); ++i) {
    cases[i].label = labels[i];
    cases[i].results_digest = digests[i];
    cases[i].failure = failures[i];
    cases[i].n_ranks = n_ranks[i];
  }
  std::vector<const Column*> variables, results;
  for (const Column& column : table.columns) {
    if (is_text(column) || column.name == "n_ranks") continue;
    (column.meaning == variable_meaning ? variables : results).push_back(&column);
  }
  add_numbers(table, variables, false, cases);
  add_numbers(table, results, true, cases);
  return cases;
}

void add_samples(const Table& table, std::vector<Case>& cases) {
  if (table.n_rows == 0) return;
  const auto which = case_of_rows(table, cases.size());
  const auto rank = whole(table, "rank", 0);
  const auto repetition = whole(table, "repetition", -1);
  const auto warmup = whole(table, "warmup", 0);
  const Column* wall = find(table, "wall_s");
  if (wall == nullptr) throw Error(Exit::input, table.name + ": has no column wall_s; write it again");
  const std::vector<double> wall_s = as<double>(*wall);

  std::vector<const Column*> stages;
  std::vector<std::vector<double>> seconds;
  Presence has;
  for (const Column& column : table.columns) {
    if (&column == wall || is_text(column) || !column.name.ends_with("_s")) continue;
    stages.push_back(&column);
    seconds.push_back(as<double>(column));
    std::vector<bool>& row = has.emplace_back(cases.size());
    for (std::size_t i = 0; i < which.size(); ++i) row[which[i]] = row[which[i]] || !std::isnan(seconds.back()[i]);
  }
  keep_order(has, *std::max_element(which.begin(), which.end()));
  for (std::size_t j = 0; j < stages.size(); ++j) {
    for (std::size_t c = 0; c < cases.size(); ++c) {
      if (has[j][c]) cases[c].stages.push_back(stages[j]->name.substr(0, stages[j]->name.size() - 2));
    }
  }
  for (std::size_t i = 0; i < which.size(); ++i) {
    Case& one = cases[which[i]];
    const auto counted = static_cast<std::int64_t>(one.samples.size());
    Sample sample{rank[i], repetition[i] < 0 ? counted : repetition[i], warmup[i] != 0, wall_s[i], {}};
    for (std::size_t j = 0; j < stages.size(); ++j) {
      if (has[j][which[i]]) sample.stage_s.push_back(seconds[j][i]);
    }
    one.samples.push_back(std::move(sample));
  }
}

void add_memory(const Table& table, std::vector<Case>& cases) {
  const auto which = case_of_rows(table, cases.size());
  const auto rank = whole(table, "rank", 0);
  const auto predicted = whole(table, "predicted_bytes", -1);
  const auto requested = whole(table, "requested_bytes", -1);
  const auto workspace = whole(table, "fft_workspace_bytes", -1);
  const auto device_peak = whole(table, "device_peak_bytes", -1);
  const auto host_peak = whole(table, "host_peak_bytes", -1);
  const auto host_base = whole(table, "host_base_bytes", -1);
  for (std::size_t i = 0; i < which.size(); ++i) {
    cases[which[i]].memory.push_back(
        {rank[i], predicted[i], requested[i], workspace[i], device_peak[i], host_peak[i], host_base[i]});
  }
}

std::vector<RankInfo> ranks_of(const Table& table) {
  const auto host = texts(table, "host");
  const auto local_rank = whole(table, "local_rank", 0);
  const auto backend = texts(table, "backend");
  const auto device_name = texts(table, "device_name");
  const auto device_uuid = texts(table, "device_uuid");
  const auto device_total = whole(table, "device_total_bytes", 0);
  const auto threads = whole(table, "threads", 0);
  const auto cpus = texts(table, "cpus");
  const Column* clock = find(table, "clock_offset_s");
  const auto clock_offset = clock == nullptr
                                ? std::vector<double>(table.n_rows, std::numeric_limits<double>::quiet_NaN())
                                : as<double>(*clock);
  const auto visible = whole(table, "visible_devices", -1);
  const auto host_cores = whole(table, "host_cores", 0);
  std::vector<RankInfo> ranks;
  for (std::size_t i = 0; i < table.n_rows; ++i) {
    ranks.push_back({host[i], local_rank[i], backend[i], device_name[i], device_uuid[i], device_total[i], threads[i],
                     cpus[i], clock_offset[i], visible[i], host_cores[i]});
  }
  return ranks;
}

}  // namespace

void read_tables(const Tables& tables, Record& record) {
  record.cases = cases_of(tables.cases);
  add_samples(tables.samples, record.cases);
  add_memory(tables.memory, record.cases);
  record.ranks = ranks_of(tables.ranks);
}

}  // namespace pac
