// The scaling model's arithmetic: turns of rows on shared cores, what each part of a job takes, what binds. Exact
// numbers; how well it meets measured times is scripts/check_plan.py's.
#include "core/scaling_model.hpp"

#include <gtest/gtest.h>

#include "core/config.hpp"

namespace {

using namespace pac;

Nodes nodes_of(std::int64_t ranks, std::int64_t cores, std::int64_t threads = 1) {
  return {ranks, cores, threads, false};
}

/// A row computes in 1 s: 0.125, 0.25, 0.5 and 0.125 s in the four stages; everything else takes no time.
ScalingCosts compute_only() {
  ScalingCosts costs;
  costs.row_s = {0.125, 0.25, 0.5, 0.125};
  return costs;
}

TEST(Turns, RowsDivideOverRanksAndThreads) {
  EXPECT_EQ(turns_of(8, 1, nodes_of(1, 1)), 8);
  EXPECT_EQ(turns_of(8, 4, nodes_of(4, 4)), 2);
  EXPECT_EQ(turns_of(8, 1, nodes_of(1, 2, 2)), 4);
  EXPECT_EQ(turns_of(7, 1, nodes_of(1, 2, 2)), 4);     // the last row leaves one thread idle
  EXPECT_EQ(turns_of(1, 1, nodes_of(1, 4, 4)), 0.25);  // four threads in one row
  EXPECT_EQ(turns_of(3, 1, nodes_of(1, 8, 8)), 0.5);   // two in each of three
}

TEST(Turns, TheLargestShardDecides) {
  EXPECT_EQ(turns_of(9, 4, nodes_of(4, 4)), 3);
  EXPECT_EQ(turns_of(9, 8, nodes_of(1, 1)), 2);
  EXPECT_EQ(turns_of(3, 8, nodes_of(2, 2)), 1);  // more ranks than rows
}

TEST(Turns, RanksShareCores) {
  EXPECT_EQ(turns_of(8, 4, nodes_of(4, 2)), 4);     // as on two ranks
  EXPECT_EQ(turns_of(8, 2, nodes_of(4, 2)), 4);     // no sharing yet
  EXPECT_EQ(turns_of(8, 8, nodes_of(4, 2)), 2);     // two nodes
  EXPECT_EQ(turns_of(5, 4, nodes_of(4, 2)), 3);     // a row each at half speed, then one alone
  EXPECT_EQ(turns_of(9, 8, nodes_of(4, 2)), 3);     // only one rank of the first node has two
  EXPECT_EQ(turns_of(3, 8, nodes_of(8, 2)), 1.5);   // three ranks have a row, on two cores
  EXPECT_EQ(turns_of(8, 2, nodes_of(2, 2, 2)), 4);  // two ranks of two threads: 2 turns, each twice as long
}

TEST(Turns, GpusAreNotShared) {
  const Nodes nodes{4, 2, 8, true};
  EXPECT_EQ(turns_of(9, 4, nodes), 3);
  EXPECT_EQ(turns_of(5, 1, nodes), 5);
}

TEST(Predict, ComputeBound) {
  const ScalingPrediction p = predict(16, 4, nodes_of(4, 4), compute_only());
  EXPECT_EQ(p.compute_s, 4);
  EXPECT_EQ(p.stage_s, (PerRowStage{0.5, 1, 2, 0.5}));
  EXPECT_EQ(p.wall_s, 4);
  EXPECT_EQ(p.job_s, 4);
  EXPECT_EQ(p.bound, Bound::compute);
  EXPECT_EQ(p.bound_share, 1);
  EXPECT_EQ(predict(16, 4, nodes_of(4, 2), compute_only()).bound, Bound::shared_cores);
  EXPECT_EQ(predict(16, 4, nodes_of(4, 2), compute_only()).compute_s, 8);
  EXPECT_EQ(predict(3, 4, nodes_of(4, 4), compute_only()).bound, Bound::too_few_rows);
  EXPECT_EQ(predict(3, 4, nodes_of(4, 2), compute_only()).bound, Bound::shared_cores);
  EXPECT_EQ(predict(3, 4, {4, 2, 1, true}, compute_only()).bound, Bound::too_few_rows);
}

TEST(Predict, GatherBound) {
  ScalingCosts costs = compute_only();
  costs.result_bytes_per_row = 1000;
  costs.gathers = 3;
  costs.copy_bytes_per_s = 1e6;
  costs.network_bytes_per_s = 250;
  costs.write_bytes_per_s = 1e9;
  // 8 rows on 2 nodes of 2 ranks: 4 within rank 0's node, 4 from the other.
  const ScalingPrediction p = predict(8, 4, nodes_of(2, 2), costs);
  EXPECT_DOUBLE_EQ(p.gather_s, 4000 / 1e6 + 4000 / 250.0);
  EXPECT_DOUBLE_EQ(p.wall_s, 2 + p.gather_s);
  EXPECT_EQ(p.bound, Bound::network);
  EXPECT_DOUBLE_EQ(p.bound_share, 16 / p.job_s);
  // On one node nothing crosses the link; uneven shards: 9 rows, the node's two ranks hold 3 and 2.
  EXPECT_DOUBLE_EQ(predict(8, 2, nodes_of(2, 2), costs).gather_s, 8000 / 1e6);
  EXPECT_DOUBLE_EQ(predict(9, 4, nodes_of(2, 2), costs).gather_s, 5000 / 1e6 + 4000 / 250.0);
  costs.copy_bytes_per_s = 100;
  EXPECT_EQ(predict(8, 2, nodes_of(2, 2), costs).bound, Bound::memory);
}

TEST(Predict, LatencyBound) {
  ScalingCosts costs;
  costs.gathers = 3;
  costs.network_latency_s = 0.5;
  costs.message_s = 0.25;
  // 8 ranks, 2 on rank 0's node: a tree of 3 and one for the rows; 6 messages that rank 0 takes.
  const ScalingPrediction p = predict(8, 8, nodes_of(2, 2), costs);
  EXPECT_EQ(p.gather_s, 3 * ((3 + 1) * 0.5 + 6 * 0.25));
  EXPECT_EQ(p.bound, Bound::latency);
  EXPECT_EQ(predict(8, 2, nodes_of(2, 2), costs).gather_s, 0);
  costs.rows_per_tile = 1;  // 16 rows in two rounds
  EXPECT_EQ(predict(16, 8, nodes_of(2, 2), costs).gather_s, 2 * p.gather_s);
}

TEST(Predict, ReadingUploadAndWriting) {
  ScalingCosts costs = compute_only();
  costs.read_row_s = 2;
  EXPECT_EQ(predict(8, 4, nodes_of(4, 4), costs).read_s, 4);  // each rank makes its own
  EXPECT_EQ(predict(8, 4, nodes_of(4, 2), costs).read_s, 8);  // four on two cores
  costs.shared_reading = true;
  const ScalingPrediction read = predict(8, 4, nodes_of(4, 4), costs);
  EXPECT_EQ(read.read_s, 16);  // no faster than one
  EXPECT_EQ(read.wall_s, 2);   // before what is measured
  EXPECT_EQ(read.job_s, 18);
  EXPECT_EQ(read.bound, Bound::reading);
  costs.rows_per_tile = 2;
  EXPECT_EQ(predict(8, 4, nodes_of(4, 4), costs).wall_s, 2);   // a shard is one tile
  EXPECT_EQ(predict(8, 2, nodes_of(4, 4), costs).wall_s, 20);  // two tiles, read in the pass

  costs = compute_only();
  costs.upload_row_s = 3;
  EXPECT_EQ(predict(8, 4, {4, 4, 1, true}, costs).upload_s, 6);
  EXPECT_EQ(predict(8, 4, {4, 4, 1, true}, costs).bound, Bound::upload);
  costs = compute_only();
  costs.result_bytes_per_row = 1;
  costs.write_bytes_per_s = 0.5;
  costs.copy_bytes_per_s = costs.network_bytes_per_s = 1e9;
  EXPECT_EQ(predict(8, 4, nodes_of(4, 4), costs).write_s, 16);
  EXPECT_EQ(predict(8, 4, nodes_of(4, 4), costs).bound, Bound::writing);
}

TEST(RowWork, FollowsThePlan) {
  SignalShape shape;
  shape.n_batches = shape.n_channels = 1;
  shape.n_times = 4096;
  shape.fs_hz = 512;
  Config config;
  const PerRowStage plain = row_work(make_plan(config, shape));
  EXPECT_EQ(plain[3], 0);
  config.n_perm = 100;
  const PerRowStage some = row_work(make_plan(config, shape));
  config.n_perm = 200;
  const PerRowStage more = row_work(make_plan(config, shape));
  for (std::size_t s = 0; s < 3; ++s) EXPECT_EQ(plain[s], more[s]);
  EXPECT_EQ(more[3], 2 * some[3]);
  // Bands about 6 and 10 Hz in 8 s: 128 turns of 18 boundaries, each for 30 amplitude bands.
  config.pha_bands = {{4, 8}, {8, 12}};
  EXPECT_EQ(make_plan(config, shape).expected_boundaries(), 128 * 18);
  EXPECT_DOUBLE_EQ(row_work(make_plan(config, shape))[3], 200.0 * (128 * 18 * 30 + 20 * 2 * 30 * 18));
  config.pha_bands = {{40, 60}};
  EXPECT_EQ(make_plan(config, shape).expected_boundaries(), 4096);  // at most one a sample
  config.pha_bands.clear();
  config.hilbert = Hilbert::extended;
  EXPECT_LT(row_work(make_plan(config, shape))[1], more[1]);

  config = Config();
  EXPECT_EQ(gathers_of(make_plan(config, shape)), 3);
  config.n_perm = 1;
  config.distributions = true;
  EXPECT_EQ(gathers_of(make_plan(config, shape)), 11);
}

}  // namespace
