// What every benchmark works on.
#include "bench/workload.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <sstream>

#include "core/error.hpp"
#include "core/synthetic.hpp"
#include "io/signals.hpp"
#include "measure/sampler.hpp"

namespace pac {
namespace {

std::unique_ptr<RowSource> open_source(const Config& config) {
  if (!config.input.empty()) return open_signals(config);
  if (!config.channels.indices.empty()) {
    throw Error(Exit::usage, "--channels: selects channels of an input file; synthetic rows have --n-channels");
  }
  return synthetic_signals(config);
}

std::string hexadecimal(std::uint64_t value) {
  std::array<char, 17> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(value));
  return text.data();
}

}  // namespace

Workload::Workload(const Config& config, const Communicator& ranks) : world(ranks) {
  world.agree([&] {
    source = open_source(config);
    plan = make_plan(config, source->shape());
  });
  models = open_models(config, world);
  preparation = models->prepare(plan);
  shard = shard_of(source->shape().n_rows(), world.size(), world.rank());
}

void Workload::describe(const Config& config, Record& record) const {
  std::uint64_t digest = 0;
  world.agree([&] { digest = source->digest(shard); });
  digest = world.sum(digest);
  const DeviceInfo device = models->device();
  std::ostringstream mine;
  mine << world.host() << '\n'
       << world.local_rank() << '\n'
       << device.backend << '\n'
       << device.name << '\n'
       << device.uuid << '\n'
       << device.total_bytes << '\n'
       << device.threads;
  for (const std::string& text : world.all_gather(mine.str())) {
    std::istringstream lines(text);
    std::array<std::string, 7> field;
    for (std::string& line : field) std::getline(lines, line);
    record.ranks.push_back(
        {field[0], std::stoll(field[1]), field[2], field[3], field[4], std::stoll(field[5]), std::stoll(field[6])});
  }
  record.shape = source->shape();
  for (const BandFilter& filter : plan.pha) record.pha_bands.push_back(filter.band);
  for (const BandFilter& filter : plan.amp) record.amp_bands.push_back(filter.band);
  record.config.fs = plan.fs_hz;
  auto& p = record.provenance;
  p["fft"] = models->fft_library();
  p["fft_wisdom"] = preparation.wisdom;
  p["signals_digest"] = hexadecimal(digest);
  p["input"] = config.input.empty() ? "synthetic" : config.input;
  if (!config.input.empty()) p["input_bytes"] = std::to_string(input_bytes(config));
}

std::int64_t model_budget(const Config& config, const Communicator& world, std::int64_t whole_bytes) {
  constexpr std::int64_t standard = std::int64_t{384} << 20;  // rows of about 12,000 seconds at 1 kHz
  constexpr std::int64_t program = std::int64_t{64} << 20;    // the program, MPI, HDF5 and its buffers
  if (config.mem_limit.value == 0) return standard;
  const std::int64_t budget =
      static_cast<std::int64_t>(config.mem_limit.value) - program - (world.is_root() ? whole_bytes : 0);
  if (budget <= 0) {
    throw Error(Exit::memory, "--mem-limit: " + to_text(config.mem_limit) +
                                  " leaves nothing for rows: the program needs " + bytes_text(program) +
                                  " and the result " + bytes_text(whole_bytes) + "; raise it");
  }
  return budget;
}

ShardRunner::ShardRunner(const Config& config, const Workload& workload, Comodulogram& whole)
    : workload_(workload), whole_(whole) {
  const Communicator& world = workload.world;
  const Plan& plan = workload.plan;
  const std::int64_t n_rows = workload.source->shape().n_rows();
  world.agree([&] {
    const std::int64_t budget = model_budget(config, world, n_rows * plan.result_bytes_per_row());
    tile_ = tile_rows(*workload.models, plan, workload.shard.count, budget);
  });
  rounds_ = world.max((workload.shard.count + tile_ - 1) / tile_);
  world.agree([&] {
    model_ = workload.models->make(plan, tile_, 0);
    whole_.allocate(world.is_root() ? n_rows : 0, plan.n_pha(), plan.n_amp(), plan.n_bins, plan.n_perm > 0,
                    plan.distributions);
  });
  if (rounds_ == 1) {
    const double begin = SteadyClock{}();
    read(0);
    first_read_s_ = SteadyClock{}() - begin;
  }
}

std::vector<std::string> ShardRunner::stages() {
  std::vector<std::string> names{"read"};
  names.insert(names.end(), stage_names.begin(), stage_names.end());
  names.emplace_back("gather");
  return names;
}

void ShardRunner::read(std::int64_t round) {
  workload_.world.agree([&] {
    workload_.source->read(piece_of(workload_.shard, tile_, round), workload_.plan.pad, block_);
    model_->load(block_);
  });
}

std::vector<double> ShardRunner::pass(Progress& progress) {
  std::vector<double> seconds(stage_names.size() + 2);
  const SteadyClock now;
  for (std::int64_t round = 0; round < rounds_; ++round) {
    const double begin = now();
    if (rounds_ > 1) read(round);
    const double loaded = now();
    StageSeconds stages{};
    workload_.world.agree([&] { stages = model_->compute(); });
    const double computed = now();
    model_->gather(whole_);
    seconds.front() += loaded - begin;
    for (std::size_t s = 0; s < stages.size(); ++s) seconds[s + 1] += stages[s];
    seconds.back() += now() - computed;
    progress.advance();
  }
  return seconds;
}

}  // namespace pac
