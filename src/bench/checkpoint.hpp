// The finished rows of one long case, kept while it runs: units of work (a round of tiles in one repetition) go to a
// journal beside the result file, with their times, so that a run that is interrupted, killed or fails loses none and
// --resume goes on behind them. Cases as a whole: resume.hpp.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <span>
#include <utility>

#include "bench/benchmark.hpp"
#include "bench/gathered.hpp"
#include "bench/workload.hpp"
#include "io/journal.hpp"
#include "measure/sampler.hpp"

namespace pac {

class Checkpoint {
 public:
  explicit Checkpoint(Run& run) : run_(run) {}

  /// Most rows that a rank should compute before they are kept: what takes some 20 s, by a coarse estimate.
  static std::int64_t rows_per_unit(const Plan& plan, const DeviceInfo& device);

  /// Collective. Rows per tile as the interrupted run had them; `tile` where there was none. Throws AgreedError (input,
  /// usage) where the journal is another run's.
  std::int64_t begin(const Workload& work, std::int64_t tile);
  /// Collective, after begin(). Puts the rows that were finished into `results`.
  void restore(std::int64_t rounds, Gathered& results);

  /// Whether this unit, repetition * rounds + round, was finished by the interrupted run.
  [[nodiscard]] bool has(std::int64_t unit) const { return unit < restored_; }
  /// Per repetition that was finished, the job's wall time, s; the same on every rank.
  [[nodiscard]] std::vector<double> earlier_job_s() const { return job_s_; }
  /// Collective. This rank took so many seconds for a unit: wall, then stages. Keeps it at once, or soon where units
  /// are short. Throws AgreedError: interrupted, with everything saved, where a signal asked for it; input where the
  /// journal cannot be written.
  void finished(std::int64_t unit, const std::vector<double>& seconds);
  /// Collective. Runs `work` and keeps what is finished then; where it fails too, and says so in the message.
  void guard(const std::function<void()>& work);
  /// On rank 0: adds what earlier runs measured to this run's samples.
  void add_earlier(const MeasurePolicy& policy, std::vector<Sample>& samples) const;
  /// On rank 0: seconds spent on keeping.
  [[nodiscard]] double seconds() const { return seconds_; }

 private:
  using Unit = std::pair<std::int64_t, std::vector<double>>;  ///< number; [rank][wall, stages] s

  void keep();                                      ///< writes what is not yet in the journal
  void save_unfinished(const std::string& signal);  ///< the result file of an interrupted run
  /// Seconds of a unit and rank: wall and stages.
  static std::size_t width();
  [[nodiscard]] std::string identity() const;
  void check_identity(const std::string& earlier);
  void read_earlier();
  bool take(JournalReader& journal);  ///< whether the record is whole
  [[nodiscard]] std::vector<double> job_times() const;
  void append(const Unit& unit);
  [[nodiscard]] std::string progress(std::int64_t units) const;
  /// Calls visit(span) with what each map, and the quality, holds of the round's rows.
  template <class Visit>
  void each_part(std::int64_t round, const Visit& visit) const;

  Run& run_;
  const Workload* work_ = nullptr;
  Gathered* results_ = nullptr;
  std::int64_t tile_ = 0;
  std::int64_t rounds_ = 1;
  std::int64_t restored_ = 0;  ///< units
  std::int64_t done_ = 0;      ///< units, restored ones too
  std::vector<double> job_s_;
  // rank 0's
  std::string identity_;
  std::int64_t journal_bytes_ = 0;
  std::vector<Unit> earlier_;
  std::deque<Unit> pending_;
  std::unique_ptr<Journal> journal_;
  double last_kept_s_ = 0;
  double last_cost_s_ = 0;
  double seconds_ = 0;
};

template <class Visit>
void Checkpoint::each_part(std::int64_t round, const Visit& visit) const {
  Comodulogram& whole = results_->whole();
  for (int rank = 0; rank < work_->ranks.size(); ++rank) {
    const RowRun rows = work_->rows_of(rank, tile_, round);
    const std::int64_t together = rows.stride == 1 ? rows.count : 1;
    const auto part = [&]<class T>(std::vector<T>& values, std::int64_t width) {
      for (std::int64_t i = 0; i < rows.count; i += together) {
        visit(std::span<T>(values).subspan(static_cast<std::size_t>(rows.at(i) * width),
                                           static_cast<std::size_t>(together * width)));
      }
    };
    for_each_map(whole, [&](const char*, std::vector<float>& values, std::int64_t width) { part(values, width); });
    part(whole.quality, whole.pairs());
  }
}

}  // namespace pac
