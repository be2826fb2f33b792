// The order of calls of a measurement, seen by a fake communicator and a fake clock.
#include "measure/sampler.hpp"

#include <string>

#include <gtest/gtest.h>

namespace {

using namespace pac;

struct Log {
  std::vector<std::string> calls;
  double now = 0;
};

struct FakeRanks {
  Log* log;
  [[nodiscard]] int rank() const { return 0; }
  [[nodiscard]] int size() const { return 2; }
  [[nodiscard]] bool is_root() const { return true; }
  void barrier() const { log->calls.emplace_back("barrier"); }
  [[nodiscard]] std::vector<double> gather(const std::vector<double>& mine) const {
    log->calls.emplace_back("gather");
    std::vector<double> all = mine;
    for (const double x : mine) all.push_back(x * 10);  // the other rank is ten times slower
    return all;
  }
  [[nodiscard]] double max(double mine) const {
    log->calls.emplace_back("max");
    return mine * 10;
  }
};

struct FakeClock {
  Log* log;
  double operator()() const {
    log->calls.emplace_back("stamp");
    return log->now;
  }
};

TEST(Sampler, BarrierStampStepStampAndWarmupsAreKept) {
  Log log;
  const auto step = [&](std::int64_t repetition) {
    log.calls.push_back("step " + std::to_string(repetition));
    log.now += 1 + static_cast<double>(repetition);
    return std::vector<double>{0.25, 0.5};
  };
  const auto samples = measure(FakeRanks{&log}, {1, 2}, step, FakeClock{&log});
  const std::vector<std::string> expected{"barrier", "stamp",   "step 0", "stamp",  "barrier", "stamp", "step 1",
                                          "stamp",   "barrier", "stamp",  "step 2", "stamp",   "gather"};
  EXPECT_EQ(log.calls, expected);
  ASSERT_EQ(samples.size(), 6U);
  EXPECT_TRUE(samples[0].warmup && samples[1].warmup);
  EXPECT_FALSE(samples[2].warmup);
  EXPECT_EQ(samples[2].rank, 0);
  EXPECT_EQ(samples[3].rank, 1);
  EXPECT_EQ(samples[4].repetition, 2);
  EXPECT_DOUBLE_EQ(samples[2].wall_s, 2);
  EXPECT_DOUBLE_EQ(samples[5].wall_s, 30);
  EXPECT_EQ(samples[5].stage_s, (std::vector<double>{2.5, 5}));
}

TEST(Sampler, PrecisionAsksForTheJobsTimeOutsideTheStampsAndStopsWhenTheMedianIsKnown) {
  Log log;
  std::int64_t steps = 0;
  const auto steady = [&](std::int64_t) {
    ++steps;
    log.now += 1;
    return std::vector<double>{};
  };
  MeasurePolicy policy{1, 2, 0.01};
  const auto samples = measure(FakeRanks{&log}, policy, steady, FakeClock{&log});
  EXPECT_EQ(steps, 1 + 5);  // five equal times know their median; fewer never do
  EXPECT_EQ(samples.size(), 2U * 6U);
  const std::vector<std::string> warmup(log.calls.begin(), log.calls.begin() + 4);
  EXPECT_EQ(warmup, (std::vector<std::string>{"barrier", "stamp", "stamp", "barrier"}));
  const std::vector<std::string> measured(log.calls.begin() + 3, log.calls.begin() + 7);
  EXPECT_EQ(measured, (std::vector<std::string>{"barrier", "stamp", "stamp", "max"}));

  steps = 0;
  const auto unsteady = [&](std::int64_t repetition) {
    ++steps;
    log.now += repetition % 2 == 0 ? 1 : 3;
    return std::vector<double>{};
  };
  policy.most_repetitions = 9;
  measure(FakeRanks{&log}, policy, unsteady, FakeClock{&log});
  EXPECT_EQ(steps, 1 + 9);  // never precise enough
}

TEST(Sampler, GoesOnBehindTheRepetitionsOfAnEarlierRun) {
  Log log;
  std::vector<std::int64_t> steps;
  const auto step = [&](std::int64_t repetition) {
    steps.push_back(repetition);
    log.now += 1;
    return std::vector<double>{0.5};
  };
  std::vector<std::int64_t> behind;
  MeasurePolicy policy{1, 3};
  policy.earlier_job_s = {10, 10};
  const auto after = [&](std::int64_t repetition) { behind.push_back(repetition); };
  const auto samples = measure(FakeRanks{&log}, policy, step, FakeClock{&log}, after);
  EXPECT_EQ(steps, (std::vector<std::int64_t>{2, 3}));
  EXPECT_EQ(behind, steps);
  ASSERT_EQ(samples.size(), 4U);
  EXPECT_EQ(samples[0].repetition, 2);
  EXPECT_EQ(samples[3].repetition, 3);
  EXPECT_FALSE(samples[0].warmup);
  EXPECT_DOUBLE_EQ(samples[3].wall_s, 10);

  policy = {0, 2, 0.01};
  policy.earlier_job_s = {10, 10, 10, 10};  // count for the median too
  steps.clear();
  measure(FakeRanks{&log}, policy, step, FakeClock{&log});
  EXPECT_EQ(steps, (std::vector<std::int64_t>{4}));

  policy = {1, 1};
  policy.earlier_job_s = {10, 10};  // nothing is left
  EXPECT_TRUE(measure(FakeRanks{&log}, policy, step, FakeClock{&log}).empty());
}

TEST(Sampler, OverheadIsTheTimeOfAnEmptyStep) {
  Log log;
  struct Ticking {
    Log* log;
    double operator()() const { return log->now += 0.25; }
  };
  EXPECT_DOUBLE_EQ(harness_overhead_s(FakeRanks{&log}, 6, Ticking{&log}), 2.5);  // of the slower rank
}

}  // namespace
