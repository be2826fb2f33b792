// Transforms and their wisdom.
#include "model/cpu/fft.hpp"

#include <cmath>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace {

using namespace pac::cpu;

TEST(Fft, ForwardAndBackwardGiveTheSignalBack) {
  for (const std::int64_t n : {5, 64, 301}) {
    const AlignedArray<float> x(2 * n), f(2 * n), y(2 * n);
    for (std::int64_t i = 0; i < 2 * n; ++i) x[i] = std::sin(static_cast<float>(i * i));
    Fft(Transform::complex_forward, n)(x.data(), f.data());
    Fft(Transform::complex_backward, n)(f.data(), y.data());
    for (std::int64_t i = 0; i < 2 * n; ++i) EXPECT_NEAR(y[i] / static_cast<float>(n), x[i], 1e-5);
  }
}

TEST(Fft, TwoPlansOfOneTransformGiveTheSameBits) {
  const std::int64_t n = 1440;
  const AlignedArray<float> x(2 * n), a(2 * n), b(2 * n);
  for (std::int64_t i = 0; i < 2 * n; ++i) x[i] = std::cos(static_cast<float>(i * 7));
  Fft(Transform::complex_forward, n)(x.data(), a.data());
  Fft(Transform::complex_forward, n)(x.data(), b.data());
  EXPECT_EQ(std::memcmp(a.data(), b.data(), static_cast<std::size_t>(a.bytes())), 0);
}

TEST(Fft, WisdomGoesThroughTheCacheFileAndRubbishIsRefused) {
  const std::string folder = ::testing::TempDir() + "pacbench_wisdom_test_" + std::to_string(getpid());
  setenv("PACBENCH_CACHE", folder.c_str(), 1);
  Fft(Transform::complex_forward, 480);
  store_cached_wisdom(export_wisdom());
  EXPECT_EQ(load_cached_wisdom(), export_wisdom());
  EXPECT_TRUE(import_wisdom(load_cached_wisdom()));
  EXPECT_FALSE(import_wisdom("rubbish"));
  EXPECT_FALSE(import_wisdom(""));
  setenv("PACBENCH_CACHE", "/proc/no/such/place", 1);
  store_cached_wisdom("x");  // no place for it: nothing happens
  EXPECT_EQ(load_cached_wisdom(), "");
  unsetenv("PACBENCH_CACHE");
}

}  // namespace
