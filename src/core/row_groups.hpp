// Which result rows there are, from which signals, and how ranks work them off: in rounds, a tile of rows a rank. Pure.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/channel_pairs.hpp"
#include "core/rows.hpp"
#include "core/shard.hpp"

namespace pac {

/// Result rows fall into groups that are worked off one after the other; the rows of each are divided among the ranks.
/// Rows that are signals themselves are one group. Pairs of channels are a group a batch item: result row = batch *
/// n_pairs + pair. Rows whose surrogates take other trials are a group a channel: result row = batch * n_channels +
/// channel.
class RowGroups {
 public:
  RowGroups() = default;
  /// `pairs` empty: phase and amplitude of the same channel; `trials`: surrogates take other batch items.
  RowGroups(const SignalShape& shape, std::vector<ChannelPair> pairs, bool trials);

  [[nodiscard]] std::int64_t n_rows() const { return n_groups_ * rows_per_group_; }
  [[nodiscard]] std::int64_t n_signals() const { return n_signals_; }  ///< of a group; 0: rows are signals themselves
  [[nodiscard]] const std::vector<ChannelPair>& pairs() const { return pairs_; }
  /// Of the pairs.
  [[nodiscard]] std::uint64_t digest() const;
  /// Rows of a group on the rank that has most.
  [[nodiscard]] std::int64_t longest_shard(std::int64_t ranks) const {
    return shard_of(rows_per_group_, ranks, 0).count;
  }
  [[nodiscard]] std::int64_t rounds(std::int64_t ranks, std::int64_t tile) const {
    return n_groups_ * rounds_of_group(ranks, tile);
  }
  /// Result rows of a rank in a round; may be none.
  [[nodiscard]] RowRun rows(std::int64_t ranks, std::int64_t rank, std::int64_t tile, std::int64_t round) const;
  /// Reads what a rank needs for a round into a block that may hold that of the round before. Local.
  void read(RowSource& source, std::int64_t ranks, std::int64_t rank, std::int64_t tile, std::int64_t round,
            std::int64_t pad, RowBlock& block) const;
  /// Reads all that one result row needs.
  void read_alone(RowSource& source, std::int64_t row, std::int64_t pad, RowBlock& block) const;
  /// Signals of the group that read_alone() makes, at most.
  [[nodiscard]] std::int64_t n_signals_alone() const {
    return pairs_.empty() ? n_signals_ : std::min<std::int64_t>(2, n_signals_);
  }

 private:
  [[nodiscard]] std::int64_t rounds_of_group(std::int64_t ranks, std::int64_t tile) const {
    return (longest_shard(ranks) + tile - 1) / tile;
  }
  /// Source row of signal `first` of a group and of the `count` that follow it.
  [[nodiscard]] RowRun signals(std::int64_t group, Shard some) const;

  std::int64_t n_groups_ = 1;
  std::int64_t rows_per_group_ = 0;
  std::int64_t row_stride_ = 1;  ///< between a group's result rows; groups begin at group, or behind each other
  std::int64_t n_signals_ = 0;
  std::vector<ChannelPair> pairs_;
};

}  // namespace pac
