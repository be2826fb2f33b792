// See scaling_inputs.hpp.
#include "bench/scaling_inputs.hpp"

#include <algorithm>
#include <cmath>
#include <set>

#include "core/error.hpp"

namespace pac {
namespace {

bool is_work(OptionGroup group) {
  return group == OptionGroup::signals || group == OptionGroup::bands || group == OptionGroup::pac ||
         group == OptionGroup::engine;
}

/// The run's configuration with what is given: the amount of work may change, its definition may not.
Config config_for(const ScalingReference& measured, const Config& asked) {
  static const std::set<std::string> amounts{"fs",           "seq_sec",    "batch_size",    "n_batches", "n_channels",
                                             "pha_start_hz", "pha_end_hz", "pha_n_bands",   "pha_bands", "pha_cycles",
                                             "amp_start_hz", "amp_end_hz", "amp_n_bands",   "amp_bands", "amp_cycles",
                                             "n_bins",       "n_perm",     "distributions", "threads"};
  const auto run = settings_of(measured.config);
  Config config = asked;
  describe(config, [&](const char* name, auto& value, OptionGroup group, auto&&...) {
    if (!is_work(group)) return;
    if (!asked.is_given(name)) {
      parse(name, run.at(name), value);
    } else if (!amounts.contains(name)) {
      throw Error(Exit::usage,
                  option_of(name) + ": plan takes it from the run of --from; leave it out, or give another run");
    }
  });
  for (const auto& [bands, axis] : {std::pair{&Config::pha_bands, "pha_"}, {&Config::amp_bands, "amp_"}}) {
    const auto range_given = [&](const std::string& name) {
      return name.starts_with(axis) && !name.ends_with("bands") && !name.ends_with("cycles");
    };
    const bool ranged = asked.is_given(std::string(axis) + "n_bands") ||
                        std::any_of(asked.given.begin(), asked.given.end(), range_given);
    if (ranged && !asked.is_given(std::string(axis) + "bands")) (config.*bands).clear();
  }
  return config;
}

/// Batch items, channels and samples of the work.
SignalShape shape_for(const ScalingReference& measured, const Config& asked, Config& config) {
  SignalShape shape = measured.shape;
  const bool batches = asked.is_given("batch_size") || asked.is_given("n_batches");
  const bool channels = asked.is_given("n_channels");
  if (measured.shape.n_channels == 0 && batches != channels) {
    throw Error(Exit::usage, "--batch-size, --n-channels: the run does not tell its number of channels; give both");
  }
  if (channels || measured.shape.n_channels == 0) shape.n_channels = channels ? config.n_channels : 1;
  if (batches) shape.n_batches = config.batch_size * config.n_batches;
  if (!batches) config.n_batches = 1;
  config.batch_size = shape.n_batches / config.n_batches;
  config.n_channels = shape.n_channels;
  shape.fs_hz = config.fs;
  if (asked.is_given("seq_sec") || (asked.is_given("fs") && config.input.empty())) {
    shape.n_times = std::llround(config.seq_sec * config.fs);
  }
  return shape;
}

Nodes nodes_for(const ScalingReference& measured, const Config& config) {
  Nodes nodes = measured.nodes;
  if (config.cores_per_node > 0) nodes.cores_per_node = config.cores_per_node;
  const std::int64_t threads = config.threads > 0 ? config.threads : nodes.threads;
  if (config.ranks_per_node > 0)
    nodes.ranks_per_node = config.ranks_per_node;
  else if (!nodes.devices)
    nodes.ranks_per_node = std::max(nodes.ranks_per_node, nodes.cores_per_node / threads);
  nodes.threads = threads;
  // The program divides a host's cores over its ranks where nothing else is said.
  if (config.threads == 0 && nodes.ranks_per_node != measured.nodes.ranks_per_node) {
    nodes.threads = std::max<std::int64_t>(1, nodes.cores_per_node / nodes.ranks_per_node);
  }
  return nodes;
}

}  // namespace

ScalingInputs scaling_inputs(const ScalingReference& measured, const Config& asked) {
  ScalingInputs inputs;
  inputs.config = config_for(measured, asked);
  inputs.shape = shape_for(measured, asked, inputs.config);
  check_ranges(inputs.config);
  inputs.plan = make_plan(inputs.config, inputs.shape);
  inputs.nodes = nodes_for(measured, inputs.config);
  return inputs;
}

}  // namespace pac
