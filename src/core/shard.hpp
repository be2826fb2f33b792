// How a number of things is divided over ranks: consecutive shards whose sizes differ by at most one.
#pragma once

#include <algorithm>
#include <cstdint>

namespace pac {

/// A consecutive range of global indices.
struct Shard {
  std::int64_t first = 0;
  std::int64_t count = 0;
  [[nodiscard]] constexpr std::int64_t end() const { return first + count; }
  friend constexpr bool operator==(const Shard&, const Shard&) = default;
};

/// Rows at a constant distance: first, first + stride, ..
struct RowRun {
  std::int64_t first = 0;
  std::int64_t count = 0;
  std::int64_t stride = 1;
  constexpr RowRun() = default;
  constexpr RowRun(std::int64_t first_row, std::int64_t n_rows, std::int64_t distance = 1)
      : first(first_row), count(n_rows), stride(distance) {}
  constexpr RowRun(Shard rows) : first(rows.first), count(rows.count) {}  // consecutive ones are such rows
  [[nodiscard]] constexpr std::int64_t at(std::int64_t i) const { return first + i * stride; }
  friend constexpr bool operator==(const RowRun&, const RowRun&) = default;
};

/// The shard of `rank` among `ranks` when `total` things are divided: the first total % ranks shards hold one more.
constexpr Shard shard_of(std::int64_t total, std::int64_t ranks, std::int64_t rank) {
  const std::int64_t base = total / ranks;
  const std::int64_t extra = total % ranks;
  return {rank * base + std::min(rank, extra), base + (rank < extra ? 1 : 0)};
}

/// Piece `index` of a shard that is worked through in pieces of at most `size`; empty behind the shard's end.
constexpr Shard piece_of(Shard shard, std::int64_t size, std::int64_t index) {
  const std::int64_t first = std::min(shard.first + index * size, shard.end());
  return {first, std::min(size, shard.end() - first)};
}

}  // namespace pac
