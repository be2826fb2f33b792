// Record -> tables: the one place that decides which columns there are.
#include "io/tables.hpp"

#include <algorithm>
#include <limits>
#include <set>
#include <type_traits>

namespace pac {
namespace {

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

/// Hands out the names of one table's columns, never one twice.
class ColumnNames {
 public:
  explicit ColumnNames(const Table& table) {
    used_.insert(table.dimension);
    for (const Column& column : table.columns) used_.insert(column.name);
  }
  std::string take(const std::string& wanted) {
    std::string name = clean_name(wanted);
    for (int i = 2; !used_.insert(name).second; ++i) name = clean_name(wanted) + "_" + std::to_string(i);
    return name;
  }

 private:
  std::set<std::string> used_;
};

/// The column of doubles for (name, unit), added with all rows missing when it is new. Two cases which give one name in
/// two units fill two columns: numbers of different units never stand in one.
std::vector<double>& column_for(Table& table, ColumnNames& names, std::vector<std::string>& keys, const Metric& metric,
                                const std::string& meaning) {
  const std::string key = meaning + '\n' + metric.name + '\n' + metric.unit;
  const std::size_t fixed = table.columns.size() - keys.size();
  const auto found = std::find(keys.begin(), keys.end(), key);
  const auto index = fixed + static_cast<std::size_t>(found - keys.begin());
  if (found == keys.end()) {
    keys.push_back(key);
    table.columns.push_back(
        {names.take(metric.name), clean_text(metric.unit), meaning, std::vector<double>(table.n_rows, missing), false});
  }
  return std::get<std::vector<double>>(table.columns[index].values);
}

Table cases_of(const std::vector<Case>& cases) {
  Table table{"cases", "case", "index of the case", cases.size(), {}};
  std::vector<std::string> labels, digests, failures;
  std::vector<std::int64_t> n_ranks;
  for (const Case& one : cases) {
    labels.push_back(clean_text(one.label));
    digests.push_back(clean_text(one.results_digest));
    failures.push_back(clean_text(one.failure));
    n_ranks.push_back(one.n_ranks);
  }
  table.columns.push_back({"label", "", "label of the case", std::move(labels), false});
  table.columns.push_back({"n_ranks", "1", "ranks that took part", std::move(n_ranks), false});

  ColumnNames names(table);
  std::vector<std::string> keys;  // of the columns after the fixed ones
  for (const bool results : {false, true}) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      for (const Metric& metric : results ? cases[i].metrics : cases[i].variables) {
        if (!results && metric.name == "n_ranks") continue;  // has its own column
        const char* meaning = results ? result_meaning : variable_meaning;
        column_for(table, names, keys, metric, meaning)[i] = metric.value;
      }
    }
  }
  table.columns.push_back(
      {names.take("results_digest"), "", "hash of every map of every row; empty: none", std::move(digests), false});
  table.columns.push_back(
      {names.take("failure"), "", "why the case has no times; empty: it has", std::move(failures), false});
  return table;
}

Table samples_of(const std::vector<Case>& cases) {
  Table table{"samples", "sample", "index of the sample", 0, {}};
  std::vector<std::int64_t> which, rank, repetition;
  std::vector<std::uint8_t> warmup;
  std::vector<double> wall_s;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (const Sample& sample : cases[i].samples) {
      which.push_back(static_cast<std::int64_t>(i));
      rank.push_back(sample.rank);
      repetition.push_back(sample.repetition);
      warmup.push_back(sample.warmup ? 1 : 0);
      wall_s.push_back(sample.wall_s);
    }
  }
  table.n_rows = which.size();
  table.columns = {{"case", "1", "row of the table of cases", std::move(which), false},
                   {"rank", "1", "rank that took the time", std::move(rank), false},
                   {"repetition", "1", "repetition, counted from 0, warm-ups first", std::move(repetition), false},
                   {"warmup", "1", "1: a warm-up, left out of the statistics", std::move(warmup), false},
                   {"wall_s", "s", "elapsed time of the repetition", std::move(wall_s), false}};

  ColumnNames names(table);
  std::vector<std::string> keys;
  std::size_t row = 0;
  for (const Case& one : cases) {
    for (const Sample& sample : one.samples) {
      for (std::size_t stage = 0; stage < std::min(one.stages.size(), sample.stage_s.size()); ++stage) {
        const Metric metric{one.stages[stage] + "_s", "s", sample.stage_s[stage]};
        column_for(table, names, keys, metric, "elapsed time of the stage")[row] = metric.value;
      }
      ++row;
    }
  }
  return table;
}

Table memory_of(const std::vector<Case>& cases) {
  Table table{"memory", "entry", "index of the entry", 0, {}};
  std::vector<std::int64_t> which, rank, predicted, requested, workspace, device_peak, host_peak, host_base;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    for (const MemoryUse& use : cases[i].memory) {
      which.push_back(static_cast<std::int64_t>(i));
      rank.push_back(use.rank);
      predicted.push_back(use.predicted_bytes);
      requested.push_back(use.requested_bytes);
      workspace.push_back(use.fft_workspace_bytes);
      device_peak.push_back(use.device_peak_bytes);
      host_peak.push_back(use.host_peak_bytes);
      host_base.push_back(use.host_base_bytes);
    }
  }
  table.n_rows = which.size();
  table.columns = {
      {"case", "1", "row of the table of cases", std::move(which), false},
      {"rank", "1", "rank", std::move(rank), false},
      {"predicted_bytes", "byte", "memory that the plan predicted", std::move(predicted), true},
      {"requested_bytes", "byte", "memory that the model asked for", std::move(requested), true},
      {"fft_workspace_bytes", "byte", "workspace of the FFT library", std::move(workspace), true},
      {"device_peak_bytes", "byte", "peak memory in use on the device", std::move(device_peak), true},
      {"host_peak_bytes", "byte", "peak resident memory of the process during the case", std::move(host_peak), true},
      {"host_base_bytes", "byte", "resident memory of the process before the case", std::move(host_base), true}};
  return table;
}

Table ranks_of(const std::vector<RankInfo>& ranks) {
  Table table{"ranks", "rank", "rank", ranks.size(), {}};
  std::vector<std::string> host, backend, device_name, device_uuid, cpus;
  std::vector<std::int64_t> local_rank, device_total, threads, visible, host_cores;
  std::vector<double> clock_offset;
  for (const RankInfo& rank : ranks) {
    host.push_back(clean_text(rank.host));
    local_rank.push_back(rank.local_rank);
    backend.push_back(clean_text(rank.backend));
    device_name.push_back(clean_text(rank.device_name));
    device_uuid.push_back(clean_text(rank.device_uuid));
    device_total.push_back(rank.device_total_bytes);
    threads.push_back(rank.threads);
    cpus.push_back(clean_text(rank.cpus));
    clock_offset.push_back(rank.clock_offset_s);
    visible.push_back(rank.visible_devices);
    host_cores.push_back(rank.host_cores);
  }
  table.columns = {
      {"host", "", "host name", std::move(host), false},
      {"local_rank", "1", "rank within the host", std::move(local_rank), false},
      {"backend", "", "backend that computed", std::move(backend), false},
      {"device_name", "", "device", std::move(device_name), false},
      {"device_uuid", "", "identity of the device; empty for CPUs", std::move(device_uuid), false},
      {"device_total_bytes", "byte", "memory of the device", std::move(device_total), false},
      {"threads", "1", "threads of the rank", std::move(threads), false},
      {"cpus", "", "processors that the rank is bound to; empty: not known", std::move(cpus), false},
      {"clock_offset_s", "s", "wall clock of the rank's host minus that of rank 0", std::move(clock_offset), false},
      {"visible_devices", "1", "GPUs that the rank sees; -1: not known", std::move(visible), true},
      {"host_cores", "1", "logical processors of the host", std::move(host_cores), false}};
  return table;
}

template <class T>
ParameterValue parameter_value(const T& value) {
  if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::int64_t> || std::is_same_v<T, std::uint64_t> ||
                std::is_same_v<T, double>) {
    return value;
  } else if constexpr (std::is_same_v<T, Bytes>) {
    return value.value;
  } else {
    return clean_text(to_text(value));
  }
}

}  // namespace

Tables tables_of(const Record& record) {
  return {cases_of(record.cases), samples_of(record.cases), memory_of(record.cases), ranks_of(record.ranks)};
}

Parameters parameters_of(const Config& config) {
  Parameters parameters;
  describe(config, [&](const char* name, const auto& value, auto&&...) {
    parameters.emplace_back(name, parameter_value(value));
  });
  return parameters;
}

std::string to_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "failed";
    case Verdict::skipped:
      break;
  }
  return "skipped";
}

}  // namespace pac
