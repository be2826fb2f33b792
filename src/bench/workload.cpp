// What every case works on.
#include "bench/workload.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <sstream>
#include <utility>

#include <unistd.h>

#include "bench/agreement.hpp"
#include "bench/placement.hpp"
#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/fault.hpp"
#include "core/synthetic.hpp"
#include "io/input_file.hpp"
#include "io/signals.hpp"

namespace pac {
namespace {

std::unique_ptr<RowSource> open_source(const Config& config) {
  if (!config.input.empty()) return open_signals(config);
  if (!config.channels.indices.empty()) {
    throw Error(Exit::usage, "--channels: selects channels of an input file; synthetic rows have --n-channels");
  }
  return synthetic_signals(config);
}

std::unique_ptr<RowSource> open_source(const Config& config, std::int64_t n_batches) {
  if (n_batches == 0) return open_source(config);
  if (!config.input.empty()) return with_batches(open_signals(config), n_batches);
  Config sized = config;  // synthetic rows need no repetition
  sized.n_batches = 1;
  sized.batch_size = n_batches;
  return open_source(sized);
}

/// Pairs of channels that --pairs asks for; none: phase and amplitude of the same channel.
std::vector<ChannelPair> pairs_of(const Config& config, const SignalShape& shape) {
  if (config.pairs == pairs_within) return {};
  constexpr std::int64_t most_channels = 10000;
  if (config.pairs == pairs_all && shape.n_channels > most_channels) {
    throw Error(Exit::usage, "--pairs: all pairs of " + to_text(shape.n_channels) + " channels are too many; choose " +
                                 "at most " + to_text(most_channels) + " with --channels, or list pairs in a file");
  }
  if (config.pairs == pairs_all) return all_channel_pairs(shape.n_channels);
  const InputFile file(config.pairs);
  return listed_channel_pairs(config.pairs, file.text_at(0, file.bytes()), shape);
}

void refuse_groups(const Config& config, const Plan& plan, const SignalShape& shape) {
  const std::string option = config.pairing_option();
  if (option.empty()) return;
  if (config.pairs != pairs_within && plan.swaps_trials()) {
    throw Error(Exit::usage, option + " does not go with --surrogate swap-trials; give --surrogate shift");
  }
  if (plan.swaps_trials() && shape.n_batches == 1) {
    throw Error(Exit::usage, option + " needs other batch items, and the signals have one; give epochs, a shorter " +
                                 "--seq-sec, or --surrogate shift");
  }
  if (!std::all_of(plan.measures.begin(), plan.measures.end(), is_binned)) {
    throw Error(Exit::usage, option + " goes with measures of phase bins, mi and hr, not " + to_text(plan.measures) +
                                 "; leave the others out");
  }
}

std::string shape_text(const SignalShape& shape) {
  return to_text(shape.n_batches) + " x " + to_text(shape.n_channels) + " x " + to_text(shape.n_times) + " at " +
         to_text(shape.fs_hz) + " Hz";
}

double wall_clock_s() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

Workload::Workload(const Config& config, const Communicator& among, ModelFactory& factory, std::int64_t n_batches)
    : ranks(among), models(factory) {
  ranks.agree([&] {
    source = open_source(config, n_batches);
    plan = make_plan(config, source->shape());
    refuse_groups(config, plan, source->shape());
    groups = RowGroups(source->shape(), pairs_of(config, source->shape()), plan.swaps_trials());
    plan.sides = {groups.n_signals(), ranks.size(), 0};
  });
  if (!groups.pairs().empty()) {
    require_equal(ranks, Exit::input, {{"--pairs " + config.pairs, hexadecimal(groups.digest())}}, same_file_remedy);
  }
  if (!config.input.empty()) {
    require_equal(ranks, Exit::input, {{config.input + ": shape", shape_text(source->shape())}}, same_file_remedy);
  }
  preparation = models.prepare(plan);
}

Plan Workload::plan_alone() const {
  Plan alone = plan;
  if (groups.n_signals() > 0) alone.sides = {groups.n_signals_alone(), 1, 0};
  return alone;
}

void Workload::describe(Record& record) const {
  std::uint64_t digest = 0;
  ranks.agree([&] { digest = source->digest(shard_of(source->shape().n_rows(), ranks.size(), ranks.rank())); });
  record.provenance["signals_digest"] = hexadecimal(ranks.sum(digest));
  describe_signals(record);
}

void Workload::describe_signals(Record& record) const {
  record.shape = source->shape();
  record.pairs = groups.pairs();
  for (const BandFilter& filter : plan.pha) record.pha_bands.push_back(filter.band);
  for (const BandFilter& filter : plan.amp) record.amp_bands.push_back(filter.band);
  record.config.fs = plan.fs_hz;
  record.provenance["fft_wisdom"] = preparation.wisdom;
}

void describe_ranks(const ModelFactory& models, const Communicator& world, Record& record) {
  const DeviceInfo device = models.device();
  const bool ahead = world.rank() == faults().clock_rank;
  const std::vector<double> clocks =
      world.clock_offsets_s([&] { return wall_clock_s() + (ahead ? faults().clock_s : 0); });
  std::ostringstream mine;
  mine << world.host() << '\n'
       << world.local_rank() << '\n'
       << device.backend << '\n'
       << device.name << '\n'
       << device.uuid << '\n'
       << device.total_bytes << '\n'
       << device.threads << '\n'
       << cpu_list(rank_cpus()) << '\n'
       << device.visible_devices << '\n'
       << sysconf(_SC_NPROCESSORS_ONLN);
  const std::vector<RankInfo> earlier = std::exchange(record.ranks, {});  // rank 0's, where a run goes on
  for (const std::string& text : world.all_gather(mine.str())) {
    std::istringstream lines(text);
    std::array<std::string, 10> field;
    for (std::string& line : field) std::getline(lines, line);
    const double clock_offset_s = clocks.empty() ? 0 : clocks[record.ranks.size()];
    record.ranks.push_back({field[0], std::stoll(field[1]), field[2], field[3], field[4], std::stoll(field[5]),
                            std::stoll(field[6]), field[7], clock_offset_s, std::stoll(field[8]),
                            std::stoll(field[9])});
  }
  world.agree([&] {
    for (std::size_t r = 0; r < earlier.size() && r < record.ranks.size(); ++r) {
      const auto& then = earlier[r];
      const auto& now = record.ranks[r];
      if (then.backend == now.backend && then.device_name == now.device_name) continue;
      throw Error(Exit::usage, "--output: the finished cases are of rank " + std::to_string(r) + " on " + then.backend +
                                   " " + then.device_name + ", now it is on " + now.backend + " " + now.device_name +
                                   "; go on there, or give another --output, or --overwrite");
    }
  });
  auto& p = record.provenance;
  for (const auto& [what, library] : models.libraries()) p[what] = library;
  p["input"] = record.config.input.empty() ? "synthetic" : record.config.input;
  if (!world.is_root()) return;
  std::string joined;
  for (const std::string& line : placement_warnings(record.ranks)) joined += (joined.empty() ? "" : "\n") + line;
  if (!joined.empty()) p["warnings"] = joined;
}

std::int64_t batches_of(const Config& config, const Communicator& world) {
  std::int64_t n_batches = 0;
  world.agree([&] { n_batches = open_source(config)->shape().n_batches; });
  return n_batches;
}

}  // namespace pac
