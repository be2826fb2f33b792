// Threads run once each, wait for each other, and hand on what they throw.
#include "model/cpu/team.hpp"

#include <algorithm>
#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include <gtest/gtest.h>
#include <sched.h>

namespace {

using namespace pac::cpu;

TEST(Team, ProcessorsAreThoseOfTheProcess) {
  const std::vector<int> all = available_cpus();
  ASSERT_FALSE(all.empty());
  EXPECT_TRUE(std::is_sorted(all.begin(), all.end()));
  std::vector<int> one;
  std::thread bound([&] {  // a thread's own binding, so that the other tests keep theirs
    cpu_set_t mask;
    CPU_ZERO(&mask);
    CPU_SET(static_cast<std::size_t>(all.back()), &mask);
    ASSERT_EQ(sched_setaffinity(0, sizeof mask, &mask), 0);
    one = available_cpus();
  });
  bound.join();
  EXPECT_EQ(one, std::vector<int>{all.back()});
}

TEST(Team, EachMemberRunsOnce) {
  for (const int threads : {1, 2, 5}) {
    std::vector<std::atomic<int>> runs(static_cast<std::size_t>(threads));
    for (int again = 0; again < 3; ++again) {
      run_threads(threads, [&](int member) { ++runs[static_cast<std::size_t>(member)]; });
    }
    for (const auto& count : runs) EXPECT_EQ(count, 3);
  }
}

TEST(Team, ExceptionsReachTheCaller) {
  EXPECT_THROW(run_threads(3,
                           [](int member) {
                             if (member == 2) throw std::runtime_error("member 2");
                           }),
               std::runtime_error);
}

TEST(Team, BarrierLetsNobodyThroughEarly) {
  TeamBarrier barrier(4);
  std::vector<int> written(4);
  std::atomic<int> sum{0};
  run_threads(4, [&](int member) {
    written[static_cast<std::size_t>(member)] = member + 1;
    barrier.wait();
    int seen = 0;
    for (const int value : written) seen += value;
    sum += seen;
  });
  EXPECT_EQ(sum, 40);
}

}  // namespace
