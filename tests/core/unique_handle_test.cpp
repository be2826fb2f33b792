// Handles are given back once, by whoever owns them last.
#include "core/unique_handle.hpp"

#include <type_traits>
#include <vector>

#include <gtest/gtest.h>

namespace {

std::vector<int> given_back;

struct Note {
  void operator()(int handle) const noexcept { given_back.push_back(handle); }
};
using Handle = pac::UniqueHandle<int, Note, -1>;

static_assert(!std::is_copy_constructible_v<Handle> && !std::is_copy_assignable_v<Handle>);
static_assert(std::is_nothrow_move_constructible_v<Handle> && std::is_nothrow_move_assignable_v<Handle>);

class UniqueHandle : public testing::Test {
 protected:
  UniqueHandle() { given_back.clear(); }
};

TEST_F(UniqueHandle, GivesBackWhatItOwns) {
  {
    const Handle none;
    EXPECT_FALSE(none);
    const Handle zero(0);
    EXPECT_TRUE(zero);
    EXPECT_EQ(zero.get(), 0);
  }
  EXPECT_EQ(given_back, std::vector<int>{0});
}

TEST_F(UniqueHandle, MovesWithoutGivingBack) {
  {
    Handle first(7);
    Handle second(std::move(first));
    EXPECT_FALSE(first);  // NOLINT: the state after a move is part of the contract
    EXPECT_EQ(second.get(), 7);
    EXPECT_TRUE(given_back.empty());
  }
  EXPECT_EQ(given_back, std::vector<int>{7});
}

TEST_F(UniqueHandle, AssignmentGivesBackTheOldOne) {
  Handle mine(1);
  mine = Handle(2);
  EXPECT_EQ(given_back, std::vector<int>{1});
  Handle& same = mine;
  mine = std::move(same);
  EXPECT_EQ(mine.get(), 2);
  EXPECT_EQ(given_back, std::vector<int>{1});
}

TEST_F(UniqueHandle, ResetsAndReleases) {
  Handle mine(3);
  mine.reset(4);
  EXPECT_EQ(given_back, std::vector<int>{3});
  EXPECT_EQ(mine.release(), 4);
  EXPECT_FALSE(mine);
  mine.reset();
  EXPECT_EQ(given_back, std::vector<int>{3});
}

}  // namespace
