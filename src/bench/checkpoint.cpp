// The finished rows of one long case, kept while it runs.
#include "bench/checkpoint.hpp"

#include <algorithm>
#include <cstring>
#include <limits>
#include <span>
#include <sstream>
#include <type_traits>

#include "bench/resume.hpp"
#include "bench/shard_runner.hpp"
#include "bench/verification.hpp"
#include "comm/interruption.hpp"
#include "core/error.hpp"
#include "core/options.hpp"

namespace pac {
namespace {

constexpr double unit_s = 20;           ///< what a unit should take at most
constexpr double least_pause_s = 0.25;  ///< between two times of keeping, and
constexpr double pause_over_cost = 50;  ///< so many times what the last one cost
constexpr std::string_view tile_line = "tile=";

double now_s() { return SteadyClock{}(); }

/// Numbers of a unit and rank: wall and stages.
std::size_t width() { return ShardRunner::stages().size() + 1; }

template <class Value>
std::string_view bytes_of(std::span<const Value> values) {
  return {reinterpret_cast<const char*>(values.data()), values.size_bytes()};
}

[[noreturn]] void refuse_other(const std::string& path) {
  throw Error(Exit::input, path + ": does not fit this run's rows; give --overwrite or another --output");
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

std::string Checkpoint::identity() const {
  std::string text = "backend=" + work_->models.device().backend + "\nprogram=" + version() + " " + git_description() +
                     "\nranks=" + to_text(std::int64_t{run_.world.size()}) + "\nrows=" + to_text(work_->n_rows()) +
                     "\nsamples a row=" + to_text(work_->plan.n_times) + "\n";
  for (const auto& [name, value] : base_options(run_)) text += option_of(name) + "=" + value + "\n";
  for (const char* of_input : {"input_bytes", "input_digest"}) {
    const auto found = run_.record.provenance.find(of_input);
    if (found != run_.record.provenance.end()) text += std::string(of_input) + "=" + found->second + "\n";
  }
  return text;
}

void Checkpoint::check_identity(const std::string& earlier) {
  const std::string path = run_.result.journal_path();
  std::istringstream there(earlier);
  std::istringstream here(identity_);
  std::string had, have;
  std::getline(there, had);
  if (!had.starts_with(tile_line)) refuse_other(path);
  parse(path, had.substr(tile_line.size()), tile_);
  while (std::getline(here, have)) {
    std::getline(there, had);
    if (had == have) continue;
    throw Error(Exit::usage, "--resume: " + path + " is of a run with " + had + ", now it is " + have +
                                 "; run as then, or give --overwrite or another --output");
  }
}

std::int64_t Checkpoint::begin(const Workload& work, std::int64_t tile) {
  work_ = &work;
  tile_ = tile;
  work.ranks.agree([&] {
    if (!work.ranks.is_root()) return;
    identity_ = identity();
    if (!run_.config.resume) return;
    const std::string path = run_.result.journal_path();
    JournalReader journal(path);
    if (journal.next()) {
      const std::string earlier = journal.rest();
      if (journal.whole()) return check_identity(earlier);
    }
    if (run_.result.exists()) {
      throw Error(Exit::input, path + ": is missing, and " + run_.result.path() +
                                   " alone holds too little to go on; give --overwrite or another --output");
    }
  });
  tile_ = -work.ranks.max(work.ranks.is_root() ? -tile_ : std::numeric_limits<std::int64_t>::min());
  return tile_;
}

template <class Visit>
void Checkpoint::each_part(std::int64_t round, const Visit& visit) const {
  Comodulogram& whole = results_->whole();
  for (int rank = 0; rank < work_->ranks.size(); ++rank) {
    const Shard rows = piece_of(shard_of(work_->n_rows(), work_->ranks.size(), rank), tile_, round);
    const auto part = [&]<class T>(std::vector<T>& values, std::int64_t width) {
      visit(std::span<T>(values).subspan(static_cast<std::size_t>(rows.first * width),
                                         static_cast<std::size_t>(rows.count * width)));
    };
    for_each_map(whole, [&](const char*, std::vector<float>& values, std::int64_t width) { part(values, width); });
    part(whole.quality, whole.pairs());
  }
}

bool Checkpoint::take(JournalReader& journal) {
  Unit unit{done_, std::vector<double>(width() * static_cast<std::size_t>(run_.world.size()))};
  const std::span<double> seconds(unit.second);
  bool fits = journal.left() >= sizeof unit.first + seconds.size_bytes();
  if (fits) {
    journal.read(&unit.first, sizeof unit.first);
    journal.read(seconds.data(), seconds.size_bytes());
    std::size_t expected = 0;
    if (unit.first == done_ && done_ < rounds_) {
      each_part(done_, [&](auto values) { expected += values.size_bytes(); });
    }
    fits = unit.first == done_ && journal.left() == expected;
  }
  if (fits && done_ < rounds_) {
    each_part(done_, [&](auto values) { journal.read(values.data(), values.size_bytes()); });
  }
  if (!fits) journal.rest();
  if (!journal.whole()) return false;   // its rows will be computed again
  if (unit.first < done_) return true;  // once more
  if (!fits) refuse_other(run_.result.journal_path());
  earlier_.push_back(std::move(unit));
  ++done_;
  return true;
}

void Checkpoint::read_earlier() {
  JournalReader journal(run_.result.journal_path());
  if (!journal.next()) return;
  journal.rest();  // the run's identity
  for (bool good = journal.whole(); good; good = journal.next() && take(journal)) {
    journal_bytes_ = journal.valid_bytes();
  }
}

/// Wall time of each repetition that is finished: of its units together, on the slowest rank.
std::vector<double> Checkpoint::job_times() const {
  std::vector<double> job_s;
  for (std::int64_t repetition = 0; (repetition + 1) * rounds_ <= done_; ++repetition) {
    std::vector<double> rank_s(static_cast<std::size_t>(run_.world.size()));
    for (std::int64_t round = 0; round < rounds_; ++round) {
      const Unit& unit = earlier_[static_cast<std::size_t>(repetition * rounds_ + round)];
      for (std::size_t rank = 0; rank < rank_s.size(); ++rank) rank_s[rank] += unit.second[rank * width()];
    }
    job_s.push_back(*std::max_element(rank_s.begin(), rank_s.end()));
  }
  return job_s;
}

void Checkpoint::restore(std::int64_t rounds, Gathered& results) {
  rounds_ = rounds;
  results_ = &results;
  const Communicator& ranks = work_->ranks;
  std::string job;
  ranks.agree([&] {
    if (!ranks.is_root()) return;
    if (run_.config.resume) read_earlier();
    if (done_ > 0 && !recompute(*work_, *results_, {0}).empty()) {
      throw Error(Exit::usage, "--resume: rows computed here differ in their last bits from those in " +
                                   run_.result.journal_path() + " (other processor, or other FFT plans); go on where " +
                                   "it began, or give --overwrite or another --output");
    }
    const std::vector<double> job_s = job_times();
    job = bytes_of(std::span<const double>(job_s));
    if (done_ == 0) return;
    run_.record.provenance["resumed"] = progress(done_);
    run_.terminal.note("resumed: " + progress(done_) + " were finished before");
  });
  job = ranks.broadcast(job);
  job_s_.resize(job.size() / sizeof(double));
  std::memcpy(job_s_.data(), job.data(), job.size());
  restored_ = done_ = ranks.max(done_);
  last_kept_s_ = now_s();
}

std::string Checkpoint::progress(std::int64_t units) const {
  const std::int64_t done_rounds = std::min(units, rounds_);
  std::int64_t rows = 0;
  for (int rank = 0; rank < work_->ranks.size(); ++rank) {
    const Shard shard = shard_of(work_->n_rows(), work_->ranks.size(), rank);
    rows += std::min(shard.count, done_rounds * tile_);
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
    const std::string tile = to_text(tile_) + "\n";
    if (journal_bytes_ == 0) journal->append(std::vector<std::string_view>{tile_line, tile, identity_});
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

void Checkpoint::add_earlier(const MeasurePolicy& policy, std::vector<Sample>& samples) const {
  const auto ranks = static_cast<std::size_t>(work_->ranks.size());
  const auto finished = static_cast<std::size_t>(restored_ / rounds_) * ranks;  // the next repetition is in `samples`
  std::vector<Sample> all(finished);
  for (std::size_t i = 0; i < finished; ++i) {
    const auto repetition = static_cast<std::int64_t>(i / ranks);
    all[i] = {static_cast<std::int64_t>(i % ranks), repetition, repetition < policy.warmups, 0,
              std::vector<double>(width() - 1)};
  }
  all.insert(all.end(), samples.begin(), samples.end());
  for (const auto& [unit, seconds] : earlier_) {
    for (std::size_t rank = 0; rank < ranks; ++rank) {
      Sample& sample = all.at(static_cast<std::size_t>(unit / rounds_) * ranks + rank);
      const double* const own = seconds.data() + rank * width();
      sample.wall_s += own[0];
      for (std::size_t s = 0; s < sample.stage_s.size(); ++s) sample.stage_s[s] += own[s + 1];
    }
  }
  samples = std::move(all);
}

}  // namespace pac
