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

}  // namespace
