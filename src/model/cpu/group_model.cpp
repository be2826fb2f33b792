// The model of rows whose phase and amplitude come from different signals of a group.
#include "model/cpu/group_model.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <numeric>

#include "core/error.hpp"
#include "model/cpu/gather.hpp"

namespace pac::cpu {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

int workers_for(std::int64_t rows, int threads) { return static_cast<int>(std::clamp<std::int64_t>(rows, 1, threads)); }

/// As few teams as rows: where memory is short, so are they.
Teams teams_that_make(const Plan& plan, std::int64_t rows, int threads) {
  return teams_for(std::min(rows, plan.sides.own_signals()), threads);
}

/// No other trial has an amplitude: nothing is known of the row's surrogates.
void clear_statistics(Comodulogram& result, std::int64_t row) {
  for (std::size_t m = 0; m < result.n_measures(); ++m) {
    MeasureMaps& maps = result.of(m);
    for (auto* map : statistics_of(maps)) std::fill_n(map->begin() + row * result.pairs(), result.pairs(), nan);
    if (!maps.surrogate_max.empty()) std::fill_n(maps.surrogate_max.begin() + row * result.n_perm, result.n_perm, nan);
  }
}

double now_s() { return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count(); }

}  // namespace

GroupModel::GroupModel(const Plan& plan, const LaneOps& ops, std::int64_t rows, int threads,
                       const Communicator& communicator, std::int64_t predicted)
    : communicator_(communicator),
      tables_(plan),
      teams_(teams_that_make(plan, rows, threads)),
      predicted_(predicted),
      store_(tables_.plan),
      largest_(rows * n_largest(plan)) {
  for (int team = 0; team < teams_.count; ++team) {
    makers_.push_back(std::make_unique<SideMaker>(tables_, ops, teams_.members));
  }
  for (int thread = 0; thread < workers_for(rows, threads); ++thread) {
    workers_.push_back(std::make_unique<PairWorker>(tables_, ops, store_));
  }
  results_.allocate(rows, plan.map_shape());
}

std::int64_t GroupModel::predicted_bytes(const Plan& plan, std::int64_t rows, int threads, std::int64_t longest) {
  const Teams teams = teams_that_make(plan, rows, threads);
  return SideStore::predicted_bytes(plan) + teams.count * SideMaker::predicted_bytes(plan, longest, teams.members) +
         workers_for(rows, threads) * PairWorker::predicted_bytes(plan) +
         rows * (n_largest(plan) * static_cast<std::int64_t>(sizeof(float)) +
                 static_cast<std::int64_t>(sizeof(std::int64_t) + sizeof(ChannelPair)));
}

void GroupModel::load(const RowBlock& rows) {
  if (rows.rows.count > results_.n_rows) throw Error(Exit::usage, "more rows than the model was made for");
  rows_ = &rows;
  order_.resize(static_cast<std::size_t>(rows.rows.count));
  std::iota(order_.begin(), order_.end(), 0);
  const auto phase_of = [&](std::int64_t i) { return rows.group.sources[static_cast<std::size_t>(i)].phase; };
  std::stable_sort(order_.begin(), order_.end(),
                   [&](std::int64_t a, std::int64_t b) { return phase_of(a) < phase_of(b); });
}

void GroupModel::make_sides(bool phases, std::int64_t block) {
  const bool shared = tables_.plan.sides.ranks > 1;
  const auto filter = [&] {
    std::atomic<std::int64_t> next_signal{0};
    run_threads(teams_.count * teams_.members, [&](int thread) {
      const int member = thread % teams_.members;
      SideMaker& maker = *makers_[static_cast<std::size_t>(thread / teams_.members)];
      for (;;) {
        const std::int64_t i = maker.share(member == 0 ? next_signal.fetch_add(1) : 0, member);
        if (i >= rows_->group.own.count) break;
        maker.make(*rows_, i, phases, block, store_, member);
      }
    });
  };
  if (!shared) return filter();
  communicator_.agree(filter);
  const double begin = now_s();
  if (phases) store_.share_phases(communicator_);
  store_.share_amplitudes(communicator_, block);
  exchange_s_ += now_s() - begin;
}

void GroupModel::compute_rows(std::int64_t block) {
  const auto count = std::ssize(order_);
  const auto n_workers = std::ssize(workers_);
  const std::int64_t chunk = std::max<std::int64_t>(1, count / (8 * n_workers));  // rows that mostly share a phase
  std::atomic<std::int64_t> next{0};
  run_threads(static_cast<int>(n_workers), [&](int thread) {
    PairWorker& worker = *workers_[static_cast<std::size_t>(thread)];
    for (std::int64_t first = next.fetch_add(chunk); first < count; first = next.fetch_add(chunk)) {
      for (std::int64_t k = first; k < std::min(first + chunk, count); ++k) {
        const std::int64_t i = order_[static_cast<std::size_t>(k)];
        worker.compute(*rows_, i, block, largest_.data() + i * n_largest(tables_.plan), results_);
      }
    }
  });
}

void GroupModel::finish_rows() {
  const Plan& plan = tables_.plan;
  if (plan.n_perm == 0) return;
  const auto finish = [&](std::int64_t i) {
    float* const largest = largest_.data() + i * n_largest(plan);
    const std::int64_t amplitude = rows_->group.sources[static_cast<std::size_t>(i)].amplitude;
    if (plan.swaps_trials() && other_trials(store_, rows_->group.n_signals, amplitude).empty()) {
      return clear_statistics(results_, i);
    }
    finish_row(std::span<float* const>(&largest, 1), plan, results_, i);
  };
  const auto n_workers = std::ssize(workers_);
  run_threads(static_cast<int>(n_workers), [&](int thread) {
    for (std::int64_t i = thread; i < rows_->rows.count; i += n_workers) finish(i);
  });
}

StageSeconds GroupModel::compute() {
  if (rows_ == nullptr) return {};
  const SignalGroup& group = rows_->group;
  const bool fresh = group.begins || held_group_ != group.index;
  if (fresh) held_block_ = -1;
  exchange_s_ = 0;
  const std::int64_t n = rows_->rows.count * n_largest(tables_.plan);
  std::fill_n(largest_.data(), n, no_surrogate);
  for (std::int64_t block = 0; block < store_.n_blocks(); ++block) {
    if (held_block_ != block) make_sides(fresh && block == 0, block);
    held_block_ = block;
    held_group_ = group.index;
    if (fresh && block == 0) {
      for (auto& worker : workers_) worker->forget_phase();
    }
    compute_rows(block);
  }
  const double begin = now_s();
  finish_rows();
  const double finish_s = now_s() - begin;

  StageSeconds seconds{};
  const auto add = [&](const StageSeconds& one, std::size_t threads) {
    for (std::size_t s = 0; s < seconds.size(); ++s) seconds[s] += one[s] / static_cast<double>(threads);
  };
  for (auto& maker : makers_) {
    for (int member = 0; member < teams_.members; ++member) {
      add(maker->take_seconds(member), static_cast<std::size_t>(teams_.count * teams_.members));
    }
  }
  for (auto& worker : workers_) add(worker->take_seconds(), workers_.size());
  seconds[static_cast<std::size_t>(Stage::analytic)] += exchange_s_;
  seconds[static_cast<std::size_t>(Stage::surrogates)] += finish_s;
  return seconds;
}

void GroupModel::gather(Comodulogram& whole, RowRun place) { gather_results(communicator_, results_, place, whole); }

ModelMemory GroupModel::memory() const {
  ModelMemory use;
  use.predicted_bytes = predicted_;
  use.requested_bytes =
      tables_.bytes() + results_.n_rows * tables_.plan.result_bytes_per_row() + store_.bytes() + largest_.bytes();
  for (const auto& maker : makers_) use.requested_bytes += maker->bytes();
  for (const auto& worker : workers_) use.requested_bytes += worker->bytes();
  if (rows_ != nullptr) use.requested_bytes += static_cast<std::int64_t>(rows_->samples.capacity() * sizeof(float));
  return use;
}

}  // namespace pac::cpu
