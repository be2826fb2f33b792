// The CPU backend: rows over threads, FFTW and lane loops; gathers through MPI.
#include "model/cpu/cpu_model.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fstream>

#include <unistd.h>

#include "core/error.hpp"
#include "core/fault.hpp"
#include "model/cpu/gather.hpp"
#include "model/cpu/group_model.hpp"
#include "model/cpu/peaks.hpp"
#include "model/cpu/row_worker.hpp"

namespace pac::cpu {
namespace {

class CpuModel final : public PacModel {
 public:
  CpuModel(const Plan& plan, const LaneOps& ops, std::int64_t rows, int threads, const Communicator& communicator,
           std::int64_t predicted)
      : communicator_(communicator), tables_(plan), teams_(teams_for(rows, threads)), predicted_(predicted) {
    for (int team = 0; team < teams_.count; ++team) {
      workers_.push_back(std::make_unique<RowWorker>(tables_, ops, teams_.members));
    }
    results_.allocate(rows, plan.map_shape());
  }

  void load(const RowBlock& rows) override {
    if (rows.rows.count > results_.n_rows) throw Error(Exit::usage, "more rows than the model was made for");
    rows_ = &rows;
  }

  StageSeconds compute() override {
    const std::int64_t count = rows_ == nullptr ? 0 : rows_->rows.count;
    if (count == 0) return {};
    const int used = teams_.count * teams_.members;
    const std::int64_t n_companies = companies(count);
    std::atomic<std::int64_t> next{0};  // taken by whichever team is free: a slow core gets fewer rows
    run_threads(used, [&](int thread) {
      const int member = thread % teams_.members;
      RowWorker& worker = *workers_[static_cast<std::size_t>(thread / teams_.members)];
      for (;;) {
        const std::int64_t taken = worker.share(member == 0 ? next.fetch_add(1) : 0, member);
        if (taken >= n_companies) break;
        const Shard company = shard_of(count, n_companies, taken);
        for (std::int64_t row = company.first; row < company.end(); ++row) {
          worker.compute(*rows_, row, company, results_, member);
        }
      }
    });
    StageSeconds mean{};
    for (auto& worker : workers_) {
      for (int member = 0; member < teams_.members; ++member) {
        const StageSeconds one = worker->take_seconds(member);
        for (std::size_t s = 0; s < mean.size(); ++s) mean[s] += one[s] / used;
      }
    }
    return mean;
  }

  void gather(Comodulogram& whole, RowRun place) override { gather_results(communicator_, results_, place, whole); }

  [[nodiscard]] const Comodulogram& results() const override { return results_; }

  [[nodiscard]] ModelMemory memory() const override {
    ModelMemory use;
    use.predicted_bytes = predicted_;
    use.requested_bytes = tables_.bytes() + results_.n_rows * tables_.plan.result_bytes_per_row();
    for (const auto& worker : workers_) use.requested_bytes += worker->bytes();
    if (rows_ != nullptr) use.requested_bytes += static_cast<std::int64_t>(rows_->samples.capacity() * sizeof(float));
    return use;
  }

 private:
  /// How many companies rows go in: as large as is of use, as many for each team as for the others.
  [[nodiscard]] std::int64_t companies(std::int64_t n_rows) const {
    const std::int64_t together = SignalFilter::most_together(tables_.plan);
    const std::int64_t n_teams = teams_.count;
    const std::int64_t rounds = (n_rows + together * n_teams - 1) / (together * n_teams);
    return std::min(n_rows, rounds * n_teams);
  }

  const Communicator& communicator_;
  BandTables tables_;
  Teams teams_;
  std::int64_t predicted_;
  std::vector<std::unique_ptr<RowWorker>> workers_;
  const RowBlock* rows_ = nullptr;
  Comodulogram results_;
};

std::string processor_name() {
  std::ifstream file("/proc/cpuinfo");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with("model name")) return line.substr(std::min(line.find(':') + 2, line.size()));
  }
  return "unknown processor";
}

[[noreturn]] void refuse_long_rows(const Plan& plan) {
  throw Error(Exit::usage,
              "--seq-sec: rows of " + to_text(plan.n_times) +
                  " samples are computed in blocks, and pairs of channels or trials are not; give rows of at most " +
                  to_text(LongGeometry::longest_whole) + " samples");
}

class CpuModels final : public ModelFactory {
 public:
  CpuModels(const Config& config, const Communicator& communicator)
      : communicator_(communicator),
        threads_(config.threads > 0 ? static_cast<int>(config.threads) : default_threads()),
        ops_(agreed_ops(communicator)) {
    if (communicator_.is_root()) cached_ = load_cached_wisdom();
    import_wisdom(communicator_.broadcast(cached_));
  }

  CpuModels(const CpuModels& whole, const Communicator& part)
      : communicator_(part), threads_(whole.threads_), ops_(whole.ops_) {}

  [[nodiscard]] std::unique_ptr<ModelFactory> within(const Communicator& part) const override {
    return std::make_unique<CpuModels>(*this, part);
  }

  Preparation prepare(const Plan& plan) override {
    const auto begin = std::chrono::steady_clock::now();
    Preparation report;
    std::string wisdom;
    communicator_.agree([&] {
      if (plan.sides.n_signals > 0 && LongGeometry::applies(plan)) refuse_long_rows(plan);
      if (!communicator_.is_root()) return;
      const std::string before = export_wisdom();
      plan_transforms(plan);
      wisdom = export_wisdom();
      report.wisdom = wisdom == before ? "cached" : "measured now";
      if (wisdom != before) store_cached_wisdom(wisdom);
    });
    wisdom = communicator_.broadcast(wisdom);
    if (!communicator_.is_root()) import_wisdom(wisdom);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    return report;
  }

  [[nodiscard]] std::unique_ptr<PacModel> make(const Plan& plan, std::int64_t rows, int threads) const override {
    if (communicator_.rank() == faults().memory_rank && rows > faults().memory_rows) throw std::bad_alloc();
    const int used = threads > 0 ? threads : threads_;
    if (plan.sides.n_signals > 0) {
      return std::make_unique<GroupModel>(plan, ops_, rows, used, communicator_, predicted_bytes(plan, rows));
    }
    return std::make_unique<CpuModel>(plan, ops_, rows, used, communicator_, predicted_bytes(plan, rows));
  }

  [[nodiscard]] std::int64_t predicted_bytes(const Plan& plan, std::int64_t rows) const override {
    const std::int64_t longest = std::max(plan.hilbert_length, plan.extended() + plan.extended() / 4);
    const auto tiles = [](std::int64_t bands) { return (bands + lanes - 1) / lanes * lanes; };
    const std::int64_t transformed =
        BandTables::by_tiles(plan) ? tiles(plan.n_pha()) + tiles(plan.n_amp()) : plan.n_pha() + plan.n_amp() + 2;
    const std::int64_t gains =
        LongGeometry::applies(plan) ? LongTables::predicted_bytes(plan) : transformed * (longest / 2 + 1) * 4;
    const std::int64_t row_bytes = plan.extended() * static_cast<std::int64_t>(sizeof(float));
    if (plan.sides.n_signals > 0) {
      return rows * plan.result_bytes_per_row() + plan.sides.own_signals() * row_bytes + gains +
             GroupModel::predicted_bytes(plan, rows, threads_, longest);
    }
    const Teams teams = teams_for(rows, threads_);
    return rows * (plan.result_bytes_per_row() + row_bytes) + gains +
           teams.count * RowWorker::predicted_bytes(plan, longest, teams.members);
  }

  [[nodiscard]] std::optional<StageFloors> floors(const Plan& plan, std::int64_t rows) const override {
    if (LongGeometry::applies(plan) || DirectTables::applies(plan) || plan.sides.n_signals > 0) return std::nullopt;
    return floors_of(plan, row_transforms(BandTables(plan)), rows, measure_peaks(ops_, threads_));
  }

  [[nodiscard]] std::int64_t default_limit_bytes() const override {
    return std::int64_t{384} << 20;  // rows of about 12,000 seconds at 1 kHz
  }

  [[nodiscard]] DeviceInfo device() const override {
    const auto pages = static_cast<std::int64_t>(sysconf(_SC_PHYS_PAGES));
    return {"cpu", processor_name() + " (" + ops_.name + ")", "", pages * sysconf(_SC_PAGESIZE), threads_};
  }

  [[nodiscard]] std::map<std::string, std::string> libraries() const override {
    return {{"fft", fft_library()}, {"gather", "MPI"}};
  }

 private:
  /// The widest lane loops that every rank's processor runs: hosts may differ, results may not.
  static const LaneOps& agreed_ops(const Communicator& communicator) {
    const auto variants = lane_ops_variants();
    const std::int64_t fewest = -communicator.max(-static_cast<std::int64_t>(variants.size()));
    return *variants[static_cast<std::size_t>(fewest - 1)];
  }

  /// The rank's processors; where the ranks of a host are not bound apart, its share of them.
  [[nodiscard]] int default_threads() const {
    const int available = available_threads();
    const long online = sysconf(_SC_NPROCESSORS_ONLN);
    const bool shared = communicator_.local_size() > 1 && available >= online;
    return std::max(1, shared ? available / communicator_.local_size() : available);
  }

  const Communicator& communicator_;
  int threads_;
  const LaneOps& ops_;
  std::string cached_;
};

}  // namespace

std::unique_ptr<ModelFactory> open_cpu_models(const Config& config, const Communicator& communicator) {
  return std::make_unique<CpuModels>(config, communicator);
}

}  // namespace pac::cpu
