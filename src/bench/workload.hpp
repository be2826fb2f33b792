// What every benchmark works on: the signals, their plan, the models, and one pass over a rank's shard in tiles.
#pragma once

#include <memory>
#include <optional>

#include "bench/terminal.hpp"
#include "comm/communicator.hpp"
#include "core/config.hpp"
#include "core/plan.hpp"
#include "core/rows.hpp"
#include "measure/record.hpp"
#include "model/model_factory.hpp"

namespace pac {

/// Signals, plan and models of a run. Collective to open; throws AgreedError.
struct Workload {
  Workload(const Config& config, const Communicator& world);

  const Communicator& world;
  std::unique_ptr<RowSource> source;
  Plan plan;
  std::unique_ptr<ModelFactory> models;
  Preparation preparation;
  Shard shard;  ///< this rank's rows

  /// Collective: adds the ranks, FFT library, input's name, size and digest to the record.
  void describe(const Config& config, Record& record) const;
};

/// One rank's shard, worked through in tiles that fit its memory.
class ShardRunner {
 public:
  /// Collective: takes memory for tiles; `whole` is where rank 0 gathers (allocated here).
  ShardRunner(const Config& config, const Workload& workload, Comodulogram& whole);

  /// Collective: reads (unless all rows are resident), computes and gathers every tile. Returns the seconds of each of
  /// stages().
  std::vector<double> pass(Progress& progress);
  [[nodiscard]] static std::vector<std::string> stages();
  [[nodiscard]] std::int64_t rounds() const { return rounds_; }
  [[nodiscard]] std::int64_t tile() const { return tile_; }
  [[nodiscard]] double first_read_s() const { return first_read_s_; }
  [[nodiscard]] ModelMemory memory() const { return model_->memory(); }

 private:
  void read(std::int64_t round);

  const Workload& workload_;
  Comodulogram& whole_;
  std::int64_t tile_ = 1;
  std::int64_t rounds_ = 1;
  double first_read_s_ = 0;
  RowBlock block_;
  std::unique_ptr<PacModel> model_;
};

/// Memory that a rank's model and rows may take: --mem-limit less what the program and rank 0's whole result need, or a
/// default.
std::int64_t model_budget(const Config& config, const Communicator& world, std::int64_t whole_bytes);

}  // namespace pac
