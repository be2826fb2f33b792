// Lists of pairs of channels and what is wrong with them.
#include "core/channel_pairs.hpp"

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/rows.hpp"

namespace pac {
namespace {

SignalShape signals() {
  SignalShape shape;
  shape.n_batches = 1;
  shape.n_channels = 4;
  shape.channel_names = {"Fp1", "Fp2", "7", "Fp2"};
  return shape;
}

std::string refusal(const std::string& text) {
  try {
    listed_channel_pairs("pairs.txt", text, signals());
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Exit::input);
    return error.what();
  }
  return "";
}

TEST(ChannelPairs, AllAreOrderedAndHoldEachChannelWithItself) {
  EXPECT_EQ(all_channel_pairs(2), (std::vector<ChannelPair>{{0, 0}, {0, 1}, {1, 0}, {1, 1}}));
}

TEST(ChannelPairs, AListTakesNumbersNamesAndComments) {
  const auto pairs =
      listed_channel_pairs("pairs.txt", "# phase amplitude\n0 3\n\n  Fp1\t1 # by name\r\n3 7\n", signals());
  EXPECT_EQ(pairs, (std::vector<ChannelPair>{{0, 3}, {0, 1}, {3, 2}}));
}

TEST(ChannelPairs, ABadLineIsNamedWithItsNumberAndWord) {
  EXPECT_EQ(refusal("0 1\n0 4\n"),
            "pairs.txt: line 2: '4' is no channel of the signals; give 0 to 3 or a channel's name");
  EXPECT_EQ(refusal("-1 0\n").substr(0, 24), "pairs.txt: line 1: '-1' ");
  EXPECT_NE(refusal("0 1x\n").find("'1x' is no channel"), std::string::npos);
  EXPECT_NE(refusal("0 1 2\n").find("line 1: 3 words; give two"), std::string::npos);
  EXPECT_NE(refusal("\n0\n").find("line 2: 1 words; give two"), std::string::npos);
  EXPECT_NE(refusal("Fp1 Fp2\n").find("'Fp2' is the name of several channels"), std::string::npos);
  EXPECT_NE(refusal("# nothing\n").find("lists no pair"), std::string::npos);
}

TEST(ChannelPairs, AreNamedByTheirChannels) {
  EXPECT_EQ(names_of_pairs({{0, 1}, {2, 2}}, names_of_channels(signals())),
            (std::vector<std::string>{"Fp1 -> Fp2", "7 -> 7"}));
  SignalShape unnamed = signals();
  unnamed.channel_names.clear();
  EXPECT_EQ(names_of_pairs({{3, 0}}, names_of_channels(unnamed)), std::vector<std::string>{"3 -> 0"});
}

}  // namespace
}  // namespace pac
