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

TEST(Philox, GivesRandom123sKnownAnswers) {
  // kat_vectors of Random123: philox4x32 10 rounds, counter and key all zero, all ones.
  EXPECT_EQ(philox(0, 0, 0, static_cast<Stream>(0)),
            (std::array<std::uint32_t, 4>{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  EXPECT_EQ(philox(~std::uint64_t{0}, ~std::uint64_t{0}, 0xffffffff, static_cast<Stream>(0xffffffff)),
            (std::array<std::uint32_t, 4>{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
}

}  // namespace
