// Result rows by groups, rounds and ranks: each once, with the signals it needs.
#include "core/row_groups.hpp"

#include <map>
#include <set>

#include <gtest/gtest.h>

#include "core/config.hpp"
#include "core/plan.hpp"
#include "core/synthetic.hpp"

namespace pac {
namespace {

std::unique_ptr<RowSource> signals(std::int64_t n_batches, std::int64_t n_channels) {
  Config config;
  config.batch_size = n_batches;
  config.n_channels = n_channels;
  config.seq_sec = 0.125;
  return synthetic_signals(config);
}

/// Every row is some rank's in some round, once.
void expect_each_row_once(const RowGroups& groups, std::int64_t ranks, std::int64_t tile) {
  std::map<std::int64_t, int> seen;
  for (std::int64_t round = 0; round < groups.rounds(ranks, tile); ++round) {
    for (std::int64_t rank = 0; rank < ranks; ++rank) {
      const RowRun rows = groups.rows(ranks, rank, tile, round);
      EXPECT_LE(rows.count, tile);
      for (std::int64_t i = 0; i < rows.count; ++i) ++seen[rows.at(i)];
    }
  }
  EXPECT_EQ(std::ssize(seen), groups.n_rows());
  for (const auto& [row, times] : seen) {
    EXPECT_EQ(times, 1) << "row " << row;
    EXPECT_TRUE(row >= 0 && row < groups.n_rows());
  }
}

TEST(RowGroups, EveryRowIsComputedOnce) {
  const auto source = signals(3, 4);
  for (const std::int64_t ranks : {1, 2, 3, 5, 20}) {
    for (const std::int64_t tile : {1, 2, 7}) {
      expect_each_row_once(RowGroups(source->shape(), {}, false), ranks, tile);
      expect_each_row_once(RowGroups(source->shape(), all_channel_pairs(4), false), ranks, tile);
      expect_each_row_once(RowGroups(source->shape(), {}, true), ranks, tile);
    }
  }
}

TEST(RowGroups, SignalsThemselvesAreDividedAsShards) {
  const auto source = signals(3, 4);
  const RowGroups groups(source->shape(), {}, false);
  EXPECT_EQ(groups.n_signals(), 0);
  EXPECT_EQ(groups.rows(5, 1, 2, 0), piece_of(shard_of(12, 5, 1), 2, 0));
  EXPECT_EQ(groups.rows(5, 1, 2, 1), piece_of(shard_of(12, 5, 1), 2, 1));
}

/// What a rank's block holds are the samples of the group's signals that it filters.
void expect_own_signals(const RowGroups& groups, RowSource& source, std::int64_t row_of_signal_0, std::int64_t stride) {
  constexpr std::int64_t ranks = 2;
  for (std::int64_t rank = 0; rank < ranks; ++rank) {
    RowBlock block;
    groups.read(source, ranks, rank, 100, 1, 3, block);
    EXPECT_EQ(block.group.index, 1);
    EXPECT_EQ(block.group.own, shard_of(groups.n_signals(), ranks, rank));
    for (std::int64_t i = 0; i < block.group.own.count; ++i) {
      RowBlock one;
      source.read({row_of_signal_0 + (block.group.own.first + i) * stride, 1}, 3, one);
      EXPECT_TRUE(std::ranges::equal(block.row(i), one.row(0)));
    }
    for (std::int64_t i = 0; i < block.rows.count; ++i) {
      const ChannelPair of = block.group.sources[static_cast<std::size_t>(i)];
      const std::int64_t row = block.rows.at(i);
      if (groups.pairs().empty()) {
        EXPECT_EQ(of, (ChannelPair{row / stride, row / stride}));
      } else {
        EXPECT_EQ(of, groups.pairs()[static_cast<std::size_t>(row) % groups.pairs().size()]);
      }
    }
  }
}

TEST(RowGroups, BlocksHoldTheSignalsOfTheirRank) {
  const auto source = signals(3, 4);
  expect_own_signals(RowGroups(source->shape(), {{0, 3}, {2, 1}, {3, 3}}, false), *source, 4, 1);
  expect_own_signals(RowGroups(source->shape(), {}, true), *source, 1, 4);
}

TEST(RowGroups, RoundsOfOneGroupReadItsSignalsOnce) {
  const auto source = signals(2, 3);
  const RowGroups groups(source->shape(), all_channel_pairs(3), false);
  RowBlock block;
  groups.read(*source, 1, 0, 5, 0, 3, block);
  EXPECT_TRUE(block.group.begins);
  const float* const samples = block.samples.data();
  block.samples[0] = 1e9F;  // stays where nothing is read
  groups.read(*source, 1, 0, 5, 1, 3, block);
  EXPECT_FALSE(block.group.begins);
  EXPECT_EQ(block.samples.data(), samples);
  EXPECT_EQ(block.samples[0], 1e9F);
  EXPECT_EQ(block.rows, RowRun(5, 4));
  groups.read(*source, 1, 0, 5, 2, 3, block);
  EXPECT_TRUE(block.group.begins);
  EXPECT_NE(block.samples[0], 1e9F);
}

TEST(RowGroups, ARowAloneReadsItsOwnSignals) {
  const auto source = signals(2, 3);
  const RowGroups groups(source->shape(), all_channel_pairs(3), false);
  const std::int64_t row = 9 + 2 * 3;  // batch item 1, phase of channel 2, amplitude of channel 0
  RowBlock block;
  groups.read_alone(*source, row, 3, block);
  const ChannelPair of = block.group.sources.at(0);
  RowBlock one;
  source->read({3 + 2, 1}, 3, one);
  EXPECT_TRUE(std::ranges::equal(block.row(of.phase), one.row(0)));
  source->read({3, 1}, 3, one);
  EXPECT_TRUE(std::ranges::equal(block.row(of.amplitude), one.row(0)));
  EXPECT_EQ(block.rows, RowRun(row, 1));
  groups.read_alone(*source, 4, 3, block);  // channel 1 with itself
  EXPECT_EQ(block.mean.size(), 1U);
}

TEST(SurrogateTrials, AreDrawnFromTheGivenOnesByRowAndPermutation) {
  Plan plan;
  plan.n_perm = 200;
  const std::vector<std::int64_t> trials{0, 2, 5};
  const auto drawn = surrogate_trials(plan, trials, 7);
  EXPECT_EQ(std::set<std::int64_t>(drawn.begin(), drawn.end()), (std::set<std::int64_t>{0, 2, 5}));
  EXPECT_EQ(drawn, surrogate_trials(plan, trials, 7));
  EXPECT_NE(drawn, surrogate_trials(plan, trials, 8));
  EXPECT_TRUE(surrogate_trials(plan, {}, 7).empty());
}

}  // namespace
}  // namespace pac
