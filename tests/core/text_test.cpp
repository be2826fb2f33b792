// Every option's text reads back as the same value, and bad text is refused with option, text and expectation.
#include <functional>

#include <gtest/gtest.h>

#include "core/config.hpp"
#include "core/error.hpp"

namespace {

using namespace pac;

Config unusual() {
  Config c;
  c.input = "a file.h5:/x";
  c.layout = Layout::tc;
  c.fs = 1000.0 / 3;
  c.channels.indices = {0, 3, 4, 5, 9};
  c.coupling = {{6, 80, 0.8}, {4.5, 60.25, 1e-3}};
  c.seed = ~std::uint64_t{0};
  c.pha_bands = {{4, 8}, {8.5, 13}};
  c.amp_bands = {{1e-1, 40}, {60, 90}};
  c.n_perm = 200;
  c.hilbert = Hilbert::extended;
  c.bin_statistic = BinStatistic::sum;
  c.distributions = true;
  c.backend = Backend::cpu;
  c.gather = Gather::mpi;
  c.mem_limit = {std::uint64_t{3} << 29};
  c.timeout = 0.1;
  c.ranks = {1, 64, 1024};
  c.network_bandwidth = {12.5e6 / 3};
  return c;
}

TEST(Text, EveryOptionRoundTrips) {
  const Config from = unusual();
  std::vector<std::string> texts;
  describe(from, [&](const char*, const auto& value, OptionGroup, const char*, const char*) {
    texts.push_back(to_text(value));
  });
  Config back;
  std::size_t i = 0;
  describe(back, [&](const char* name, auto& value, OptionGroup, const char*, const char*) {
    parse(option_of(name), texts[i++], value);
  });
  i = 0;
  describe(back, [&](const char* name, const auto& value, OptionGroup, const char*, const char*) {
    EXPECT_EQ(to_text(value), texts[i++]) << name;
  });
  EXPECT_EQ(back.coupling, from.coupling);
  EXPECT_EQ(back.pha_bands, from.pha_bands);
  EXPECT_EQ(back.amp_bands, from.amp_bands);
  EXPECT_EQ(back.fs, from.fs);
  EXPECT_EQ(back.mem_limit, from.mem_limit);
}

TEST(Text, RatesAreBitsOrBytesASecond) {
  Bandwidth rate;
  for (const auto& [text, value] : std::vector<std::pair<std::string, double>>{
           {"10Gbit", 1.25e9}, {"200mbit", 25e6}, {"1.25GB", 1.25e9}, {"8bit", 1}, {"5kB", 5e3}, {"2TB", 2e12}}) {
    parse("--network-bandwidth", text, rate);
    EXPECT_EQ(rate.bytes_per_s, value) << text;
    const std::string back = to_text(rate);
    parse("--network-bandwidth", back, rate);
    EXPECT_EQ(rate.bytes_per_s, value) << back;
  }
  EXPECT_EQ(to_text(Bandwidth{1.25e9}), "1.25GB");
  EXPECT_EQ(to_text(Bandwidth{999}), "999B");
  for (const char* bad : {"", "10", "G", "bit", "10Gb", "-1GB", "0B", "1e400B", "10 GB", "infB", "10MMB"}) {
    EXPECT_THROW(parse("--network-bandwidth", bad, rate), Error) << bad;
  }
}

TEST(Text, ListsOfNumbers) {
  std::vector<std::int64_t> list;
  parse("--ranks", "1,8,64", list);
  EXPECT_EQ(list, (std::vector<std::int64_t>{1, 8, 64}));
  EXPECT_EQ(to_text(list), "1,8,64");
  for (const char* bad : {"1,", ",1", "1,,2", "1-4", "1;2", "one", "1.5"}) {
    EXPECT_THROW(parse("--ranks", bad, list), Error) << bad;
  }
  EXPECT_EQ(list.size(), 3U);  // as it was
  parse("--shifts", "", list);
  EXPECT_TRUE(list.empty());
}

TEST(Text, BytesAreReadableAndExact) {
  Bytes bytes;
  for (const auto& [text, value] : std::vector<std::pair<std::string, std::uint64_t>>{
           {"0", 0}, {"512M", 536870912}, {"2G", 2147483648}, {"1K", 1024}, {"3GiB", 3221225472}, {"100B", 100}}) {
    parse("--mem-limit", text, bytes);
    EXPECT_EQ(bytes.value, value) << text;
  }
  EXPECT_EQ(to_text(Bytes{1536}), "1536");
  EXPECT_EQ(to_text(Bytes{std::uint64_t{1} << 40}), "1T");
}

TEST(Text, ChannelsAreListsAndRanges) {
  ChannelList list;
  parse("--channels", "0,3-5,1", list);
  EXPECT_EQ(list.indices, (std::vector<std::int64_t>{0, 3, 4, 5, 1}));
}

void refused(const std::function<void()>& work, const std::string& part) {
  try {
    work();
    ADD_FAILURE() << "accepted; expected a refusal with " << part;
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Exit::usage);
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(Text, BadValuesNameOptionTextAndExpectation) {
  double number = 0;
  std::int64_t whole = 0;
  Bytes bytes;
  ChannelList channels;
  std::vector<Band> bands;
  std::vector<Coupling> coupling;
  Hilbert hilbert{};
  refused([&] { parse("--fs", "12x", number); }, "--fs: '12x' is not a number");
  refused([&] { parse("--fs", "nan", number); }, "number");
  refused([&] { parse("--n-perm", "1.5", whole); }, "whole number");
  refused([&] { parse("--n-perm", "99999999999999999999", whole); }, "whole number");
  refused([&] { parse("--mem-limit", "12Q", bytes); }, "512M");
  refused([&] { parse("--mem-limit", "99999999999T", bytes); }, "512M");
  refused([&] { parse("--mem-limit", "", bytes); }, "512M");
  for (const char* text : {"3-1", "-1", "a", "1,,2", "0-99999999999"}) {
    refused([&] { parse("--channels", text, channels); }, "0,3-7");
  }
  for (const char* text : {"4", "4-", "-8", "4-8,", "4-8-9"})
    refused([&] { parse("--pha-bands", text, bands); }, "lo-hi");
  refused([&] { parse("--coupling", "6:80", coupling); }, "6:80:0.8");
  refused([&] { parse("--hilbert", "fast", hilbert); }, "cropped|extended");
}

TEST(Text, RangesAreChecked) {
  const std::vector<std::pair<std::string, std::function<void(Config&)>>> cases{
      {"--fs", [](Config& c) { c.fs = 0; }},
      {"--seq-sec", [](Config& c) { c.seq_sec = -1; }},
      {"--batch-size", [](Config& c) { c.batch_size = 0; }},
      {"--n-bins", [](Config& c) { c.n_bins = 1; }},
      {"--n-bins", [](Config& c) { c.n_bins = 256; }},
      {"--n-perm", [](Config& c) { c.n_perm = -1; }},
      {"--min-shift", [](Config& c) { c.min_shift = 0; }},
      {"--repetitions", [](Config& c) { c.repetitions = 0; }},
      {"--coupling",
       [](Config& c) {
         c.coupling = {{6, 80, 2}};
       }},
      {"--coupling",
       [](Config& c) {
         c.coupling = {{6, 300, 0.5}};
       }},
      {"--pha-end-hz", [](Config& c) { c.pha_end_hz = 1; }},
  };
  for (const auto& [option, spoil] : cases) {
    Config c;
    check_ranges(c);
    spoil(c);
    refused([&] { check_ranges(c); }, option);
  }
}

}  // namespace
