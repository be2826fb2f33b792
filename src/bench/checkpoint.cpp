// The finished rows of one long case, kept while it runs. Going on with them: checkpoint_restore.cpp.
#include "bench/checkpoint.hpp"

#include <algorithm>
#include <limits>
#include <span>
#include <type_traits>

#include "bench/shard_runner.hpp"
#include "comm/interruption.hpp"
#include "core/error.hpp"

namespace pac {
namespace {

constexpr double unit_s = 20;           ///< what a unit should take at most
constexpr double least_pause_s = 0.25;  ///< between two times of keeping, and
constexpr double pause_over_cost = 50;  ///< so many times what the last one cost

double now_s() { return SteadyClock{}(); }

template <class Value>
std::string_view bytes_of(std::span<const Value> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

}  // namespace

std::int64_t Checkpoint::rows_per_unit(const Plan& plan, const DeviceInfo& device) {
  constexpr int gpu_threads = 200;  // of a CPU do a GPU's work
  const int threads = device.backend == "cpu" ? device.threads : gpu_threads;
  constexpr double filter_s = 4e-9;        // a sample and band
  constexpr double surrogate_s = 0.02e-9;  // a sample, pair and permutation
  const double row_s =
      static_cast<double>(plan.n_times) * (filter_s * static_cast<double>(plan.n_pha() + plan.n_amp()) +
                                           surrogate_s * static_cast<double>(plan.pairs() * plan.n_perm));
  return std::max<std::int64_t>(1, static_cast<std::int64_t>(unit_s * threads / row_s));
}

std::size_t Checkpoint::width() { return ShardRunner::stages().size() + 1; }

std::string Checkpoint::progress(std::int64_t units) const {
  std::int64_t rows = 0;
  for (std::int64_t round = 0; round < std::min(units, rounds_); ++round) {
    for (int rank = 0; rank < work_->ranks.size(); ++rank) rows += work_->rows_of(rank, tile_, round).count;
  }
  return to_text(rows) + " of " + to_text(work_->n_rows()) + " rows" +
         (units >= rounds_ ? " and " + to_text(units / rounds_) + " repetitions" : "");
}

void Checkpoint::append(const Unit& unit) {
  std::vector<std::string_view> parts{bytes_of(std::span<const std::int64_t>(&unit.first, 1)),
                                      bytes_of(std::span<const double>(unit.second))};
  if (unit.first < rounds_) {
    each_part(unit.first, [&]<class T>(std::span<T> values) { parts.push_back(bytes_of(std::span<const T>(values))); });
  }
  journal_->append(parts);
}

void Checkpoint::keep() {
  if (pending_.empty()) return;
  const double begin = now_s();
  if (!journal_) {
    auto journal = std::make_unique<Journal>(run_.result.journal_path(), journal_bytes_);
    if (journal_bytes_ == 0) journal->append(std::vector<std::string_view>{identity_});
    journal_ = std::move(journal);
  }
  for (; !pending_.empty(); pending_.pop_front()) append(pending_.front());
  journal_->sync();
  last_kept_s_ = now_s();
  last_cost_s_ = last_kept_s_ - begin;
  seconds_ += last_cost_s_;
}

void Checkpoint::finished(std::int64_t unit, const std::vector<double>& seconds) {
  const Communicator& ranks = work_->ranks;
  std::vector<double> all = ranks.gather(seconds);
  const std::string signal = interruption(ranks);
  ++done_;
  ranks.agree([&] {
    if (!ranks.is_root()) return;
    pending_.emplace_back(unit, std::move(all));
    const double pause_s = std::clamp(pause_over_cost * last_cost_s_, least_pause_s, unit_s);
    const bool due = now_s() - last_kept_s_ >= pause_s;
    if (due || !signal.empty()) keep();
    if (!signal.empty()) save_unfinished(signal);
  });
  if (signal.empty()) return;
  throw AgreedError(Exit::interrupted,
                    {"interrupted by " + signal + ": " + progress(done_) + " are saved in " + run_.result.path() +
                     " and its .journal; run again with --resume and this --output"});
}

void Checkpoint::save_unfinished(const std::string& signal) {
  Record& record = run_.record;
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (std::int64_t round = done_; round < rounds_; ++round) {
    each_part(round, [&]<class T>(std::span<T> values) {
      if constexpr (std::is_same_v<T, float>) {
        std::fill(values.begin(), values.end(), nan);
      } else {
        std::fill(values.begin(), values.end(), static_cast<T>(Quality::not_computed));
      }
    });
  }
  work_->describe_signals(record);
  record.comodulogram = std::move(results_->whole());
  Case& unfinished = record.cases.emplace_back();
  unfinished.label = record.benchmark;
  unfinished.n_ranks = work_->ranks.size();
  unfinished.failure = record.reason =
      "interrupted by " + signal + " after " + progress(done_) + "; go on with --resume";
  run_.result.save(record);
}

void Checkpoint::guard(const std::function<void()>& work) {
  try {
    work();
    work_->ranks.agree([&] {
      if (journal_) keep();  // short runs need none
    });
  } catch (const AgreedError& error) {
    if (error.status() == Exit::interrupted || done_ == 0) throw;
    std::vector<std::string> lines = error.lines();
    if (work_->ranks.is_root()) {
      try {
        keep();
      } catch (const Error&) {  // what failed may be the keeping itself
      }
      const std::int64_t kept = done_ - std::ssize(pending_);
      const bool said = lines.front().find("--resume") != std::string::npos;
      if (kept > 0 && !said) {
        lines.front() += "; " + progress(kept) + " are kept: run again with --resume and this --output";
      }
    }
    throw AgreedError(error.status(), lines);
  }
}

}  // namespace pac
