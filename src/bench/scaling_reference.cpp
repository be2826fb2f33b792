// See scaling_reference.hpp.
#include "bench/scaling_reference.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <tuple>

#include "bench/measured_case.hpp"
#include "core/error.hpp"
#include "core/shard.hpp"
#include "measure/statistics.hpp"
#include "model/stages.hpp"

namespace pac {
namespace {

static_assert(stage_names.size() == n_row_stages);

/// The independent variable of that name; 0 where the case has none.
double variable_of(const Case& c, const std::string& name) {
  const auto is_wanted = [&](const Metric& m) { return m.name == name; };
  const auto found = std::find_if(c.variables.begin(), c.variables.end(), is_wanted);
  return found == c.variables.end() || !std::isfinite(found->value) ? 0 : found->value;
}

std::int64_t rows_of(const Case& c) { return static_cast<std::int64_t>(variable_of(c, "n_rows")); }

bool is_usable(const Case& c) {
  const std::vector<double> wall_s = job_wall_s(c.samples);
  return c.failure.empty() && !wall_s.empty() && quantile(wall_s, 0.5) > 0 && rows_of(c) >= 1 && c.n_ranks >= 1;
}

const Case& chosen(const Record& measured, const std::string& path) {
  const Case* best = nullptr;
  const auto order = [](const Case& c) { return std::tuple(c.n_ranks, c.label != "base", -rows_of(c)); };
  for (const Case& c : measured.cases) {
    if (is_usable(c) && (best == nullptr || order(c) < order(*best))) best = &c;
  }
  if (best == nullptr) {
    throw Error(Exit::input, path +
                                 ": no case of it has times and a number of rows; give a run that measured, such as "
                                 "speed or comodulogram");
  }
  return *best;
}

/// The stage's median over repetitions of the slowest rank, s; 0 where the case has no such stage.
double stage_s(const Case& c, const std::string& name) {
  const auto found = std::find(c.stages.begin(), c.stages.end(), name);
  if (found == c.stages.end()) return 0;
  const double median = quantile(job_stage_s(c.samples, static_cast<std::size_t>(found - c.stages.begin())), 0.5);
  return std::isfinite(median) ? median : 0;
}

/// The config of the case: options that it varied have its values.
Config config_of(const Record& measured, const Case& c) {
  Config config = measured.config;
  describe(config, [&]<class Value>(const char* name, Value& value, OptionGroup group, auto&&...) {
    if constexpr (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>) {
      if (group != OptionGroup::signals && group != OptionGroup::bands && group != OptionGroup::pac) return;
      const double varied = variable_of(c, name);
      const bool stated = std::any_of(c.variables.begin(), c.variables.end(), [&](auto& m) { return m.name == name; });
      if (stated) value = static_cast<Value>(varied);
    }
  });
  return config;
}

void add_nodes(const Record& measured, const Case& c, ScalingReference& reference) {
  const std::vector<RankInfo>& ranks = measured.ranks;
  std::set<std::string> hosts;
  for (std::size_t r = 0; r < ranks.size() && r < static_cast<std::size_t>(c.n_ranks); ++r) hosts.insert(ranks[r].host);
  reference.hosts = std::max<std::int64_t>(1, std::ssize(hosts));
  Nodes& nodes = reference.nodes;
  nodes.threads = std::max<std::int64_t>(1, measured.config.threads);
  nodes.ranks_per_node = c.n_ranks;
  nodes.cores_per_node = nodes.threads * nodes.ranks_per_node;
  if (ranks.empty()) return;
  const auto together = [&](const RankInfo& rank) { return rank.host == ranks[0].host; };
  nodes.ranks_per_node = std::count_if(ranks.begin(), ranks.end(), together);
  const auto varied = static_cast<std::int64_t>(variable_of(c, "threads"));
  nodes.threads = varied > 0 ? varied : std::max<std::int64_t>(1, ranks[0].threads);
  nodes.cores_per_node = ranks[0].host_cores > 0 ? ranks[0].host_cores : nodes.threads * nodes.ranks_per_node;
  nodes.devices = ranks[0].backend == "cuda";
}

}  // namespace

ScalingReference scaling_reference(const Record& measured, const std::string& path) {
  if (measured.verdict == Verdict::failed) {
    throw Error(Exit::input, path + ": its verification failed, and times of wrong numbers say nothing; give another");
  }
  if (const std::string option = measured.config.pairing_option(); !option.empty()) {
    throw Error(Exit::input, path + ": its rows share signals (" + option +
                                 "), and times are predicted for rows that do not; give another");
  }
  const std::vector<Measure>& measures = measured.config.measure;
  if (!std::all_of(measures.begin(), measures.end(), is_binned)) {
    throw Error(Exit::input, path + ": times are predicted for measures of phase bins, mi and hr, not for " +
                                 to_text(measures) + "; give another");
  }
  const Case& c = chosen(measured, path);
  ScalingReference reference;
  reference.label = c.label;
  reference.config = config_of(measured, c);
  reference.rows = rows_of(c);
  reference.ranks = c.n_ranks;
  add_nodes(measured, c, reference);

  SignalShape& shape = reference.shape;
  const std::int64_t channels = measured.shape.n_channels > 0    ? measured.shape.n_channels
                                : reference.config.input.empty() ? reference.config.n_channels
                                                                 : std::ssize(reference.config.channels.indices);
  shape.n_channels = channels > 0 && reference.rows % channels == 0 ? channels : 0;
  shape.n_batches = reference.rows / std::max<std::int64_t>(1, shape.n_channels);
  shape.n_times = static_cast<std::int64_t>(variable_of(c, "n_times"));
  if (shape.n_times == 0) shape.n_times = measured.shape.n_times;
  shape.fs_hz = reference.config.fs;

  // Computing is the wall time but for reading and gathering: ranks agree between these, so it is the slowest one's.
  const double tile = metric_of(c, "rows_per_tile");
  const bool streamed = tile >= 1 && tile < static_cast<double>(shard_of(reference.rows, c.n_ranks, 0).count);
  reference.rows_per_tile = streamed ? static_cast<std::int64_t>(tile) : 0;
  reference.gather_s = stage_s(c, "gather");
  const double read_in_pass_s = stage_s(c, "read");
  const double first_read_s = metric_of(c, "first_read_s");
  reference.read_s = streamed || std::isnan(first_read_s) ? read_in_pass_s : first_read_s;
  const double compute_s = quantile(job_wall_s(c.samples), 0.5) - reference.gather_s - read_in_pass_s;
  for (std::size_t s = 0; s < n_row_stages; ++s) reference.stage_s[s] = stage_s(c, stage_names[s]);
  const double known_s = std::accumulate(reference.stage_s.begin(), reference.stage_s.end(), 0.0);
  if (!(compute_s > 0) || !(known_s > 0)) {
    throw Error(Exit::input,
                path + ": case '" + c.label + "' has no times of the stages of computing; give a run of pacbench");
  }
  for (double& seconds : reference.stage_s) seconds *= compute_s / known_s;
  return reference;
}

}  // namespace pac
