// Things have places to themselves where that can be.
#include "core/matching.hpp"

#include <algorithm>
#include <vector>

#include <gtest/gtest.h>

namespace {

using Places = std::vector<int>;

/// How many of the things are placed, in their order.
std::size_t placed(const std::vector<Places>& places) {
  pac::Matching<Places> matching([&](std::size_t thing) -> auto& { return places[thing]; });
  std::size_t count = 0;
  for (std::size_t thing = 0; thing < places.size(); ++thing) count += matching.place(thing) ? 1U : 0U;
  EXPECT_EQ(matching.owners().size(), count);
  for (const auto& [place, thing] : matching.owners()) {
    EXPECT_EQ(std::count(places[thing].begin(), places[thing].end(), place), 1);
  }
  return count;
}

TEST(Matching, OwnersMoveForThingsWithFewerPlaces) {
  EXPECT_EQ(placed({{0, 1}, {0}}), 2U);
  EXPECT_EQ(placed({{0, 1}, {1, 2}, {0}, {3}}), 4U);
  EXPECT_EQ(placed({{0, 1}, {1, 0}, {0, 1}, {2}}), 3U);
  EXPECT_EQ(placed({{}, {5}}), 1U);
}

TEST(Matching, OneOfManyMayBeTooMany) {
  Places all;
  for (int i = 0; i < 512; ++i) all.push_back(i);
  EXPECT_EQ(placed(std::vector<Places>(513, all)), 512U);
}

}  // namespace
