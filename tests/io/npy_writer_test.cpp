// Rows written as .npy are, read back, the same rows.
#include "io/npy_writer.hpp"

#include <cstdio>
#include <filesystem>

#include <unistd.h>

#include "core/synthetic.hpp"
#include "io/signals_fixture.hpp"

namespace pac {
namespace {

using test::config_of;
using test::format_file;
using test::Options;

class NpyWriter : public testing::Test {
 protected:
  NpyWriter()
      : path_(std::filesystem::temp_directory_path() / ("npy_writer_test_" + std::to_string(::getpid()) + ".npy")) {}
  ~NpyWriter() override { std::filesystem::remove(path_); }

  void expect_same_rows(RowSource& source) {
    write_npy(source, path_, true, "--save-signals");
    const SignalShape& shape = source.shape();
    const double seq_sec = static_cast<double>(shape.n_times) / shape.fs_hz;
    const auto again = open_signals(
        config_of(path_, {{"layout", "bct"}, {"fs", to_text(shape.fs_hz)}, {"seq_sec", to_text(seq_sec)}}));
    EXPECT_EQ(again->shape().n_batches, shape.n_batches);
    EXPECT_EQ(again->shape().n_channels, shape.n_channels);
    ASSERT_EQ(again->shape().n_times, shape.n_times);
    EXPECT_EQ(again->digest({0, shape.n_rows()}), source.digest({0, shape.n_rows()}));
  }

  std::string path_;
};

TEST_F(NpyWriter, SegmentsAndChannelsOfRecordingsComeBackAsEpochs) {
  for (const Options& options : {Options{}, Options{{"seq_sec", "0.7"}, {"channels", "2,0"}}}) {
    for (const char* name : {"contiguous.hdf5", "lfp.nwb"}) {
      SCOPED_TRACE(name);
      expect_same_rows(*open_signals(config_of(format_file(name), options)));
    }
  }
}

TEST_F(NpyWriter, SyntheticRowsComeBackToTheLastBit) {
  expect_same_rows(
      *synthetic_signals(config_of("", {{"batch_size", "3"}, {"n_channels", "2"}, {"seq_sec", "1"}, {"fs", "100"}})));
}

TEST_F(NpyWriter, AnExistingFileIsKept) {
  const auto source = open_signals(config_of(format_file("contiguous.hdf5")));
  write_npy(*source, path_, false, "--save-signals");
  const auto bytes = std::filesystem::file_size(path_);
  try {
    write_npy(*source, path_, false, "--save-signals");
    FAIL() << "overwritten";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Exit::input);
    EXPECT_NE(std::string(error.what()).find("--save-signals"), std::string::npos) << error.what();
  }
  EXPECT_EQ(std::filesystem::file_size(path_), bytes);
}

}  // namespace
}  // namespace pac
