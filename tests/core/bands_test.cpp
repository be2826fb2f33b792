// Bands from ranges and given ones.
#include "core/bands.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace {

using namespace pac;

TEST(Bands, RangeFollowsGpacsRule) {
  const auto bands = bands_of_range(2, 18, 20, 4);
  ASSERT_EQ(bands.size(), 20U);
  EXPECT_EQ(bands.front(), (Band{2, 2.5}));   // clipped at the start
  EXPECT_EQ(bands.back(), (Band{13.5, 18}));  // and at the end
  const double centre = 2 + 16.0 / 19 * 10;
  EXPECT_NEAR(bands[10].lo_hz, centre * 0.75, 1e-12);
  EXPECT_NEAR(bands[10].hi_hz, centre * 1.25, 1e-12);
  EXPECT_EQ(bands_of_range(0.4, 4, 2, 4).front().lo_hz, 0.5);  // never below 0.5 Hz
}

TEST(Bands, BadBandsAreNamed) {
  const auto refusal = [](std::vector<Band> pha) {
    Config config;
    config.pha_bands = std::move(pha);
    try {
      phase_bands(config);
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Exit::usage);
      return std::string(error.what());
    }
    return std::string("accepted");
  };
  EXPECT_NE(refusal({{4, 8}, {8, 8}}).find("band 1 (8-8 Hz)"), std::string::npos);
  EXPECT_NE(refusal({{250, 256}}).find("256 Hz"), std::string::npos);
  EXPECT_NE(refusal({{0, 4}}).find("above 0"), std::string::npos);
  EXPECT_EQ(refusal({{4, 255.9}}), "accepted");
}

}  // namespace
