// The plan: lengths, extension, shifts, refusals; Philox against Random123's published answers.
#include "core/plan.hpp"

#include <set>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/philox.hpp"
#include "reference/oracle.hpp"

namespace {

using namespace pac;

SignalShape shape_of(std::int64_t n_times, double fs_hz = 512) {
  SignalShape shape;
  shape.n_batches = 1;
  shape.n_channels = 1;
  shape.n_times = n_times;
  shape.fs_hz = fs_hz;
  return shape;
}

TEST(Plan, StandardCase) {
  Config config;
  const Plan cropped = make_plan(config, shape_of(4096));
  EXPECT_EQ(cropped.pad, 768);
  EXPECT_EQ(cropped.hilbert_length, 4096);
  EXPECT_EQ(cropped.n_pha(), 20);
  EXPECT_EQ(cropped.n_amp(), 30);
  config.hilbert = Hilbert::extended;
  EXPECT_EQ(make_plan(config, shape_of(4096)).hilbert_length, 5670);
}

TEST(Plan, RefusesRowsThatAreTooShort) {
  Config config;
  EXPECT_THROW(make_plan(config, shape_of(3)), Error);
  EXPECT_NO_THROW(make_plan(config, shape_of(4)));
  config.n_perm = 5;
  config.min_shift = 33;
  EXPECT_NO_THROW(make_plan(config, shape_of(66)));
  EXPECT_THROW(make_plan(config, shape_of(65)), Error);
}

TEST(Plan, ShiftsStayInRangeAndDependOnRowSeedAndNumberAlone) {
  Config config;
  config.n_perm = 2000;
  config.min_shift = 5;
  const Plan plan = make_plan(config, shape_of(64));
  const auto shifts = surrogate_shifts(plan, 7);
  EXPECT_EQ(shifts, surrogate_shifts(plan, 7));
  EXPECT_NE(shifts, surrogate_shifts(plan, 8));
  EXPECT_EQ(std::set<std::int64_t>(shifts.begin(), shifts.end()).size(), 55U);  // every admissible shift occurs
  EXPECT_EQ(*std::min_element(shifts.begin(), shifts.end()), 5);
  EXPECT_EQ(*std::max_element(shifts.begin(), shifts.end()), 59);
  config.n_perm = 10;
  const auto fewer = surrogate_shifts(make_plan(config, shape_of(64)), 7);
  EXPECT_TRUE(std::equal(fewer.begin(), fewer.end(), shifts.begin()));
  config.min_shift = 32;  // one shift is left
  for (const std::int64_t shift : surrogate_shifts(make_plan(config, shape_of(64)), 0)) EXPECT_EQ(shift, 32);
}

TEST(Plan, AllShiftsAreEveryAdmissibleOneOnce) {
  Config config;
  config.all_shifts = true;
  config.min_shift = 5;
  const Plan plan = make_plan(config, shape_of(64));
  ASSERT_EQ(plan.n_perm, 55);
  const auto shifts = surrogate_shifts(plan, 3);
  for (std::size_t k = 0; k < shifts.size(); ++k) EXPECT_EQ(shifts[k], 5 + static_cast<std::int64_t>(k));
  config.surrogate = Surrogate::shift_phase;
  EXPECT_EQ(surrogate_shifts(make_plan(config, shape_of(64)), 3), shifts);
  config.n_perm = 5;
  EXPECT_THROW(make_plan(config, shape_of(64)), Error);
  config.n_perm = 0;
  config.surrogate = Surrogate::swap_trials;
  EXPECT_THROW(make_plan(config, shape_of(64)), Error);
}

TEST(Plan, ExplicitShiftsAreTakenInTheirOrder) {
  Config config;
  config.shifts = {40, 3, 40};
  const Plan plan = make_plan(config, shape_of(64));
  EXPECT_EQ(plan.n_perm, 3);
  EXPECT_EQ(surrogate_shifts(plan, 0), (std::vector<std::int64_t>{40, 3, 40}));
  EXPECT_EQ(surrogate_shifts(plan, 9), (std::vector<std::int64_t>{40, 3, 40}));
  config.surrogate = Surrogate::shift_phase;
  EXPECT_EQ(surrogate_shifts(make_plan(config, shape_of(64)), 0), (std::vector<std::int64_t>{24, 61, 24}));
  for (const std::int64_t wrong : {0, 64, -3}) {
    config.shifts = {wrong};
    EXPECT_THROW(make_plan(config, shape_of(64)), Error);
  }
  config.shifts = {1};
  config.all_shifts = true;
  EXPECT_THROW(make_plan(config, shape_of(64)), Error);
}

TEST(Plan, WhatAsksForSurrogatesWithoutAnyIsRefused) {
  Config config;
  config.surrogate_max = true;
  EXPECT_THROW(make_plan(config, shape_of(64)), Error);
  config.n_perm = 1;
  EXPECT_TRUE(make_plan(config, shape_of(64)).map_shape().surrogate_max);
  config = Config();
  config.surrogate = Surrogate::swap_trials;
  EXPECT_THROW(make_plan(config, shape_of(64)), Error);
  config = Config();
  config.shifts = {4};
  config.min_shift = 2;
  EXPECT_THROW(make_plan(config, shape_of(64)), Error);
  config = Config();
  config.n_perm = 1;
  config.min_shift = std::int64_t{5} << 60;
  EXPECT_THROW(make_plan(config, shape_of(64)), Error);
}

TEST(Plan, AShiftOfThePhaseIsTheOppositeOneOfTheAmplitude) {
  Config config;
  config.n_perm = 50;
  config.min_shift = 9;
  const auto of_amplitude = surrogate_shifts(make_plan(config, shape_of(64)), 7);
  config.surrogate = Surrogate::shift_phase;
  const auto of_phase = surrogate_shifts(make_plan(config, shape_of(64)), 7);
  for (std::size_t k = 0; k < of_phase.size(); ++k) EXPECT_EQ(of_phase[k], 64 - of_amplitude[k]);
}

TEST(Plan, TheSmallestShiftMayBeInSeconds) {
  Config config;
  config.n_perm = 5;
  config.min_shift_sec = 0.05;  // at 512 Hz 25.6 samples
  EXPECT_EQ(make_plan(config, shape_of(64)).min_shift, 26);
  config.min_shift_sec = 2.0 / 512;
  EXPECT_EQ(make_plan(config, shape_of(64)).min_shift, 2);
  config.min_shift_sec = 1e-9;
  EXPECT_EQ(make_plan(config, shape_of(64)).min_shift, 1);
  config.min_shift_sec = 33.0 / 512;
  EXPECT_THROW(make_plan(config, shape_of(64)), Error);
  config.min_shift_sec = 1e300;
  EXPECT_THROW(make_plan(config, shape_of(64)), Error);
  config.min_shift_sec = 0.01;
  config.min_shift = 2;
  EXPECT_THROW(make_plan(config, shape_of(64)), Error);
}

TEST(Philox, GivesRandom123sKnownAnswers) {
  // kat_vectors of Random123: philox4x32 10 rounds, counter and key all zero, all ones.
  EXPECT_EQ(philox(0, 0, 0, static_cast<Stream>(0)),
            (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox(~std::uint64_t{0}, ~std::uint64_t{0}, 0xffffffff, static_cast<Stream>(0xffffffff)),
            (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
}

}  // namespace
