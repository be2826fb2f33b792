// What an interrupted run left of a case: whether it is this one's, its rows, its times. Keeping them: checkpoint.cpp.
#include <algorithm>
#include <cstring>
#include <limits>
#include <sstream>
#include <string_view>

#include "bench/agreement.hpp"
#include "bench/checkpoint.hpp"
#include "bench/resume.hpp"
#include "bench/verification.hpp"
#include "core/error.hpp"
#include "core/options.hpp"

namespace pac {
namespace {

/// Begins a journal, before the identity of its run: rows that a rank holds at once.
constexpr std::string_view tile_line = "tile=";

[[noreturn]] void refuse_other(const std::string& path) {
  throw Error(Exit::input, path + ": does not fit this run's rows; give --overwrite or another --output");
}

}  // namespace

std::string Checkpoint::identity() const {
  std::string text = "backend=" + work_->models.device().backend + "\nprogram=" + version() + " " + git_description() +
                     "\nranks=" + to_text(std::int64_t{run_.world.size()}) + "\nrows=" + to_text(work_->n_rows()) +
                     "\nsamples a row=" + to_text(work_->plan.n_times) + "\n";
  for (const auto& [name, value] : base_options(run_)) text += option_of(name) + "=" + value + "\n";
  for (const char* of_input : input_facts) {
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
  identity_ = std::string(tile_line) + to_text(tile_) + "\n" + identity_;
  return tile_;
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
    job.assign(reinterpret_cast<const char*>(job_s.data()), job_s.size() * sizeof(double));
    if (done_ == 0) return;
    run_.record.provenance["resumed"] = progress(done_);
    run_.terminal.note("resumed: " + progress(done_) + " were finished before");
  });
  job = ranks.broadcast(job);
  job_s_.resize(job.size() / sizeof(double));
  if (!job.empty()) std::memcpy(job_s_.data(), job.data(), job.size());
  restored_ = done_ = ranks.max(done_);
  last_kept_s_ = SteadyClock{}();
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
