// Which of a result's cases is planned from, what its times are taken to be, and what work is made of other options.
#include "bench/scaling_reference.hpp"

#include <utility>

#include <gtest/gtest.h>

#include "bench/scaling_costs.hpp"
#include "bench/scaling_inputs.hpp"
#include "core/error.hpp"

namespace {

using namespace pac;

/// One repetition of 10 s on each rank: 1 s of reading in the pass, 1 s of gathering, 8 s of computing of which the
/// stages know 4.
Case case_of(const std::string& label, std::int64_t n_ranks, double n_rows) {
  Case c;
  c.label = label;
  c.n_ranks = n_ranks;
  c.variables = {{"n_rows", "1", n_rows}, {"n_times", "1", 4096}};
  c.metrics = {{"first_read_s", "s", 3}, {"rows_per_tile", "1", n_rows / static_cast<double>(n_ranks)}};
  c.stages = {"read", "spectrum", "analytic", "bin_sums", "surrogates", "gather"};
  for (std::int64_t rank = 0; rank < n_ranks; ++rank) c.samples.push_back({rank, 0, false, 10, {1, 0.5, 2, 1, 0.5, 1}});
  return c;
}

Record record_of(std::vector<Case> cases) {
  Record record;
  record.verdict = Verdict::passed;
  record.config.n_perm = 10;
  record.cases = std::move(cases);
  for (const auto& [host, local_rank] : {std::pair{"a", 0}, {"a", 1}, {"b", 0}}) {
    RankInfo& rank = record.ranks.emplace_back();
    rank.host = host;
    rank.local_rank = local_rank;
    rank.threads = 2;
    rank.host_cores = 8;
  }
  return record;
}

TEST(ScalingReference, TakesTheFewestRanksThenTheBaseThenTheMostRows) {
  const auto chosen = [](std::vector<Case> cases) { return scaling_reference(record_of(std::move(cases)), "f").label; };
  EXPECT_EQ(chosen({case_of("two", 2, 99), case_of("one", 1, 16)}), "one");
  EXPECT_EQ(chosen({case_of("x1", 1, 16), case_of("x4", 1, 64)}), "x4");
  EXPECT_EQ(chosen({case_of("x1", 1, 64), case_of("base", 1, 16)}), "base");
  Case failed = case_of("no", 1, 64);
  failed.failure = "no memory";
  EXPECT_EQ(chosen({failed, case_of("yes", 3, 16)}), "yes");
  EXPECT_THROW(chosen({failed}), Error);
  Case without_stages = case_of("x", 1, 16);
  without_stages.stages = {"read", "a", "b", "c", "d", "gather"};
  EXPECT_THROW(chosen({without_stages}), Error);
}

TEST(ScalingReference, ComputingIsWhatReadingAndGatheringLeave) {
  const ScalingReference r = scaling_reference(record_of({case_of("x", 1, 16)}), "f");
  EXPECT_EQ(r.stage_s, (PerRowStage{1, 4, 2, 1}));
  EXPECT_EQ(r.gather_s, 1);
  EXPECT_EQ(r.read_s, 3);  // before the pass
  EXPECT_EQ(r.rows_per_tile, 0);
  EXPECT_EQ(r.nodes.ranks_per_node, 2);
  EXPECT_EQ(r.nodes.cores_per_node, 8);
  EXPECT_EQ(r.nodes.threads, 2);
  EXPECT_EQ(r.hosts, 1);
  EXPECT_EQ(scaling_reference(record_of({case_of("x", 3, 18)}), "f").hosts, 2);

  Case streamed = case_of("x", 2, 16);
  streamed.metrics[1].value = 5;  // of 8 rows a rank
  EXPECT_EQ(scaling_reference(record_of({streamed}), "f").rows_per_tile, 5);
  EXPECT_EQ(scaling_reference(record_of({streamed}), "f").read_s, 1);
}

TEST(ScalingReference, OptionsThatACaseVariedAreItsOwn) {
  Case varied = case_of("n_perm=20", 1, 16);
  varied.variables.push_back({"n_perm", "1", 20});
  const Record record = record_of({varied});
  EXPECT_EQ(scaling_reference(record, "f").config.n_perm, 20);
  Record failed = record;
  failed.verdict = Verdict::failed;
  EXPECT_THROW(scaling_reference(failed, "f"), Error);
}

Config with(const std::map<std::string, std::string>& options) {
  Config config;
  describe(config, [&](const char* name, auto& value, auto&&...) {
    if (!options.contains(name)) return;
    parse(name, options.at(name), value);
    config.given.emplace_back(name);
  });
  return config;
}

TEST(ScalingInputs, WhatIsNotGivenIsTheRuns) {
  const ScalingReference r = scaling_reference(record_of({case_of("x", 1, 64)}), "f");
  const ScalingInputs same = scaling_inputs(r, Config());
  EXPECT_EQ(same.shape.n_rows(), 64);  // 4 batch items of 16 channels, whatever --batch-size is by default
  EXPECT_EQ(same.plan.n_perm, 10);
  EXPECT_EQ(same.nodes.ranks_per_node, 4);  // 8 cores for 2 threads each
  EXPECT_EQ(same.nodes.threads, 2);
  EXPECT_EQ(scaling_inputs(r, with({{"ranks_per_node", "8"}})).nodes.threads, 1);  // as the program divides cores
  EXPECT_EQ(scaling_inputs(r, with({{"ranks_per_node", "8"}, {"threads", "2"}})).nodes.threads, 2);
  EXPECT_EQ(scaling_inputs(r, with({{"batch_size", "3"}, {"n_batches", "2"}})).shape.n_rows(), 96);
  EXPECT_EQ(scaling_inputs(r, with({{"n_channels", "2"}})).shape.n_rows(), 8);
  EXPECT_EQ(scaling_inputs(r, with({{"seq_sec", "2"}})).plan.n_times, 1024);
  EXPECT_EQ(scaling_inputs(r, with({{"fs", "1024"}})).plan.n_times, 8192);
  EXPECT_EQ(scaling_inputs(r, with({{"pha_n_bands", "5"}})).plan.n_pha(), 5);
  EXPECT_THROW(scaling_inputs(r, with({{"bin_statistic", "sum"}})), Error);
}

TEST(ScalingInputs, ChannelsThatAFileDoesNotTellMustBeGiven) {
  Record record = record_of({case_of("x", 1, 64)});
  record.config.input = "night.edf";
  const ScalingReference r = scaling_reference(record, "f");
  EXPECT_EQ(r.shape.n_channels, 0);
  EXPECT_EQ(scaling_inputs(r, Config()).shape.n_rows(), 64);
  EXPECT_THROW(scaling_inputs(r, with({{"batch_size", "3"}})), Error);
  EXPECT_EQ(scaling_inputs(r, with({{"batch_size", "3"}, {"n_channels", "5"}})).shape.n_rows(), 15);
}

TEST(ScalingCosts, ARowsSecondsAreOfOneThread) {
  const ScalingReference r = scaling_reference(record_of({case_of("x", 1, 16)}), "f");
  const ScalingInputs same = scaling_inputs(r, Config());
  const ScalingCosts costs = scaling_costs(r, same);
  EXPECT_EQ(costs.row_s, (PerRowStage{1 / 8.0, 4 / 8.0, 2 / 8.0, 1 / 8.0}));  // 16 rows on 2 threads: 8 turns
  EXPECT_EQ(costs.read_row_s, 3 / 16.0);
  EXPECT_EQ(costs.copy_bytes_per_s, 16.0 * static_cast<double>(same.plan.result_bytes_per_row()));
  EXPECT_EQ(costs.gathers, 10);
}

}  // namespace
