// Which result rows there are, from which signals, and how ranks work them off.
#include "core/row_groups.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "core/digest.hpp"

namespace pac {

RowGroups::RowGroups(const SignalShape& shape, std::vector<ChannelPair> pairs, bool trials)
    : rows_per_group_(shape.n_rows()), pairs_(std::move(pairs)) {
  if (!pairs_.empty()) {
    n_groups_ = shape.n_batches;
    rows_per_group_ = std::ssize(pairs_);
    n_signals_ = shape.n_channels;
  } else if (trials) {
    n_groups_ = shape.n_channels;
    rows_per_group_ = shape.n_batches;
    row_stride_ = shape.n_channels;
    n_signals_ = shape.n_batches;
  }
}

std::uint64_t RowGroups::digest() const {
  Digest digest;
  for (const ChannelPair& pair : pairs_) {
    digest.add(static_cast<std::uint64_t>(pair.phase));
    digest.add(static_cast<std::uint64_t>(pair.amplitude));
  }
  return digest.value();
}

RowRun RowGroups::rows(std::int64_t ranks, std::int64_t rank, std::int64_t tile, std::int64_t round) const {
  const std::int64_t per_group = rounds_of_group(ranks, tile);
  const std::int64_t group = round / per_group;
  const Shard piece = piece_of(shard_of(rows_per_group_, ranks, rank), tile, round % per_group);
  const std::int64_t begin = row_stride_ > 1 ? group : group * rows_per_group_;
  return {begin + piece.first * row_stride_, piece.count, row_stride_};
}

RowRun RowGroups::signals(std::int64_t group, Shard some) const {
  if (!pairs_.empty()) return {group * n_signals_ + some.first, some.count};
  return {group + some.first * row_stride_, some.count, row_stride_};
}

void RowGroups::read(RowSource& source, std::int64_t ranks, std::int64_t rank, std::int64_t tile, std::int64_t round,
                     std::int64_t pad, RowBlock& block) const {
  const RowRun own = rows(ranks, rank, tile, round);
  if (n_signals_ == 0) return source.read(own, pad, block);
  const std::int64_t per_group = rounds_of_group(ranks, tile);
  const std::int64_t group = round / per_group;
  const bool begins = round % per_group == 0;
  if (begins || block.group.index != group) {
    const Shard filtered = shard_of(n_signals_, ranks, rank);
    source.read(signals(group, filtered), pad, block);
    block.group = {group, n_signals_, filtered, true, {}};
  }
  block.group.begins = begins;
  block.rows = own;
  block.group.sources.clear();
  const std::int64_t first = shard_of(rows_per_group_, ranks, rank).first + round % per_group * tile;
  for (std::int64_t k = first; k < first + own.count; ++k) {
    block.group.sources.push_back(pairs_.empty() ? ChannelPair{k, k} : pairs_[static_cast<std::size_t>(k)]);
  }
}

void RowGroups::read_alone(RowSource& source, std::int64_t row, std::int64_t pad, RowBlock& block) const {
  if (n_signals_ == 0) return source.read({row, 1}, pad, block);
  ChannelPair of{0, 0};
  if (pairs_.empty()) {
    const std::int64_t trial = row / row_stride_;
    of = {trial, trial};
    source.read(signals(row % row_stride_, {0, n_signals_}), pad, block);
  } else {
    const ChannelPair pair = pairs_[static_cast<std::size_t>(row % rows_per_group_)];
    const std::int64_t first = row / rows_per_group_ * n_signals_ + std::min(pair.phase, pair.amplitude);
    const std::int64_t distance = std::abs(pair.phase - pair.amplitude);
    const bool two = distance > 0;
    source.read({first, two ? 2 : 1, std::max<std::int64_t>(1, distance)}, pad, block);
    of = {pair.phase > pair.amplitude ? 1 : 0, pair.amplitude > pair.phase ? 1 : 0};
  }
  const auto held = static_cast<std::int64_t>(block.mean.size());
  block.group = {0, held, {0, held}, true, {of}};
  block.rows = {row, 1};
}

}  // namespace pac
