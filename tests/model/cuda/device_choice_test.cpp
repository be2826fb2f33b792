// Every rank gets a device to itself where that can be, whatever part of the host's devices it is shown.
#include "model/cuda/device_choice.hpp"

#include <gtest/gtest.h>

namespace {

using namespace pac::cuda;
using Choice = std::vector<std::size_t>;

TEST(DeviceChoice, RanksThatSeeAllTakeThemInTurn) {
  const RankView all{"a", {"G0", "G1", "G2"}};
  EXPECT_EQ(choose_devices({all, all, all}), (Choice{0, 1, 2}));
  EXPECT_EQ(choose_devices({all, all, all, all, all}), (Choice{0, 1, 2, 0, 1}));
}

TEST(DeviceChoice, HostsAreApart) {
  const RankView a{"a", {"G0", "G1"}};
  const RankView b{"b", {"G0", "G1"}};
  const std::vector<RankView> ranks{a, b, a, b};
  EXPECT_EQ(choose_devices(ranks), (Choice{0, 0, 1, 1}));
  EXPECT_EQ(sharing_complaint(ranks, choose_devices(ranks)), "");
}

TEST(DeviceChoice, RanksThatSeeTheirOwnAloneTakeIndexZero) {
  EXPECT_EQ(choose_devices({{"a", {"G0"}}, {"a", {"G1"}}, {"a", {"G2"}}}), (Choice{0, 0, 0}));
}

TEST(DeviceChoice, GroupsOfRanksMayBeInterleaved) {
  const RankView near{"a", {"G0", "G1"}};
  const RankView far{"a", {"G2", "G3"}};
  EXPECT_EQ(choose_devices({near, far, near, far}), (Choice{0, 0, 1, 1}));
}

TEST(DeviceChoice, AnOwnerMovesForARankThatSeesLess) {
  const std::vector<RankView> ranks{{"a", {"G0", "G1"}}, {"a", {"G1", "G2"}}, {"a", {"G0"}}, {"a", {"G3"}}};
  const Choice choice = choose_devices(ranks);
  EXPECT_EQ(choice, (Choice{1, 1, 0, 0}));
  EXPECT_EQ(sharing_complaint(ranks, choice), "");
}

TEST(DeviceChoice, SharingIsToldWithItsRemedy) {
  const std::vector<RankView> ranks{{"n1", {"GPU-x"}}, {"n1", {"GPU-x"}}, {"n2", {"GPU-y", "GPU-z"}}};
  const std::string line = sharing_complaint(ranks, choose_devices(ranks));
  for (const char* part : {"ranks 0 and 1", "GPU-x of host n1", "n1 shows 1 GPU to 2 ranks",
                           "n2 shows 2 GPUs to 1 rank", "--gpus-per-node", "--gpu-bind=none", "--oversubscribe"}) {
    EXPECT_NE(line.find(part), std::string::npos) << part << " in: " << line;
  }
}

}  // namespace
