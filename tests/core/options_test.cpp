// The command line and --config FILE.
#include "core/options.hpp"

#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/error.hpp"

namespace {

using namespace pac;

const std::vector<BenchmarkName> table{{"comodulogram", "is the map right?"}, {"speed", "how fast?"}};

CommandLine read(std::vector<const char*> words) { return read_command_line(words, table); }

std::string refusal(std::vector<const char*> words) {
  try {
    read(std::move(words));
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Exit::usage);
    return error.what();
  }
  return "accepted";
}

TEST(Options, FillConfigAndRemembersWhatWasGiven) {
  const CommandLine line = read({"comodulogram", "--batch-size", "3", "--hilbert=extended", "--overwrite"});
  EXPECT_EQ(line.benchmark, "comodulogram");
  EXPECT_EQ(line.config.batch_size, 3);
  EXPECT_EQ(line.config.hilbert, Hilbert::extended);
  EXPECT_TRUE(line.config.overwrite);
  EXPECT_TRUE(line.config.is_given("batch_size"));
  EXPECT_FALSE(line.config.is_given("n_channels"));
}

TEST(Options, RefusalsAreOneLineWithARemedy) {
  EXPECT_NE(refusal({}).find("pacbench list"), std::string::npos);
  EXPECT_NE(refusal({"comodulogramm"}).find("no such benchmark"), std::string::npos);
  EXPECT_NE(refusal({"comodulogram", "speed"}).find("one benchmark"), std::string::npos);
  EXPECT_NE(refusal({"comodulogram", "--batchsize", "3"}).find("did you mean --batch-size?"), std::string::npos);
  EXPECT_NE(refusal({"comodulogram", "--batch", "3"}).find("unknown option"), std::string::npos);
  EXPECT_NE(refusal({"comodulogram", "--fs"}).find("--fs"), std::string::npos);
  EXPECT_NE(refusal({"comodulogram", "--fs", "1", "--fs", "2"}).find("--fs: given twice"), std::string::npos);
  EXPECT_NE(refusal({"comodulogram", "--fs", "abc"}).find("'abc' is not a number"), std::string::npos);
  EXPECT_NE(refusal({"comodulogram", "--config", "/nowhere/x"}).find("cannot read"), std::string::npos);
  for (const std::string& line : {refusal({}), refusal({"comodulogram", "--fs"})}) {
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
  }
}

TEST(Options, AnswersInsteadOfRunning) {
  EXPECT_NE(read({"--version"}).answer.find("pacbench " + version()), std::string::npos);
  EXPECT_NE(read({"list"}).answer.find("comodulogram\tis the map right?"), std::string::npos);
  const std::string help = read({"--help"}).answer;
  Config defaults;
  describe(defaults, [&](const char* name, const auto&, OptionGroup, const char*, const char*) {
    EXPECT_NE(help.find(option_of(name)), std::string::npos) << name;
  });
  for (const char* heading : {"Signals", "Bands", "PAC", "Engine", "Measuring", "Output", "Exit status"}) {
    EXPECT_NE(help.find(heading), std::string::npos) << heading;
  }
}

TEST(Options, ConfigFileIsReadAndTheCommandLineWins) {
  const std::string path = ::testing::TempDir() + "pacbench_options_test_" + std::to_string(getpid()) + ".cfg";
  std::ofstream(path) << "# a comment\nbatch_size = 5\nn-channels = 2\noverwrite = true\nhilbert = extended\n";
  const CommandLine line = read({"comodulogram", "--config", path.c_str(), "--batch-size", "7"});
  EXPECT_EQ(line.config.batch_size, 7);
  EXPECT_EQ(line.config.n_channels, 2);
  EXPECT_TRUE(line.config.overwrite);
  EXPECT_EQ(line.config.hilbert, Hilbert::extended);
  std::ofstream(path) << "batch_sizes = 5\n";
  EXPECT_NE(refusal({"comodulogram", "--config", path.c_str()}).find("did you mean --batch-size?"), std::string::npos);
  std::ofstream(path) << "overwrite = perhaps\n";
  EXPECT_NE(refusal({"comodulogram", "--config", path.c_str()}).find("true or false"), std::string::npos);
}

TEST(Options, VaryMayBeGivenAgainAndInAFile) {
  const std::vector<Variation> both{{"n_perm", {"0", "200"}}, {"batch_size", {"1", "4"}}};
  EXPECT_EQ(read({"speed", "--vary", "n_perm=0,200", "--vary", "batch-size=1,4"}).config.vary, both);
  EXPECT_EQ(read({"speed", "--vary=n_perm=0,200;--batch-size=1,4"}).config.vary, both);
  const std::string path = ::testing::TempDir() + "pacbench_vary_test_" + std::to_string(getpid()) + ".cfg";
  std::ofstream(path) << "vary = n_perm=0,200;batch_size=1,4\n";
  EXPECT_EQ(read({"speed", "--config", path.c_str()}).config.vary, both);
  EXPECT_NE(refusal({"speed", "--vary", "n_perm"}).find("--vary: 'n_perm' is not an option and its values"),
            std::string::npos);
}

TEST(Options, FilesGoToTheBenchmarkThatTakesThem) {
  const std::vector<BenchmarkName> takers{{"compare", "how do they differ?", 2}};
  const std::vector<const char*> words{"compare", "a.h5", "--quiet", "b.h5"};
  EXPECT_EQ(read_command_line(words, takers).files, (std::vector<std::string>{"a.h5", "b.h5"}));
  const std::vector<const char*> few{"compare", "a.h5"};
  EXPECT_THROW(read_command_line(few, takers), Error);
  const std::vector<const char*> many{"compare", "a.h5", "b.h5", "c.h5"};
  EXPECT_THROW(read_command_line(many, takers), Error);
}

TEST(Options, OneOrMoreFilesAreAllTaken) {
  const std::vector<BenchmarkName> takers{{"report", "what do they hold?", one_or_more}};
  const std::vector<const char*> words{"report", "a.h5", "-o", "page.html", "b.h5", "c.h5"};
  const CommandLine line = read_command_line(words, takers);
  EXPECT_EQ(line.files, (std::vector<std::string>{"a.h5", "b.h5", "c.h5"}));
  EXPECT_EQ(line.config.output, "page.html");
  const std::vector<const char*> none{"report"};
  EXPECT_THROW(read_command_line(none, takers), Error);
}

TEST(Options, OutputHasAShortForm) {
  EXPECT_EQ(read({"speed", "-o", "a.h5"}).config.output, "a.h5");
  EXPECT_TRUE(read({"speed", "-oa.h5"}).config.is_given("output"));
  EXPECT_NE(refusal({"speed", "-o", "a.h5", "--output", "b.h5"}).find("--output: given twice"), std::string::npos);
}

TEST(Options, HeaderShowsWhatDiffersFromDefaults) {
  Config config;
  config.n_perm = 200;
  EXPECT_EQ(header_of(config, false), "  n_perm          200\n");
  EXPECT_NE(header_of(config, true).find("batch_size"), std::string::npos);
}

}  // namespace
