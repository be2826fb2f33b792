// main() of test programs that need a GPU: where none is visible, they say why and are skipped (exit status 77).
#include <cstdio>
#include <optional>

#include <gtest/gtest.h>

#include "model/cuda/gpu_session.hpp"

namespace pac {
namespace {
std::optional<GpuSession> opened;
}
const GpuSession& gpu() { return *opened; }
}  // namespace pac

int main(int argc, char** argv) {
  constexpr int skipped = 77;
  pac::Session session(&argc, &argv);
  ::testing::InitGoogleTest(&argc, argv);
  const pac::Communicator& world = session.world();
  return session.guard([&] {
    if (const pac::cuda::Visible visible = pac::cuda::visible_devices(); visible.count == 0) {
      if (world.is_root()) std::printf("skipped: %s\n", visible.why.c_str());
      return skipped;
    }
    pac::Config config;
    config.oversubscribe = true;
    pac::opened.emplace(world, pac::cuda::bind_device(config, world));
    if (!world.is_root()) {  // one voice; failures of other ranks still count
      auto& listeners = ::testing::UnitTest::GetInstance()->listeners();
      delete listeners.Release(listeners.default_result_printer());
    }
    const int mine = RUN_ALL_TESTS();
    return static_cast<int>(world.max(std::int64_t{mine}));
  });
}
