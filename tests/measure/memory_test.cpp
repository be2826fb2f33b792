// Memory as the kernel counts it.
#include "measure/memory.hpp"

#include <cstdint>
#include <fstream>
#include <memory>

#include <gtest/gtest.h>

namespace {

using namespace pac;

constexpr std::int64_t size = 64 << 20;

/// Takes and touches `size` bytes, and gives them back.
void use_memory() {
  const auto block = std::make_unique<char[]>(size);
  for (std::int64_t i = 0; i < size; i += 4096) static_cast<volatile char*>(block.get())[i] = 1;
}

TEST(Memory, IsPlausible) {
  EXPECT_GT(host_peak_bytes(), 1 << 20);
  EXPECT_LT(host_peak_bytes(), std::int64_t{1} << 40);
  EXPECT_LE(host_resident_bytes(), host_peak_bytes() + (1 << 20));
}

TEST(Memory, ThePeakIsThatOfWhatCameAfterItWasForgotten) {
  use_memory();
  EXPECT_GT(host_peak_bytes(), size);
  if (!std::ofstream("/proc/self/clear_refs")) GTEST_SKIP() << "no /proc/self/clear_refs";
  forget_host_peak();
  const std::int64_t base = host_resident_bytes();
  EXPECT_LT(host_peak_bytes() - base, size / 2);
  use_memory();
  EXPECT_GT(host_peak_bytes() - base, size - (4 << 20));
}

}  // namespace
