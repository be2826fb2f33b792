// One pass over a rank's shard, in tiles that fit its memory: what is measured.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "bench/checkpoint.hpp"
#include "bench/gathered.hpp"
#include "bench/workload.hpp"
#include "measure/sampler.hpp"

namespace pac {

class ShardRunner {
 public:
  /// Collective: takes memory for tiles and, on rank 0, for the results; reads the rows where all of them are resident.
  /// Tiles are equal on all ranks: the largest that fit everywhere, of at most most_per_tile rows (0: any). Throws
  /// AgreedError. `checkpoint`, where there is one, keeps what each round finishes, and has what an earlier run did.
  ShardRunner(const Config& config, Workload& work, Keep keep, std::int64_t most_per_tile,
              Checkpoint* checkpoint = nullptr);

  /// Collective: reads (unless all rows are resident), computes and gathers every tile; `advanced` is called after each
  /// with its share of the pass. Returns the seconds of each of stages(), and apart those of keeping rounds.
  StepTimes pass(std::int64_t repetition, const std::function<void(double share)>& advanced);
  /// Collective, after pass(), so that its time holds none of it: keeps the last round.
  void keep_pass(std::int64_t repetition);
  /// Collective: computes the resident rows once more, without gathering; `anew`: taken from host memory again. Only
  /// where rounds() is 1.
  void compute_again(bool anew);
  [[nodiscard]] static std::vector<std::string> stages();
  [[nodiscard]] std::int64_t rounds() const { return rounds_; }
  [[nodiscard]] std::int64_t tile() const { return tile_; }
  [[nodiscard]] double first_read_s() const { return first_read_s_; }
  [[nodiscard]] Gathered& results() { return *results_; }
  /// Collective: memory of all ranks, on rank 0.
  [[nodiscard]] std::vector<MemoryUse> memory() const;
  /// Gives the tile's memory back; no pass() and no memory() after it.
  void release_model();

 private:
  void read(std::int64_t round);

  const Workload& work_;
  Keep keep_;
  std::int64_t tile_ = 1;
  std::int64_t rounds_ = 1;
  double first_read_s_ = 0;
  std::int64_t host_base_bytes_ = 0;
  Checkpoint* checkpoint_;
  std::vector<double> last_unit_s_;  ///< wall and stages of the round that was computed last
  RowBlock block_;
  std::unique_ptr<PacModel> model_;
  std::unique_ptr<Gathered> results_;
};

/// Bytes that a rank's model, rows and results may take: --mem-limit less what the program itself needs, or the
/// backend's default. Throws Error (memory).
std::int64_t working_bytes(const Config& config, const ModelFactory& models);

/// Whether this rank has room for tiles of so many rows within `limit` bytes, by the plan.
bool tile_fits(const Workload& work, std::int64_t tile, Keep keep, std::int64_t limit);

/// Collective: the largest tile that fits every rank, at most its shard; where rows are pairs of signals, what is left
/// then goes to the plan, for amplitudes held at once. Throws AgreedError where not even one row fits.
std::int64_t tile_for(const Config& config, Workload& work, Keep keep);

}  // namespace pac
