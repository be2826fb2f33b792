// The floors of the stages, on figures worked out by hand.
#include "model/cuda/floors.hpp"

#include <cstdio>

#include <gtest/gtest.h>

namespace {

using namespace pac;

constexpr std::int64_t n_rows = 128;

/// 132 multiprocessors at 1.755 GHz and 3.0e12 bytes a second: an H100's figures.
Peaks peaks() {
  cuda::Device device;
  device.multiprocessors = 132;
  device.capability_major = 9;
  return cuda::peaks_of(device, 1.755e9, 3.0e12);
}

/// The standard case: rows of 4096 samples at 512 Hz, 20 x 30 bands, 18 bins.
StageFloors standard(Hilbert hilbert, std::int64_t n_perm, std::int64_t rows = n_rows) {
  Config config;
  config.hilbert = hilbert;
  config.n_perm = n_perm;
  SignalShape shape;
  shape.fs_hz = 512;
  shape.n_times = 4096;
  const Plan plan = make_plan(config, shape);
  return cuda::floors_of(plan, cuda::Geometry(plan, 232448), rows, peaks());
}

StageFloor floor_of(const StageFloors& floors, Stage stage) { return floors[static_cast<std::size_t>(stage)]; }

void print(const char* title, const StageFloors& floors) {
  for (std::size_t s = 0; s < stage_names.size(); ++s) {
    std::printf("%-9s %-10s memory %8.2f us  arithmetic %8.2f us\n", title, stage_names[s], 1e6 * floors[s].memory_s,
                1e6 * floors[s].arithmetic_s);
  }
}

void expect_near(double found_s, double expected_s) { EXPECT_NEAR(found_s, expected_s, 0.01 * expected_s); }

TEST(Floors, PeaksFollowTheChip) {
  EXPECT_DOUBLE_EQ(peaks().flops_per_s, 132 * 1.755e9 * 256);  // 59 TFLOP/s
  EXPECT_DOUBLE_EQ(peaks().words_per_s, 132 * 1.755e9 * 32);   // 7.4e12 words/s
  cuda::Device a100;
  a100.multiprocessors = 108;
  a100.capability_major = 8;
  EXPECT_DOUBLE_EQ(cuda::peaks_of(a100, 1.41e9, 1).flops_per_s, 108 * 1.41e9 * 128);  // 19.5 TFLOP/s
}

// pad = 768, so 5632 samples; L = 5670 = 2 3^4 5 7, 2836 frequencies, log2 L = 12.469.
TEST(Floors, ExtendedStandardCase) {
  const StageFloors floors = standard(Hilbert::extended, 0);
  print("extended", floors);
  // 128 (4 * 5632 + 8 * 2836) bytes = 5.788 MB; 128 * 2.5 * 5670 * 12.469 = 22.62 MFLOP.
  expect_near(floor_of(floors, Stage::spectrum).memory_s, 5.788e6 / 3.0e12);
  expect_near(floor_of(floors, Stage::spectrum).arithmetic_s, 22.62e6 / 59.30e12);
  // 128 (8 * 2836 + 20 * 4096 + 4 * 30 * 4096) bytes = 76.30 MB; 128 * 50 * 5 * 5670 * 12.469 = 2.262 GFLOP.
  expect_near(floor_of(floors, Stage::analytic).memory_s, 76.30e6 / 3.0e12);
  expect_near(floor_of(floors, Stage::analytic).arithmetic_s, 2.262e9 / 59.30e12);
  // 128 (140 * 4096 + 9 * 600) bytes = 74.09 MB; 18 bins * 8 s * (sum of centres 194.26 Hz) = 27,974 boundaries a row,
  // times 128 * 30 = 107.4e6 words.
  expect_near(floor_of(floors, Stage::bin_sums).memory_s, 74.09e6 / 3.0e12);
  expect_near(floor_of(floors, Stage::bin_sums).arithmetic_s, 107.4e6 / 7.413e12);
  EXPECT_EQ(floor_of(floors, Stage::surrogates).least_s(), 0);
}

TEST(Floors, SurrogatesOfTheStandardCaseTakeAboutThreeMilliseconds) {
  const StageFloors floors = standard(Hilbert::cropped, 200);
  print("cropped", floors);
  expect_near(floor_of(floors, Stage::surrogates).arithmetic_s, 200 * 107.4e6 / 7.413e12);  // 2.90 ms
  // 128 (4 * 30 * 4096 + 28 * 600) bytes = 65.06 MB.
  expect_near(floor_of(floors, Stage::surrogates).memory_s, 65.06e6 / 3.0e12);
  EXPECT_NEAR(floor_of(floors, Stage::surrogates).least_s(), 3e-3, 0.2e-3);
}

TEST(Floors, CroppedAddsTwoTransformsOfEachPairOfBands) {
  const StageFloors extended = standard(Hilbert::extended, 0);
  const StageFloors cropped = standard(Hilbert::cropped, 0);
  // N = 4096: 128 * 25 pairs * 10 * 4096 * 12 = 1.573 GFLOP beside those of the filters, of which there are half as
  // many as with `extended`, none longer than 5760.
  const double added_s = 1.573e9 / 59.30e12;
  EXPECT_GT(floor_of(cropped, Stage::analytic).arithmetic_s, added_s);
  EXPECT_LT(floor_of(cropped, Stage::analytic).arithmetic_s,
            added_s + 0.55 * floor_of(extended, Stage::analytic).arithmetic_s);
}

TEST(Floors, GrowWithTheRows) {
  const StageFloors one = standard(Hilbert::cropped, 10, 1);
  const StageFloors many = standard(Hilbert::cropped, 10, 1000);
  for (std::size_t s = 0; s < one.size(); ++s) {
    EXPECT_DOUBLE_EQ(many[s].memory_s, 1000 * one[s].memory_s);
    EXPECT_DOUBLE_EQ(many[s].arithmetic_s, 1000 * one[s].arithmetic_s);
  }
}

}  // namespace
