// Ranks that see no device: every one of them learns so, in one line. Run under mpirun, with no device to be seen.
#include <gtest/gtest.h>

#include "comm/session.hpp"
#include "core/error.hpp"
#include "model/cuda/device.hpp"
#include "model/cuda/nccl_gather.hpp"

namespace {

using namespace pac;
using namespace pac::cuda;

const Communicator* world = nullptr;

Config with(Backend backend) {
  Config config;
  config.backend = backend;
  return config;
}

TEST(NoDevice, IsCountedWithAReason) {
  const Visible visible = visible_devices();
  EXPECT_EQ(visible.count, 0);
  EXPECT_TRUE(visible.why == "no NVIDIA driver on this host" ||
              visible.why == "no GPU is visible (CUDA_VISIBLE_DEVICES is empty)" ||
              visible.why.starts_with("the driver supports CUDA "))
      << visible.why;
}

TEST(NoDevice, IsWantedOnlyWhereAskedFor) {
  EXPECT_FALSE(wanted(with(Backend::cpu), *world));
  EXPECT_FALSE(wanted(with(Backend::automatic), *world));
  try {
    static_cast<void>(wanted(with(Backend::cuda), *world));
    FAIL();
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.status(), Exit::device);
    ASSERT_EQ(error.lines().size(), 1U);
    EXPECT_EQ(error.lines()[0], "--backend cuda: " + visible_devices().why + "; use --backend cpu, or auto");
  }
}

TEST(NoDevice, CannotBeBound) {
  try {
    static_cast<void>(bind_device(with(Backend::cuda), *world));
    FAIL();
  } catch (const AgreedError& error) {
    EXPECT_EQ(error.status(), Exit::device);
    ASSERT_EQ(error.lines().size(), 1U);
    EXPECT_NE(error.lines()[0].find("--backend cpu"), std::string::npos) << error.lines()[0];
  }
}

TEST(NoDevice, GathersNothing) { EXPECT_THROW(NcclGather(*world, 5), AgreedError); }

}  // namespace

int main(int argc, char** argv) {
  Session session(&argc, &argv);
  testing::InitGoogleTest(&argc, argv);
  world = &session.world();
  const int mine = RUN_ALL_TESTS();
  return static_cast<int>(session.world().max(std::int64_t{mine}));
}
