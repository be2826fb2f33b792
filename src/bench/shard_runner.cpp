// One pass over a rank's shard, in tiles that fit its memory.
#include "bench/shard_runner.hpp"

#include <algorithm>

#include "bench/terminal.hpp"
#include "core/bisection.hpp"
#include "core/error.hpp"
#include "core/fault.hpp"
#include "measure/memory.hpp"
#include "measure/sampler.hpp"

namespace pac {
namespace {

/// Bytes of a row in double precision while it is read, as far as the program's own share does not cover them.
std::int64_t staging(const Plan& plan) {
  constexpr std::int64_t covered = std::int64_t{32} << 20;
  return std::max<std::int64_t>(0, plan.extended() * static_cast<std::int64_t>(sizeof(double)) - covered);
}

/// Rows of a tile on the host, where nothing else limits them: larger tiles are no faster.
constexpr std::int64_t block_bytes = std::int64_t{4} << 30;

/// Bytes of a rank: tile and staging; on rank 0 results too. The verification comes when the tile's memory is free.
std::int64_t needed(const Workload& work, std::int64_t tile, Keep keep) {
  const bool alone = work.groups.n_signals() > 0 && work.ranks.is_root();  // a row recomputed needs all of its signals
  const std::int64_t model = std::max(work.models.predicted_bytes(work.plan, tile),
                                      alone ? work.models.predicted_bytes(work.plan_alone(), 1) : 0);
  const std::int64_t everywhere = model + staging(work.plan);
  return everywhere + (work.ranks.is_root() ? Gathered::bytes(work, tile, keep) : 0);
}

}  // namespace

std::int64_t working_bytes(const Config& config, const ModelFactory& models) {
  if (config.mem_limit.value == 0) return models.default_limit_bytes();
  const std::int64_t rest = static_cast<std::int64_t>(config.mem_limit.value) - program_bytes;
  if (rest <= 0) {
    throw Error(Exit::memory, "--mem-limit: " + to_text(config.mem_limit) +
                                  " leaves nothing for rows: the program needs " + bytes_text(program_bytes) +
                                  "; raise it");
  }
  return rest;
}

bool tile_fits(const Workload& work, std::int64_t tile, Keep keep, std::int64_t limit) {
  return needed(work, tile, keep) <= limit;
}

std::int64_t tile_for(const Config& config, Workload& work, Keep keep) {
  std::int64_t tile = 1;
  std::int64_t limit = 0;
  work.plan.sides.spare_bytes = 0;
  work.ranks.agree([&] {
    limit = working_bytes(config, work.models);
    // Without --mem-limit only tiles are bounded: the result may be as large as the host has memory for.
    const bool limited = config.mem_limit.value > 0;
    const auto fits = [&](std::int64_t rows) {
      if (limited) return tile_fits(work, rows, keep, limit);
      const std::int64_t block = rows * work.plan.extended() * static_cast<std::int64_t>(sizeof(float));
      return work.models.predicted_bytes(work.plan, rows) <= limit && (rows == 1 || block <= block_bytes);
    };
    if (!fits(1)) {
      throw Error(Exit::memory, (limited ? "--mem-limit: " + to_text(config.mem_limit) + ": " : std::string()) +
                                    "one row and the result need " + bytes_text(needed(work, 1, keep)) +
                                    ", more than the " + bytes_text(limit) + " left for them; " +
                                    (limited ? "raise it" : "allow more with --mem-limit where there is more") +
                                    ", or use fewer rows, bands or threads, or a shorter --seq-sec");
    }
    tile = largest_that(fits, work.longest_shard());
  });
  tile = -work.ranks.max(-tile);
  if (work.groups.n_signals() > 0) {
    const bool limited = config.mem_limit.value > 0;
    const std::int64_t taken = limited ? needed(work, tile, keep) : work.models.predicted_bytes(work.plan, tile);
    work.plan.sides.spare_bytes = std::max<std::int64_t>(0, -work.ranks.max(taken - limit));
  }
  return tile;
}

ShardRunner::ShardRunner(const Config& config, Workload& work, Keep keep, std::int64_t most_per_tile,
                         Checkpoint* checkpoint)
    : work_(work), keep_(keep), tile_(tile_for(config, work, keep)), checkpoint_(checkpoint) {
  forget_host_peak();
  host_base_bytes_ = host_resident_bytes();
  if (most_per_tile > 0) tile_ = std::min(tile_, most_per_tile);
  if (checkpoint_ != nullptr) {
    const std::int64_t unit = Checkpoint::rows_per_unit(work.plan, work.models.device());
    tile_ = checkpoint_->begin(work, std::min(tile_, -work.ranks.max(-unit)));
  }
  rounds_ = work.groups.rounds(work.ranks.size(), tile_);
  work.ranks.agree([&] {
    model_ = work.models.make(work.plan, tile_, 0);
    results_ = std::make_unique<Gathered>(work, tile_, keep);
  });
  if (checkpoint_ != nullptr) checkpoint_->restore(rounds_, *results_);
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
  work_.ranks.agree([&] {
    const Communicator& ranks = work_.ranks;
    work_.groups.read(*work_.source, ranks.size(), ranks.rank(), tile_, round, work_.plan.pad, block_);
    model_->load(block_);
  });
  slow_down("read");
}

StepTimes ShardRunner::pass(std::int64_t repetition, const std::function<void(double share)>& advanced) {
  StepTimes times(std::vector<double>(stage_names.size() + 2));
  const SteadyClock now;
  for (std::int64_t round = 0; round < rounds_; ++round) {
    const std::int64_t unit = repetition * rounds_ + round;
    if (checkpoint_ != nullptr && checkpoint_->has(unit)) continue;
    const double begin = now();
    if (rounds_ > 1) read(round);
    const double loaded = now();
    StageSeconds stages{};
    work_.ranks.agree([&] { stages = model_->compute(); });
    const double computed = now();
    results_->take(*model_, round);
    slow_down("gather");
    const double end = now();
    last_unit_s_ = {end - begin, loaded - begin};
    last_unit_s_.insert(last_unit_s_.end(), stages.begin(), stages.end());
    last_unit_s_.push_back(end - computed);
    for (std::size_t s = 0; s < times.stage_s.size(); ++s) times.stage_s[s] += last_unit_s_[s + 1];
    if (checkpoint_ != nullptr && round + 1 < rounds_) checkpoint_->finished(unit, last_unit_s_);
    advanced(1 / static_cast<double>(rounds_));
    times.apart_s += now() - end;
  }
  return times;
}

void ShardRunner::keep_pass(std::int64_t repetition) {
  const std::int64_t unit = (repetition + 1) * rounds_ - 1;
  if (checkpoint_ != nullptr && !checkpoint_->has(unit)) checkpoint_->finished(unit, last_unit_s_);
}

void ShardRunner::compute_again(bool anew) {
  work_.ranks.agree([&] {
    if (anew) model_->load(block_);
    model_->compute();
  });
}

void ShardRunner::release_model() {
  model_.reset();
  block_ = RowBlock();
}

std::vector<MemoryUse> ShardRunner::memory() const {
  const ModelMemory model = model_->memory();
  const bool on_device = model.device_peak_bytes >= 0;  // results of all ranks are the host's
  const std::int64_t results = work_.ranks.is_root() && !on_device ? Gathered::bytes(work_, tile_, keep_) : 0;
  const auto number = [](std::int64_t bytes) { return static_cast<double>(bytes); };
  const std::vector<double> mine{number(model.predicted_bytes + results),
                                 number(model.requested_bytes + results),
                                 number(model.fft_workspace_bytes),
                                 number(model.device_peak_bytes),
                                 number(host_peak_bytes()),
                                 number(host_base_bytes_)};
  const std::vector<double> all = work_.ranks.gather(mine);
  std::vector<MemoryUse> uses;
  for (std::size_t i = 0; i < all.size(); i += mine.size()) {
    const auto bytes = [&](std::size_t k) { return static_cast<std::int64_t>(all[i + k]); };
    uses.push_back(
        {static_cast<std::int64_t>(uses.size()), bytes(0), bytes(1), bytes(2), bytes(3), bytes(4), bytes(5)});
  }
  return uses;
}

}  // namespace pac
