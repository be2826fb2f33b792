// A comodulogram's maps by name, and its digest.
#include "core/comodulogram.hpp"

#include <gtest/gtest.h>

#include "core/digest.hpp"

namespace {

using namespace pac;

Comodulogram example(bool statistics) {
  Comodulogram c;
  c.allocate(3, {2, 4, 5, statistics ? 6 : 0, {Measure::mi, Measure::hr}, true, statistics});
  float value = 0;
  for_each_map(c, [&](const char*, std::vector<float>& values, std::int64_t) {
    for (float& x : values) x = value += 0.5F;
  });
  return c;
}

TEST(Comodulogram, MapsAreFoundByName) {
  Comodulogram c = example(false);
  EXPECT_EQ(map_named(c, "preferred_phase"), c.preferred_phase.data());
  EXPECT_EQ(map_named(c, "pac_z"), nullptr);  // there is none
  EXPECT_EQ(map_named(c, "quality"), nullptr);
  const Comodulogram& constant = c;
  EXPECT_EQ(map_named(constant, "pac"), c.pac.data());
}

TEST(Comodulogram, ARowsDigestSeesItsNumberAndEveryValue) {
  const Comodulogram whole = example(true);
  const std::uint64_t digest = row_digest(whole, 1, 7);
  EXPECT_NE(row_digest(whole, 1, 8), digest);
  EXPECT_NE(row_digest(whole, 2, 7), digest);
  EXPECT_NE(row_digest(example(false), 1, 7), digest);
  Comodulogram changed = whole;
  changed.pac[0] = -1;  // of another row
  EXPECT_EQ(row_digest(changed, 1, 7), digest);
  for_each_map(changed, [&](const char* name, std::vector<float>& values, std::int64_t width) {
    const auto last = static_cast<std::size_t>(2 * width - 1);
    const float before = values[last];
    values[last] = -before;
    EXPECT_NE(row_digest(changed, 1, 7), digest) << name;
    values[last] = before;
  });
  changed.quality[8] = 2;
  EXPECT_NE(row_digest(changed, 1, 7), digest);
}

TEST(Digest, IsFnv1a) {
  EXPECT_EQ(hexadecimal(Digest().value()), "cbf29ce484222325");
  Digest digest;
  for (const char c : std::string("foobar")) digest.add(static_cast<std::uint64_t>(c), 1);
  EXPECT_EQ(hexadecimal(digest.value()), "85944171f73967e8");  // the authors' test vector
}

}  // namespace
