// Results of all ranks as they arrive on rank 0: kept whole, or digested and dropped round by round where a batch is
// streamed that no host needs to hold.
#pragma once

#include <cstdint>
#include <vector>

#include "bench/workload.hpp"
#include "core/comodulogram.hpp"

namespace pac {

enum class Keep { all, digests };

class Gathered {
 public:
  Gathered(const Workload& work, std::int64_t tile, Keep keep);

  /// Collective: brings the rows of a round's tiles to rank 0.
  void take(PacModel& model, std::int64_t round);

  /// All rows; rank 0 with Keep::all only.
  [[nodiscard]] Comodulogram& whole() { return held_; }
  /// Digest of one row's results (row_digest); rank 0 only.
  [[nodiscard]] std::uint64_t digest_of(std::int64_t row) const;
  /// Digest of all rows; rank 0 only.
  [[nodiscard]] std::uint64_t digest() const;

  /// Bytes that rank 0 needs for results: of all rows, or of one round.
  static std::int64_t bytes(const Workload& work, std::int64_t tile, Keep keep);

 private:
  void damage(std::int64_t held_row);  ///< PACBENCH_FAULT

  const Workload& work_;
  std::int64_t tile_;
  Keep keep_;
  Comodulogram held_;                   ///< [row], or [rank][row of its tile]
  std::vector<std::uint64_t> digests_;  ///< [row], with Keep::digests
};

}  // namespace pac
