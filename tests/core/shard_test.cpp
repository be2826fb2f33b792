// Shards cover everything once, in order, evenly.
#include "core/shard.hpp"

#include <gtest/gtest.h>

namespace {

using pac::piece_of;
using pac::Shard;
using pac::shard_of;

TEST(Shard, CoversEveryIndexOnceWithSizesThatDifferByAtMostOne) {
  for (std::int64_t total : {0, 1, 2, 7, 64, 101}) {
    for (std::int64_t ranks : {1, 2, 3, 5, 8, 120}) {
      std::int64_t next = 0;
      for (std::int64_t rank = 0; rank < ranks; ++rank) {
        const Shard shard = shard_of(total, ranks, rank);
        EXPECT_EQ(shard.first, next);
        EXPECT_GE(shard.count, total / ranks);
        EXPECT_LE(shard.count, total / ranks + 1);
        next = shard.end();
      }
      EXPECT_EQ(next, total);
    }
  }
}

TEST(Shard, PiecesCoverTheShardAndAreEmptyBehindIt) {
  const Shard shard{10, 7};
  EXPECT_EQ(piece_of(shard, 3, 0), (Shard{10, 3}));
  EXPECT_EQ(piece_of(shard, 3, 2), (Shard{16, 1}));
  EXPECT_EQ(piece_of(shard, 3, 3).count, 0);
  EXPECT_EQ(piece_of(Shard{5, 0}, 3, 0).count, 0);
}

static_assert(shard_of(5, 3, 0).count == 2 && shard_of(5, 3, 2).count == 1);

}  // namespace
