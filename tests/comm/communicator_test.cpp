// What ranks say to each other, on any number of them. Run under mpirun; each rank runs all tests.
#include "comm/communicator.hpp"

#include <chrono>
#include <ctime>
#include <new>
#include <thread>

#include <gtest/gtest.h>

#include "comm/session.hpp"

namespace {

using namespace pac;

const Communicator* world = nullptr;

TEST(Communicator, KnowsRanksAndHost) {
  EXPECT_GE(world->rank(), 0);
  EXPECT_LT(world->rank(), world->size());
  EXPECT_LT(world->local_rank(), world->local_size());
  EXPECT_LE(world->local_size(), world->size());
  EXPECT_FALSE(world->host().empty());
  EXPECT_EQ(world->is_root(), world->rank() == 0);
}

TEST(Communicator, BroadcastsRankZerosText) {
  const std::string text(100000, 'x');
  EXPECT_EQ(world->broadcast(world->is_root() ? text : "other"), text);
  EXPECT_EQ(world->broadcast(""), "");
}

TEST(Communicator, GathersTextsOfAnyLength) {
  const std::string mine(static_cast<std::size_t>(world->rank()) * 3, 'a');
  const auto all = world->all_gather(mine);
  ASSERT_EQ(all.size(), static_cast<std::size_t>(world->size()));
  for (std::size_t r = 0; r < all.size(); ++r) EXPECT_EQ(all[r], std::string(r * 3, 'a'));
}

TEST(Communicator, SumsMaximaAndNumbers) {
  const std::int64_t n = world->size();
  EXPECT_EQ(world->sum(std::int64_t{world->rank()}), n * (n - 1) / 2);
  EXPECT_EQ(world->sum(std::uint64_t{1} << 63), n % 2 == 0 ? 0U : std::uint64_t{1} << 63);
  EXPECT_EQ(world->max(std::int64_t{-world->rank()}), 0);
  const auto all = world->gather({1.0 * world->rank(), 0.5});
  if (world->is_root()) {
    ASSERT_EQ(all.size(), static_cast<std::size_t>(2 * n));
    EXPECT_EQ(all[static_cast<std::size_t>(2 * n - 2)], static_cast<double>(n - 1));
  } else {
    EXPECT_TRUE(all.empty());
  }
}

TEST(Communicator, TellsHowFarClocksAreApart) {
  constexpr double apart_s = 3600;  // any time that a busy machine may take is less
  const auto offsets = world->clock_offsets_s([] {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration<double>(now).count() - apart_s * world->rank();
  });
  ASSERT_EQ(offsets.size(), world->is_root() ? static_cast<std::size_t>(world->size()) : 0U);
  for (std::size_t r = 0; r < offsets.size(); ++r) {
    EXPECT_NEAR(offsets[r], -apart_s * static_cast<double>(r), apart_s / 4);
  }
  if (world->is_root()) {
    EXPECT_EQ(offsets[0], 0);
  }
}

TEST(Communicator, GathersUnevenShardsIntoPlace) {
  for (const std::int64_t total : {0, 1, 2, 4, 7, 23}) {  // also fewer rows than ranks
    constexpr std::int64_t width = 3;
    const Shard shard = shard_of(total, world->size(), world->rank());
    std::vector<int> mine;
    for (std::int64_t i = shard.first * width; i < shard.end() * width; ++i) mine.push_back(static_cast<int>(i));
    std::vector<int> whole(world->is_root() ? static_cast<std::size_t>(total * width) : 0, -1);
    world->gather_rows(mine.data(), shard, width * static_cast<std::int64_t>(sizeof(int)), whole.data());
    for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_EQ(whole[i], static_cast<int>(i));
  }
}

TEST(Communicator, GathersRowsApartIntoPlace) {
  constexpr std::int64_t stride = 5;
  const Shard shard = shard_of(7, world->size(), world->rank());
  for (const std::int64_t offset : {0, 3}) {
    std::vector<int> mine;
    for (std::int64_t i = shard.first; i < shard.end(); ++i) mine.push_back(static_cast<int>(i));
    std::vector<int> whole(world->is_root() ? 7 * stride : 0, -1);
    world->gather_rows(mine.data(), {offset + shard.first * stride, shard.count, stride}, sizeof(int), whole.data());
    for (std::size_t i = 0; i < whole.size(); ++i) {
      const auto from = static_cast<std::int64_t>(i) - offset;
      EXPECT_EQ(whole[i], from >= 0 && from % stride == 0 ? static_cast<int>(from / stride) : -1);
    }
  }
}

TEST(Communicator, BringsRowsTogetherOnAllRanks) {
  for (const std::int64_t total : {0, 1, 2, 7, 23}) {
    constexpr std::int64_t width = 3;
    const Shard shard = shard_of(total, world->size(), world->rank());
    std::vector<int> whole(static_cast<std::size_t>(total * width), -1);
    for (std::int64_t i = shard.first * width; i < shard.end() * width; ++i) {
      whole[static_cast<std::size_t>(i)] = static_cast<int>(i);
    }
    world->all_gather_rows(whole.data(), shard, width * static_cast<std::int64_t>(sizeof(int)));
    for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_EQ(whole[i], static_cast<int>(i));
  }
}

TEST(Communicator, AgreesOnAFailureOfAnyRank) {
  for (int failing = 0; failing < world->size(); ++failing) {
    try {
      world->agree([&] {
        if (world->rank() == failing) throw Error(Exit::input, "no such file");
      });
      ADD_FAILURE() << "nobody noticed";
    } catch (const AgreedError& error) {
      EXPECT_EQ(error.status(), Exit::input);
      ASSERT_EQ(error.lines().size(), 1U);
      EXPECT_NE(error.lines()[0].find("no such file"), std::string::npos);
      if (world->size() > 1) {
        EXPECT_NE(error.lines()[0].find("[rank " + std::to_string(failing) + ", host " + world->host() + "] no"),
                  std::string::npos);
      }
    }
  }
  world->barrier();  // nobody is left behind
}

TEST(Communicator, AgreesOnceOnWhatAllRanksSay) {
  try {
    world->agree([] { throw Error(Exit::usage, "--fs: bad"); });
    ADD_FAILURE();
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.lines(), std::vector<std::string>{"--fs: bad"});
  }
}

TEST(Communicator, AgreesOnMemoryAndForeignExceptions) {
  const auto status_of = [](const std::function<void()>& work) {
    try {
      world->agree(work);
    } catch (const AgreedError& error) {
      return error.status();
    }
    return Exit::ok;
  };
  const bool last = world->rank() == world->size() - 1;
  EXPECT_EQ(status_of([&] {
              if (last) throw std::bad_alloc();
            }),
            Exit::memory);
  EXPECT_EQ(status_of([&] {
              if (last) throw std::runtime_error("odd");
            }),
            Exit::communication);
  EXPECT_EQ(status_of([] {}), Exit::ok);
  // An agreed failure passes through an outer agreement as it is.
  EXPECT_EQ(status_of([&] {
              world->agree([&] {
                if (last) throw Error(Exit::device, "x");
              });
            }),
            Exit::device);
}

TEST(Communicator, TheFirstRanksAreACommunicatorOfTheirOwn) {
  for (int n = 1; n <= world->size(); ++n) {
    const auto part = world->first(n);
    ASSERT_EQ(part != nullptr, world->rank() < n);
    if (!part) continue;
    EXPECT_EQ(part->size(), n);
    EXPECT_EQ(part->rank(), world->rank());
    EXPECT_EQ(part->sum(std::int64_t{1}), n);
  }
  EXPECT_EQ(world->max(0.5 + world->rank()), world->size() - 0.5);
  EXPECT_TRUE(world->all(true));
  EXPECT_EQ(world->all(world->rank() > 0), false);
}

TEST(Communicator, WhoWaitsQuietlyDoesNotUseItsCore) {
  const auto processor_s = [] { return static_cast<double>(std::clock()) / CLOCKS_PER_SEC; };
  constexpr double pause_s = 0.5;
  const double before = processor_s();
  if (world->is_root()) std::this_thread::sleep_for(std::chrono::duration<double>(pause_s));
  world->quiet_barrier();
  EXPECT_LT(processor_s() - before, pause_s / 4);  // a polling rank uses all of it
}

}  // namespace

int main(int argc, char** argv) {
  Session session(&argc, &argv);
  ::testing::InitGoogleTest(&argc, argv);
  world = &session.world();
  if (!world->is_root()) {  // one voice; failures of other ranks still count
    auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
    delete listeners.Release(listeners.default_result_printer());
  }
  const int mine = RUN_ALL_TESTS();
  return static_cast<int>(session.world().max(std::int64_t{mine}));
}
