// Files and options that cannot be used end in one clear line with the right exit status: the remedy is in it.
#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>

#include <unistd.h>

#include "io/hdf5_probe.hpp"
#include "io/signals_fixture.hpp"

namespace pac {
namespace {

using test::format_file;
using test::Options;
using test::refusal;

void expect_words(const std::string& line, const std::vector<std::string>& words) {
  for (const std::string& word : words)
    EXPECT_NE(line.find(word), std::string::npos) << "'" << word << "' in: " << line;
}

void expect_refused(const std::string& input, const Options& options, Exit status,
                    const std::vector<std::string>& words) {
  expect_words(refusal(input, options, status), words);
}

std::string write_file(const std::string& name, const std::string& bytes) {
  const std::string path = ::testing::TempDir() + "pacbench_" + std::to_string(getpid()) + "_" + name;
  std::ofstream(path, std::ios::binary) << bytes;
  return path;
}

std::string bytes_of(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(Refusals, FilesThatAreNone) {
  expect_refused("/nowhere/at/all.hdf5", {}, Exit::input, {"/nowhere/at/all.hdf5", "No such file"});
  expect_refused("/nowhere/at/all.hdf5:/signals", {}, Exit::input, {"/nowhere/at/all.hdf5: No such file"});
  expect_refused(format_file(""), {}, Exit::input, {"folder"});
  expect_refused("/dev/null", {}, Exit::input, {"not a regular file"});
  expect_refused(write_file("empty", ""), {}, Exit::input, {"empty"});
  expect_refused(write_file("text", "time,channel\n1,2\n"), {}, Exit::input, {"none of HDF5"});
  expect_refused(write_file("zip", "PK\x03\x04 and so on"), {}, Exit::input, {"zip"});
  expect_refused(write_file("old.mat", "MATLAB 5.0 MAT-file" + std::string(200, ' ')), {}, Exit::input, {"-v7.3"});
}

TEST(Refusals, TruncatedFiles) {
  for (const std::string name : {
         "contiguous.hdf5", "chunked_tc.hdf5", "c_order.npy", "recording.mat", "lfp.nwb"
#if PACBENCH_HAS_EDF
             ,
             "recording.edf", "recording.bdf"
#endif
       }) {
    const std::string whole = bytes_of(format_file(name));
    ASSERT_FALSE(whole.empty());
    for (const std::size_t keep :
         {std::size_t{1}, std::size_t{9}, std::size_t{100}, std::size_t{600}, whole.size() / 2, whole.size() - 1}) {
      const std::string path = write_file("cut_" + name, whole.substr(0, keep));
      expect_words(refusal(path, {{"fs", "200"}}, Exit::input), {path});
    }
  }
}

TEST(Refusals, Datasets) {
  const std::string several = format_file("several.hdf5");
  expect_refused(several, {}, Exit::input,
                 {"several datasets", "/epochs (4 x 3 x 150)", "/one (600)", "/fs_free/fine"});
  expect_refused(several + ":signal", {}, Exit::input, {"no dataset /signal", "/epochs (4 x 3 x 150)"});
  expect_refused(several + ":", {}, Exit::usage, {"no DATASET"});
  expect_refused(several + ":fs_free", {}, Exit::input, {"not a dataset"});
  expect_refused(several + ":names", {}, Exit::input, {"text"});
  expect_refused(several + ":flags", {}, Exit::input, {"booleans"});
  expect_refused(several + ":table", {}, Exit::input, {"compound"});
  expect_refused(several + ":complex", {}, Exit::input, {"complex"});
  expect_refused(several + ":four", {}, Exit::input, {"4 axes"});
  expect_refused(several + ":nothing", {}, Exit::input, {"empty (3 x 0)"});
  expect_refused(format_file("c_order.npy:x"), {{"fs", "200"}}, Exit::usage, {"one array"});
  expect_refused(format_file("complex.npy"), {{"fs", "200"}}, Exit::input, {"<c8"});
  expect_refused(format_file("bool.npy"), {{"fs", "200"}}, Exit::input, {"|b1"});
  expect_refused(format_file("recording.mat:subject"), {}, Exit::input, {"MATLAB char"});
}

TEST(Refusals, NwbSeries) {
  expect_refused(format_file("timestamps.nwb"), {}, Exit::input,
                 {"several ElectricalSeries", "/acquisition/by_timestamps, /acquisition/irregular"});
  expect_refused(format_file("timestamps.nwb:/acquisition/other"), {}, Exit::input, {"/acquisition/irregular"});
  expect_refused(format_file("timestamps.nwb:/acquisition/irregular"), {}, Exit::input, {"not regular", "sample"});
}

TEST(Refusals, SamplingRates) {
  expect_refused(format_file("c_order.npy"), {}, Exit::input, {"no sampling rate", "--fs"});
  expect_refused(format_file("contiguous.hdf5"), {{"fs", "512"}}, Exit::usage, {"--fs 512", "200 Hz"});
  expect_refused(format_file("lfp.nwb"), {{"fs", "200.01"}}, Exit::usage, {"--fs 200.01", "200 Hz"});
  const auto near = open_signals(test::config_of(format_file("lfp.nwb"), {{"fs", "200.0001"}}));
  EXPECT_EQ(near->shape().fs_hz, 200.0001);
}

TEST(Refusals, LayoutsAndLengths) {
  expect_refused(format_file("contiguous.hdf5"), {{"layout", "bct"}}, Exit::usage, {"--layout bct", "3 x 600"});
  expect_refused(format_file("contiguous.hdf5"), {{"layout", "t"}}, Exit::usage, {"--layout t", "3 x 600"});
  expect_refused(format_file("several.hdf5:one"), {{"layout", "ct"}}, Exit::usage, {"--layout ct", "600"});
  expect_refused(format_file("contiguous.hdf5"), {{"seq_sec", "4"}}, Exit::input,
                 {"600 samples (3 s)", "--seq-sec 4", "800"});
  expect_refused(format_file("contiguous.hdf5"), {{"seq_sec", "1e-9"}}, Exit::usage, {"--seq-sec"});
  expect_refused(format_file("contiguous.hdf5"), {{"seq_sec", "1e300"}}, Exit::usage, {"--seq-sec"});
  expect_refused(format_file("several.hdf5:epochs"), {{"seq_sec", "1"}}, Exit::usage,
                 {"--seq-sec 1", "150 samples (0.75 s)"});
}

TEST(Refusals, Channels) {
  expect_refused(format_file("contiguous.hdf5"), {{"channels", "0,3"}}, Exit::usage, {"--channels 3", "3 channels"});
  for (const char* option : {"batch_size", "n_channels", "noise", "coupling"}) {
    const std::string value = std::string(option) == "coupling" ? "6:80:1" : "4";
    expect_refused(format_file("contiguous.hdf5"), {{option, value}}, Exit::usage, {"synthetic"});
  }
}

#if PACBENCH_HAS_EDF
TEST(Refusals, Edf) {
  expect_refused(format_file("two_rates.edf"), {}, Exit::input,
                 {"several sampling rates", "100 Hz: 1 'EEG A2'", "200 Hz: 0 'EEG A1', 2 'EEG B1'", "--channels"});
  expect_refused(format_file("two_rates.edf"), {{"channels", "0,1"}}, Exit::input, {"several sampling rates"});
  expect_refused(format_file("recording.edf"), {{"layout", "tc"}}, Exit::usage, {"--layout tc"});
  expect_refused(format_file("recording.edf"), {{"channels", "3"}}, Exit::usage, {"--channels 3"});
  std::string bytes = bytes_of(format_file("recording.edf"));
  bytes.replace(192, 5, "EDF+D");
  expect_refused(write_file("gaps.edf", bytes), {}, Exit::input, {"discontinuous"});
}
#endif

TEST(Refusals, AFileOnWhichTheLibraryCrashes) {
  EXPECT_NO_THROW(try_in_child("a", 10, [] {}));
  EXPECT_NO_THROW(try_in_child("a", 10, [] { throw Error(Exit::input, "met again by the parent"); }));
  for (const int signal : {SIGSEGV, SIGABRT, SIGFPE}) {
    try {
      try_in_child("file", 10, [signal] { ::raise(signal); });
      ADD_FAILURE() << signal;
    } catch (const Error& error) {
      EXPECT_EQ(error.status(), Exit::input);
      expect_words(error.what(), {"file: is damaged", "crashes"});
    }
  }
  try {
    try_in_child("file", 1, [] {
      while (::getpid() != 0) {
      }
    });
    ADD_FAILURE() << "no limit";
  } catch (const Error& error) {
    expect_words(error.what(), {"file: is damaged", "does not come to an end"});
  }
}

TEST(Refusals, SamplesThatAreNotFinite) {
  // c_order.npy as float32 with a NaN: channel 1, sample 123.
  std::string bytes = "\x93NUMPY\x01";
  bytes += std::string("\0\x46\0", 3) + "{'descr': '<f4', 'fortran_order': False, 'shape': (3, 200), }";
  bytes.resize(10 + 0x46 - 1, ' ');
  bytes += "\n";
  std::vector<float> samples;
  for (int i = 0; i < 600; ++i) samples.push_back(static_cast<float>(i % 17));
  samples[200 + 123] = std::numeric_limits<float>::quiet_NaN();
  const auto raw = std::as_bytes(std::span(samples));
  std::transform(raw.begin(), raw.end(), std::back_inserter(bytes), [](std::byte b) { return static_cast<char>(b); });
  const std::string path = write_file("nan.npy", bytes);
  expect_refused(path, {{"fs", "100"}}, Exit::input, {"'ch1'", "1.23 s", "sample 123", "nan"});
}

}  // namespace
}  // namespace pac
