// Recordings in every format give the rows they hold: values, shapes, names, rates, segments, layouts, channels.
#include <cmath>

#include <hdf5.h>

#include "io/hdf5_handles.hpp"
#include "io/signals_fixture.hpp"

namespace pac {
namespace {

using test::at;
using test::config_of;
using test::format_file;
using test::n_channels;
using test::n_times;
using test::Options;
using test::sample;

/// Reads all rows of a file that holds the recording, and compares each sample with scale * sample + offset.
void expect_recording(const std::string& input, const Options& options, double scale = 1, double offset = 0) {
  SCOPED_TRACE(input);
  const auto source = open_signals(config_of(input, options));
  const SignalShape& shape = source->shape();
  EXPECT_EQ(shape.fs_hz, 200);
  ASSERT_EQ(shape.n_channels, n_channels);
  ASSERT_EQ(shape.n_batches * shape.n_times + shape.dropped_times, n_times);
  ASSERT_EQ(shape.channel_names.size(), 3U);
  ASSERT_EQ(static_cast<std::int64_t>(shape.start_s.size()), shape.n_batches);
  const std::int64_t pad = shape.n_times / 3;
  RowBlock block;
  source->read({0, shape.n_rows()}, pad, block);
  for (std::int64_t row = 0; row < shape.n_rows(); ++row) {
    const std::int64_t first = row / n_channels * shape.n_times;
    EXPECT_DOUBLE_EQ(shape.start_s[static_cast<std::size_t>(row / n_channels)], static_cast<double>(first) / 200);
    for (std::int64_t k = -pad; k < shape.n_times + pad; ++k) {
      const std::int64_t t = first + k;
      if (t < 0 || t >= n_times) continue;
      const double expected = scale * sample(row % n_channels, t) + offset;
      ASSERT_NEAR(at(block, row, k), expected, scale * 1e-3) << row << " " << k;
    }
  }
}

TEST(Signals, EveryFormatGivesTheSameRows) {
  for (const Options& options : {Options{}, Options{{"seq_sec", "0.7"}}, Options{{"seq_sec", "1"}, {"fs", "200"}}}) {
    expect_recording(format_file("contiguous.hdf5"), options);
    expect_recording(format_file("recording.mat"), options);
    expect_recording(format_file("lfp.nwb"), options, 1e-6, 5e-5);
    Options with_layout = options;
    with_layout.emplace_back("layout", "tc");
    expect_recording(format_file("chunked_tc.hdf5"), with_layout);
    Options with_rate{{"fs", "200"}};
    if (!options.empty()) with_rate.push_back(options[0]);
    expect_recording(format_file("c_order.npy"), with_rate);
    with_rate.emplace_back("layout", "tc");
    expect_recording(format_file("fortran_tc_big_endian.npy"), with_rate);
#if PACBENCH_HAS_EDF
    expect_recording(format_file("recording.edf"), options);
    expect_recording(format_file("recording.bdf"), options);
#endif
  }
}

TEST(Signals, EveryFormatGivesTheSameDigest) {
  const auto digest = [](const std::string& name, const Options& options) {
    const auto source = open_signals(config_of(format_file(name), options));
    return source->digest({0, source->shape().n_rows()});
  };
  const std::uint64_t expected = digest("contiguous.hdf5", {});
  EXPECT_EQ(digest("recording.mat", {}), expected);
  EXPECT_EQ(digest("c_order.npy", {{"fs", "200"}}), expected);
  EXPECT_EQ(digest("fortran_tc_big_endian.npy", {{"fs", "200"}, {"layout", "tc"}}), expected);
  EXPECT_EQ(digest("chunked_tc.hdf5", {{"layout", "tc"}}), expected);
#if PACBENCH_HAS_EDF
  EXPECT_EQ(digest("recording.edf", {}), expected);
  EXPECT_EQ(digest("recording.bdf", {}), expected);
#endif
}

TEST(Signals, NamesAndUnitsComeFromTheFile) {
  const auto names = [](const std::string& name, const std::string& unit, const Options& options = {}) {
    const auto source = open_signals(config_of(format_file(name), options));
    EXPECT_EQ(source->shape().unit, unit) << name;
    return source->shape().channel_names;
  };
  using Names = std::vector<std::string>;
  EXPECT_EQ(names("contiguous.hdf5", "uV"), (Names{"A1", "A2", "B1"}));
  EXPECT_EQ(names("recording.mat", "1"), (Names{"ch0", "ch1", "ch2"}));
  EXPECT_EQ(names("lfp.nwb", "V"), (Names{"LA1", "LA2", "LB1"}));
  EXPECT_EQ(names("lfp.nwb", "V", {{"channels", "2,0"}}), (Names{"LB1", "LA1"}));
#if PACBENCH_HAS_EDF
  EXPECT_EQ(names("recording.edf", "uV"), (Names{"EEG A1", "EEG A2", "EEG B1"}));
#endif
}

TEST(Signals, SegmentsDropTheIncompleteEnd) {
  const auto source = open_signals(config_of(format_file("contiguous.hdf5"), {{"seq_sec", "0.8"}}));
  EXPECT_EQ(source->shape().n_times, 160);
  EXPECT_EQ(source->shape().n_batches, 3);
  EXPECT_EQ(source->shape().dropped_times, 120);
  // Shorter than the default of 8 s: the whole recording is one segment.
  const auto whole = open_signals(config_of(format_file("contiguous.hdf5")));
  EXPECT_EQ(whole->shape().n_times, n_times);
  EXPECT_EQ(whole->shape().n_batches, 1);
}

TEST(Signals, ChannelsKeepTheirOrder) {
  for (const auto& [name, layout] :
       {std::pair{"contiguous.hdf5", "ct"}, {"chunked_tc.hdf5", "tc"}, {"lfp.nwb", "tc"}}) {
    const auto source =
        open_signals(config_of(format_file(name), {{"channels", "2,0,1"}, {"layout", layout}, {"seq_sec", "0.5"}}));
    const bool volts = std::string(name) == "lfp.nwb";
    RowBlock block;
    source->read({4, 7}, 10, block);  // batch 1 channel 1 .. batch 3 channel 1
    for (std::int64_t i = 0; i < 7; ++i) {
      const std::int64_t channel = std::array{2, 0, 1}[static_cast<std::size_t>((4 + i) % 3)];
      for (std::int64_t k = -10; k < 110; ++k) {
        const double expected = sample(channel, (4 + i) / 3 * 100 + k);
        ASSERT_NEAR(at(block, i, k), volts ? 1e-6 * expected + 5e-5 : expected, volts ? 1e-9 : 1e-3) << name << i << k;
      }
    }
  }
}

TEST(Signals, EpochsAreSeparate) {
  const auto expect_epochs = [](const std::string& input, const Options& options) {
    SCOPED_TRACE(input);
    const auto source = open_signals(config_of(input, options));
    ASSERT_EQ(source->shape().n_batches, 4);
    ASSERT_EQ(source->shape().n_channels, 3);
    ASSERT_EQ(source->shape().n_times, 150);
    RowBlock block;
    source->read({0, 12}, 20, block);
    for (std::int64_t row = 0; row < 12; ++row) {
      const std::int64_t first = row / 3 * 150;
      for (std::int64_t t = 0; t < 150; ++t) ASSERT_NEAR(at(block, row, t), sample(row % 3, first + t), 1e-3);
      for (std::int64_t k = 1; k <= 20; ++k) {  // no neighbours: odd reflection
        ASSERT_NEAR(at(block, row, -k), 2 * sample(row % 3, first) - sample(row % 3, first + k), 1e-3);
        ASSERT_NEAR(at(block, row, 149 + k), 2 * sample(row % 3, first + 149) - sample(row % 3, first + 149 - k), 1e-3);
      }
    }
  };
  expect_epochs(format_file("several.hdf5:epochs"), {});
  expect_epochs(format_file("several.hdf5:/epochs"), {{"layout", "bct"}, {"seq_sec", "0.75"}});
  expect_epochs(format_file("epochs_fortran.npy"), {{"fs", "200"}});
}

TEST(Signals, OneAxisIsTime) {
  for (const auto& [input, options] : {std::pair{"several.hdf5:one", Options{}},
                                       {"vector.mat", Options{}},
                                       {"vector.mat", Options{{"layout", "t"}}},
                                       {"several.hdf5:/one", Options{{"layout", "t"}}}}) {
    const auto source = open_signals(config_of(format_file(input), options));
    EXPECT_EQ(source->shape().n_channels, 1);
    ASSERT_EQ(source->shape().n_times, n_times);
    RowBlock block;
    source->read({0, 1}, 0, block);
    for (std::int64_t t = 0; t < n_times; ++t) ASSERT_NEAR(at(block, 0, t), sample(0, t), 1e-3);
  }
}

TEST(Signals, RatesAreFoundAboveTheDataset) {
  EXPECT_EQ(open_signals(config_of(format_file("several.hdf5:fs_free/fine")))->shape().fs_hz, 200);
}

TEST(Signals, NwbTimeStampsAndChannelConversion) {
  const auto source = open_signals(config_of(format_file("timestamps.nwb:/acquisition/by_timestamps")));
  EXPECT_EQ(source->shape().fs_hz, 200);
  RowBlock block;
  source->read({0, 3}, 0, block);
  const std::array factor{1.0, 2.0, 4.0};
  for (std::int64_t c = 0; c < 3; ++c) {
    for (std::int64_t t = 0; t < n_times; ++t) {
      ASSERT_NEAR(at(block, c, t), 1e-6 * factor[static_cast<std::size_t>(c)] * sample(c, t), 1e-9);
    }
  }
  // The dataset inside the series names the series too.
  EXPECT_EQ(open_signals(config_of(format_file("timestamps.nwb:acquisition/by_timestamps/data")))->shape().unit, "V");
}

TEST(Signals, NpyTypesAndVersions) {
  for (const std::string name :
       {"type_f2", "type_f8", "type_i8", "type_u2", "type_u1", "type_i1", "version_2", "version_3"}) {
    const auto source = open_signals(config_of(format_file(name + ".npy"), {{"fs", "200"}}));
    ASSERT_EQ(source->shape().n_times, 40) << name;
    RowBlock block;
    source->read({0, 3}, 0, block);
    for (std::int64_t row = 0; row < 3; ++row) {
      for (std::int64_t t = 0; t < 40; ++t) {
        const double whole = sample(row, t);
        const double expected = name.starts_with("type") ? std::fmod(std::abs(whole), 100) : whole;
        ASSERT_NEAR(at(block, row, t), expected, 1e-3) << name;
      }
    }
  }
}

/// Writes the recording with the HDF5 C API: `type` in the file, [channel][time] or [time][channel], chunked or not.
std::string write_variant(hid_t type, bool time_first, bool chunked) {
  const std::string path = ::testing::TempDir() + "pacbench_variant_" + std::to_string(getpid()) + ".hdf5";
  const Hdf5Handle file = checked(H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose, path);
  const std::array<hsize_t, 2> dims{static_cast<hsize_t>(time_first ? n_times : n_channels),
                                    static_cast<hsize_t>(time_first ? n_channels : n_times)};
  const std::array<hsize_t, 2> chunk{2, 2};
  const Hdf5Handle space = checked(H5Screate_simple(2, dims.data(), nullptr), H5Sclose, path);
  const Hdf5Handle creation = checked(H5Pcreate(H5P_DATASET_CREATE), H5Pclose, path);
  if (chunked) check_hdf5(H5Pset_chunk(creation.get(), 2, chunk.data()), path);
  const Hdf5Handle data =
      checked(H5Dcreate2(file.get(), "x", type, space.get(), H5P_DEFAULT, creation.get(), H5P_DEFAULT), H5Dclose, path);
  std::vector<double> values;
  for (std::size_t i = 0; i < n_channels * n_times; ++i) {
    const auto k = static_cast<std::int64_t>(i);
    values.push_back(time_first ? sample(k % n_channels, k / n_channels) : sample(k / n_times, k % n_times));
  }
  check_hdf5(H5Dwrite(data.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, values.data()), path);
  return path;
}

TEST(Signals, Hdf5TypesByteOrdersAndChunks) {
  for (const hid_t type : {H5T_STD_I16LE, H5T_STD_I16BE, H5T_STD_I32BE, H5T_STD_I64LE, H5T_IEEE_F32LE, H5T_IEEE_F32BE,
                           H5T_IEEE_F64LE, H5T_IEEE_F64BE, H5T_NATIVE_LDOUBLE}) {
    for (const bool time_first : {false, true}) {
      for (const bool chunked : {false, true}) {
        const std::string path = write_variant(type, time_first, chunked);
        expect_recording(path, {{"fs", "200"}, {"layout", time_first ? "tc" : "ct"}, {"seq_sec", "0.9"}});
      }
    }
  }
}

TEST(Signals, ColonsInFileNamesBelongToThem) {
  const std::string path = ::testing::TempDir() + "pacbench " + std::to_string(getpid()) + " 12:30.hdf5";
  ASSERT_EQ(std::rename(write_variant(H5T_STD_I16LE, false, false).c_str(), path.c_str()), 0);
  expect_recording(path, {{"fs", "200"}});
  expect_recording(path + ":x", {{"fs", "200"}});
  expect_recording(path + ":/x", {{"fs", "200"}});
  EXPECT_EQ(input_path(config_of(path + ":/x")), path);
  std::remove(path.c_str());
}

#if PACBENCH_HAS_EDF
TEST(Signals, OneEdfFileMayBeOpenedTwice) {
  const auto a = open_signals(config_of(format_file("recording.edf")));
  const auto b = open_signals(config_of(format_file("recording.edf"), {{"channels", "1"}}));
  RowBlock from_all;
  RowBlock alone;
  a->read({1, 1}, 10, from_all);
  b->read({0, 1}, 10, alone);
  EXPECT_EQ(from_all.samples, alone.samples);
}

TEST(Signals, EqualRatesMayBeChosenFromAnEdfFileWithSeveral) {
  const auto source = open_signals(config_of(format_file("two_rates.edf"), {{"channels", "0,2"}}));
  EXPECT_EQ(source->shape().fs_hz, 200);
  RowBlock block;
  source->read({0, 2}, 0, block);
  for (std::int64_t t = 0; t < n_times; ++t) {
    ASSERT_NEAR(at(block, 0, t), sample(0, t), 1e-3);
    ASSERT_NEAR(at(block, 1, t), sample(2, t), 1e-3);
  }
  const auto slow = open_signals(config_of(format_file("two_rates.edf"), {{"channels", "1"}}));
  EXPECT_EQ(slow->shape().fs_hz, 100);
  slow->read({0, 1}, 0, block);
  for (std::int64_t t = 0; t < n_times / 2; ++t) ASSERT_NEAR(at(block, 0, t), sample(1, 2 * t), 1e-3);
}
#endif

}  // namespace
}  // namespace pac
