// Placements that cost speed or mislead are told, each in one line with its remedy, and no other.
#include "bench/placement.hpp"

#include <gtest/gtest.h>

namespace pac {
namespace {

RankInfo rank_on(const std::string& host, std::int64_t threads, const std::string& cpus) {
  RankInfo rank;
  rank.host = host;
  rank.threads = threads;
  rank.cpus = cpus;
  return rank;
}

RankInfo with_device(const std::string& host, const std::string& uuid, std::int64_t visible) {
  RankInfo rank = rank_on(host, 1, "");
  rank.device_uuid = uuid;
  rank.visible_devices = visible;
  return rank;
}

void expect_warning(const std::vector<RankInfo>& ranks, const std::vector<std::string>& words) {
  const auto warnings = placement_warnings(ranks);
  ASSERT_EQ(warnings.size(), words.empty() ? 0U : 1U) << (warnings.empty() ? "none" : warnings[0]);
  for (const std::string& word : words) {
    EXPECT_NE(warnings[0].find(word), std::string::npos) << word << " in: " << warnings[0];
  }
}

TEST(CpuList, ShortensRuns) {
  const auto text = [](const std::vector<int>& cpus) { return cpu_list(cpus); };
  EXPECT_EQ(text({}), "");
  EXPECT_EQ(text({7}), "7");
  EXPECT_EQ(text({0, 1, 2, 3, 8}), "0-3,8");
  EXPECT_EQ(text({1, 3, 4, 1024}), "1,3-4,1024");
}

TEST(PlacementWarnings, NothingToSay) {
  expect_warning({}, {});
  expect_warning({rank_on("a", 2, "0-1")}, {});
  expect_warning({rank_on("a", 2, "0-3"), rank_on("a", 2, "0-3")}, {});  // unbound, room for all
  expect_warning({rank_on("a", 2, "0-1"), rank_on("b", 2, "0-1")}, {});  // hosts count their own
  expect_warning({rank_on("a", 2, "0-3"), rank_on("a", 2, "0-1")}, {});  // the first can move
  expect_warning({rank_on("a", 8, ""), rank_on("a", 8, "0-1")}, {});     // not known
  expect_warning({rank_on("a", 100, "0-99"), rank_on("a", 28, "100-127")}, {});
}

TEST(PlacementWarnings, MoreThreadsThanCores) {
  expect_warning({rank_on("a", 4, "0-3"), rank_on("a", 4, "0-3"), rank_on("b", 1, "0")},
                 {"host a: 8 threads of 2 ranks share 4 cores", "--threads 2", "--bind-to none"});
  expect_warning({rank_on("a", 1, "0"), rank_on("a", 1, "0")}, {"2 threads of 2 ranks share 1 core;", "fewer ranks"});
  expect_warning({rank_on("a", 3, "0-1"), rank_on("b", 3, "0-1"), rank_on("c", 3, "0-1")},
                 {"host a: 3 threads of 1 rank", "--threads 2", "so on 2 other hosts"});
}

TEST(PlacementWarnings, BindingsThatOverlap) {
  expect_warning({rank_on("a", 2, "0-1"), rank_on("a", 2, "0-1"), rank_on("a", 1, "2-7")},
                 {"host a: threads of rank 1, bound to 0-1, share cores while others idle (5 threads, 8 cores)",
                  "--threads 1", "--cpu-bind=cores"});
  expect_warning({rank_on("a", 1, "0-1"), rank_on("a", 1, "0-1"), rank_on("a", 1, "1"), rank_on("a", 1, "2-5")},
                 {"rank 2, bound to 1"});
}

TEST(PlacementWarnings, RanksThatSeeOneGpuEachOfSeveral) {
  expect_warning({with_device("a", "G0", 1), with_device("a", "G1", 1)},
                 {"host a", "one of 2 GPUs", "--gpu-bind=none"});
  expect_warning({with_device("a", "G0", 2), with_device("a", "G1", 2)}, {});
  expect_warning({with_device("a", "G0", 1), with_device("a", "G1", 2)}, {});
  expect_warning({with_device("a", "G0", 1), with_device("b", "G1", 1)}, {});
  expect_warning({with_device("a", "G0", 1), with_device("a", "G0", 1)}, {});  // --oversubscribe
  expect_warning({with_device("a", "", -1), with_device("a", "", -1)}, {});    // CPUs
}

TEST(PlacementWarnings, ClocksApart) {
  std::vector<RankInfo> ranks{rank_on("a", 1, "0"), rank_on("b", 1, "0"), rank_on("c", 1, "0")};
  ranks[1].clock_offset_s = 0.3;
  ranks[2].clock_offset_s = -0.1;
  expect_warning(ranks, {});
  ranks[2].clock_offset_s = -2.7;
  expect_warning(ranks, {"clock of host b (rank 1) is 3 s ahead of that of host c (rank 2)", "chrony"});
}

}  // namespace
}  // namespace pac
