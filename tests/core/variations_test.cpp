// The cases of a sweep.
#include "core/variations.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/fault.hpp"

namespace {

using namespace pac;

std::vector<std::string> labels(const Config& config) {
  std::vector<std::string> list;
  for (const VariedCase& one : varied_cases(config)) list.push_back(one.label);
  return list;
}

Config with(std::vector<Variation> axes) {
  Config config;
  config.vary = std::move(axes);
  return config;
}

std::string refusal(const Config& config) {
  try {
    varied_cases(config);
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Exit::usage);
    return error.what();
  }
  return "accepted";
}

TEST(Variations, OneAtATimeFromTheBaseWithoutItsOwnValues) {
  const Config config = with({{"n_perm", {"0", "200"}}, {"hilbert", {"cropped", "extended"}}, {"mem_limit", {"1G"}}});
  EXPECT_EQ(labels(config), (std::vector<std::string>{"base", "n_perm=200", "hilbert=extended", "mem_limit=1G"}));
  const auto cases = varied_cases(config);
  EXPECT_EQ(cases[1].config.n_perm, 200);
  EXPECT_EQ(cases[1].config.hilbert, Hilbert::cropped);
  EXPECT_EQ(cases[2].config.n_perm, 0);
  EXPECT_EQ(cases[2].config.hilbert, Hilbert::extended);
  // Every case states every numeric axis.
  using Variables = std::vector<std::pair<std::string, double>>;
  EXPECT_EQ(cases[1].variables, (Variables{{"n_perm", 200}, {"mem_limit", 0}}));
  EXPECT_EQ(cases[3].variables, (Variables{{"n_perm", 0}, {"mem_limit", 1073741824}}));
}

TEST(Variations, FullGridIsEveryCombination) {
  Config config = with({{"n_perm", {"0", "8"}}, {"fs", {"512", "1024", "2048"}}});
  config.full_grid = true;
  EXPECT_EQ(labels(config), (std::vector<std::string>{"n_perm=0 fs=512", "n_perm=0 fs=1024", "n_perm=0 fs=2048",
                                                      "n_perm=8 fs=512", "n_perm=8 fs=1024", "n_perm=8 fs=2048"}));
}

TEST(Variations, ShuffledOrderIsTheSeedsAndLosesNothing) {
  Config config;
  const auto ordered = labels(config);
  config.shuffle = true;
  const auto shuffled = labels(config);
  EXPECT_NE(shuffled, ordered);
  EXPECT_EQ(shuffled, labels(config));
  EXPECT_EQ(std::set<std::string>(shuffled.begin(), shuffled.end()),
            std::set<std::string>(ordered.begin(), ordered.end()));
  config.seed = 43;
  EXPECT_NE(labels(config), shuffled);
}

TEST(Variations, DefaultAxesAreGpacs) {
  Config config;
  std::set<std::string> axes;
  for (const Variation& axis : default_variations(false)) axes.insert(axis.option);
  EXPECT_EQ(axes, (std::set<std::string>{"n_batches", "batch_size", "n_channels", "seq_sec", "fs", "pha_n_bands",
                                         "amp_n_bands", "n_perm"}));
  const std::size_t all = labels(config).size();
  config.quick = true;
  EXPECT_LT(labels(config).size(), all);
}

TEST(Variations, EveryNumberAndChoiceOfTheRunVaries) {
  Config defaults;
  describe(defaults, [&]<class Value>(const char* name, const Value& value, OptionGroup group, auto&&...) {
    const bool type = std::is_arithmetic_v<Value> || std::is_enum_v<Value> || std::is_same_v<Value, Bytes>;
    const bool own = group == OptionGroup::output || group == OptionGroup::measuring || group == OptionGroup::sweep ||
                     group == OptionGroup::planning;
    const std::string words = refusal(with({{name, {to_text(value)}}}));
    if (type && !own) {
      EXPECT_EQ(words, "accepted") << name;
    } else {
      EXPECT_NE(words.find(std::string("--vary ") + name), std::string::npos) << name;
    }
  });
}

TEST(Variations, RefusalsNameTheAxis) {
  EXPECT_NE(refusal(with({{"n_prem", {"1"}}})).find("n_perm"), std::string::npos);
  EXPECT_NE(refusal(with({{"n_perm", {"1", "many"}}})).find("'many' is not a whole number"), std::string::npos);
  Config config = with({{"batch_size", {"1"}}});
  config.input = "night.edf";
  EXPECT_NE(refusal(config).find("has no effect on --input"), std::string::npos);
}

TEST(Faults, AreReadFromText) {
  const Faults found = parse_faults("slow:surrogates:0.25;wrong:3;memory:1:100;version:2;clock:3:-0.5");
  EXPECT_EQ(found.slow_stage, "surrogates");
  EXPECT_EQ(found.slow_s, 0.25);
  EXPECT_EQ(found.wrong_row, 3);
  EXPECT_EQ(found.memory_rank, 1);
  EXPECT_EQ(found.memory_rows, 100);
  EXPECT_EQ(found.version_rank, 2);
  EXPECT_EQ(found.clock_rank, 3);
  EXPECT_EQ(found.clock_s, -0.5);
  EXPECT_THROW(parse_faults("slower:x"), Error);
  EXPECT_THROW(parse_faults("slow:surrogates:soon"), Error);
}

TEST(Variations, ValuesOutOfRangeAreRefused) {
  for (const Variation& axis : {Variation{"min_shift", {"1", "-5"}}, {"n_bins", {"300"}}, {"n_perm", {"-1"}}}) {
    Config config;
    config.vary = {axis};
    EXPECT_THROW(varied_cases(config), Error) << axis.option;
  }
}

}  // namespace
