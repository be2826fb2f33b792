// A result that was written is read back: writing it again gives the same tables, parameters and maps. And what is no
// result is refused by its name. Files of other programs are read in tests/bench.
#include "io/result_reader.hpp"

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <hdf5.h>

#include "core/error.hpp"
#include "io/example_record.hpp"
#include "io/report.hpp"
#include "io/tables.hpp"

/// HDF5 1.10.8 loses memory of its own on damaged files.
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

namespace pac {
namespace {

namespace fs = std::filesystem;

/// NaN equals NaN.
template <class T>
bool same(const std::vector<T>& a, const std::vector<T>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const T& x, const T& y) {
    if constexpr (std::is_floating_point_v<T>) {
      if (std::isnan(x) || std::isnan(y)) return std::isnan(x) && std::isnan(y);
    }
    return x == y;
  });
}

void expect_same(const Table& a, const Table& b) {
  EXPECT_EQ(a.n_rows, b.n_rows) << a.name;
  ASSERT_EQ(a.columns.size(), b.columns.size()) << a.name;
  for (std::size_t i = 0; i < a.columns.size(); ++i) {
    const Column& x = a.columns[i];
    const Column& y = b.columns[i];
    EXPECT_EQ(x.name, y.name) << a.name << " column " << i;
    EXPECT_EQ(x.unit, y.unit) << x.name;
    EXPECT_EQ(x.meaning, y.meaning) << x.name;
    EXPECT_TRUE(std::visit(
        [&]<class T>(const std::vector<T>& values) {
          const auto* others = std::get_if<std::vector<T>>(&y.values);
          return others != nullptr && same(values, *others);
        },
        x.values))
        << a.name << "/" << x.name;
  }
}

class ResultReader : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "pacbench-reader-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }
  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  Record written_and_read(const Record& record) {
    write_hdf5(record, path("r.h5"), true);
    return read_result(path("r.h5"));
  }

  /// Everything that the file holds survives.
  void expect_round_trip(const Record& record) {
    const Record back = written_and_read(record);
    const Tables before = tables_of(record);
    const Tables after = tables_of(back);
    expect_same(before.cases, after.cases);
    expect_same(before.samples, after.samples);
    expect_same(before.memory, after.memory);
    expect_same(before.ranks, after.ranks);
    EXPECT_EQ(parameters_of(record.config), parameters_of(back.config));
    EXPECT_EQ(back.benchmark, record.benchmark);
    EXPECT_EQ(back.question, record.question);
    EXPECT_EQ(back.verdict, record.verdict);
    EXPECT_EQ(back.reason, record.reason);
    ASSERT_EQ(back.comodulogram.n_rows, record.comodulogram.n_rows);
    EXPECT_EQ(back.comodulogram.pairs(), record.comodulogram.pairs());
    EXPECT_EQ(back.comodulogram.n_bins, record.comodulogram.n_bins);
    std::vector<std::string> maps;
    for_each_map(back.comodulogram, [&](const char* name, const auto&, std::int64_t) { maps.emplace_back(name); });
    std::size_t at = 0;
    for_each_map(record.comodulogram, [&](const std::string& name, const std::vector<float>& map, std::int64_t) {
      ASSERT_LT(at, maps.size()) << name;
      EXPECT_EQ(maps[at++], name);
      for_each_map(back.comodulogram, [&](const std::string& other, const std::vector<float>& read, std::int64_t) {
        EXPECT_TRUE(other != name || same(map, read)) << name;
      });
    });
    EXPECT_EQ(at, maps.size());
    if (record.comodulogram.n_rows == 0) return;
    EXPECT_EQ(back.shape.n_batches, record.shape.n_batches);
    EXPECT_EQ(back.shape.n_channels, record.shape.n_channels);
    EXPECT_EQ(back.shape.channel_names, record.shape.channel_names);
    EXPECT_EQ(back.shape.start_s, record.shape.start_s);
    EXPECT_EQ(back.pairs, record.pairs);
    EXPECT_EQ(back.pha_bands, record.pha_bands);
    EXPECT_EQ(back.amp_bands, record.amp_bands);
  }

  /// The one line of the refusal.
  std::string refused(const std::string& name) {
    try {
      read_result(path(name));
    } catch (const Error& error) {
      const std::string words = error.what();
      EXPECT_EQ(error.status(), Exit::input) << words;
      EXPECT_TRUE(words.starts_with(path(name))) << words;
      EXPECT_EQ(words.find('\n'), std::string::npos) << words;
      return words;
    }
    ADD_FAILURE() << name << " is accepted";
    return {};
  }

  void write_text_attribute(const std::string& name, const std::string& text) {
    const hid_t file = H5Fopen(path("r.h5").c_str(), H5F_ACC_RDWR, H5P_DEFAULT);
    H5Adelete(file, name.c_str());
    const hid_t type = H5Tcopy(H5T_C_S1);
    H5Tset_size(type, text.size());
    const hid_t space = H5Screate(H5S_SCALAR);
    const hid_t attribute = H5Acreate2(file, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT);
    H5Awrite(attribute, type, text.data());
    H5Aclose(attribute);
    H5Sclose(space);
    H5Tclose(type);
    H5Fclose(file);
  }

  fs::path folder_;
};

TEST_F(ResultReader, GivesBackTheRecord) {
  Record record = test::example_record();
  record.cases[1].results_digest = "0123456789abcdef";
  record.reason = std::string(1000, 'x') + " \n\xC3\x97 ";  // longer than a name may be, blank at the end
  expect_round_trip(record);
  const Record back = written_and_read(record);
  EXPECT_EQ(back.provenance.at("odd_name"), "slash");
  EXPECT_EQ(back.provenance.at("OMP_NUM_THREADS"), "");
  EXPECT_EQ(back.provenance.at("command_line"), "pacbench comodulogram --input \"a b.h5\" \xEF\xBF\xBD");
  EXPECT_EQ(back.cases[0].metrics.size(), 2U);  // what the other case has is not its own
  EXPECT_EQ(back.cases[1].stages, (std::vector<std::string>{"compute"}));
  EXPECT_EQ(back.cases[0].memory[0].device_peak_bytes, -1);
  EXPECT_EQ(back.shape.fs_hz, 512);
  EXPECT_EQ(back.shape.n_times, 4096);
}

TEST_F(ResultReader, GivesEachPairItsRowsQuality) {
  const Record back = written_and_read(test::example_record());
  EXPECT_EQ(back.comodulogram.quality.size(), 6U * 600U);
  EXPECT_EQ(back.comodulogram.quality[0], 1);
  EXPECT_EQ(back.comodulogram.quality[600], 0);
  EXPECT_EQ(back.comodulogram.quality.back(), 2);
}

TEST_F(ResultReader, ReadsRecordsWithoutMapsOrSamples) {
  Record record = test::example_record();
  record.comodulogram = {};
  record.verdict = Verdict::failed;
  Case failed;
  failed.label = "batch 4096";
  failed.failure = "out of memory: 3 GiB wanted";
  failed.stages = {"compute"};
  record.cases.insert(record.cases.begin(), failed);
  record.cases.push_back(failed);
  expect_round_trip(record);
  const Record back = written_and_read(record);
  EXPECT_EQ(back.cases[0].failure, failed.failure);
  EXPECT_TRUE(back.cases[0].samples.empty());
  EXPECT_EQ(back.pha_bands.size(), 20U);  // of the parameters
  expect_round_trip(Record{});
}

TEST_F(ResultReader, ReadsMapsWithoutStatistics) {
  Record record = test::example_record();
  record.comodulogram.allocate(6, {20, 30, 12});
  expect_round_trip(record);
}

TEST_F(ResultReader, ReadsPairsOfChannels) {
  Record record = test::example_record();
  record.pairs = {{0, 1}, {1, 1}, {1, 0}, {0, 0}};  // more than channels
  record.config.pairs = "some.txt";
  record.comodulogram = test::example_comodulogram(12, 20, 30);
  expect_round_trip(record);
}

TEST_F(ResultReader, KeepsTheOrderOfColumnsThatHaveNoValueAtFirst) {
  const double none = std::nan("");
  Record record;
  record.cases.resize(3);
  record.cases[0].variables = {{"a", "1", none}, {"b", "s", 1}};
  record.cases[1].variables = {{"c", "1", 2}, {"a", "1", 3}};
  record.cases[0].metrics = {{"x", "1", none}, {"y", "1", 1}, {"size", "byte", 4}};
  record.cases[1].metrics = {{"y", "1", 2}, {"x", "1", 3}, {"size", "rows", 4}};
  record.cases[2].metrics = {{"z", "1", none}, {"case", "1", 5}};
  record.cases[0].stages = {"late", "always"};
  record.cases[0].samples = {{0, 0, false, 1, {none, 0.5}}};
  record.cases[1].stages = {"late", "never"};
  record.cases[1].samples = {{0, 0, false, 1, {0.25, none}}, {1, 0, false, 1, {none, none}}};
  expect_round_trip(record);
  EXPECT_EQ(written_and_read(record).cases[2].variables.size(), 0U);
}

TEST_F(ResultReader, EveryParameterSurvives) {
  Record record;
  Config& c = record.config;
  c.input = "a file.h5:/x";
  c.layout = Layout::tc;
  c.fs = 1000.0 / 3;
  c.channels.indices = {0, 3, 4};
  c.coupling = {{6, 80, 0.8}, {4.5, 60.25, 1e-3}};
  c.pha_bands = {{4, 8}, {1e-1, 13}};
  c.hilbert = Hilbert::extended;
  c.bin_statistic = BinStatistic::sum;
  c.seed = ~std::uint64_t{0};
  c.mem_limit = {std::uint64_t{3} << 62};
  c.quiet = true;
  expect_round_trip(record);
  c.coupling.clear();
  c.input = std::string(3000, 'p');
  expect_round_trip(record);
}

TEST_F(ResultReader, RefusesWhatIsNoResult) {
  EXPECT_NE(refused("absent.h5").find("No such file"), std::string::npos);
  std::ofstream(path("notes.h5")) << "not a result, but long enough to be looked into\n";
  EXPECT_NE(refused("notes.h5").find("cannot be opened as HDF5"), std::string::npos);
  fs::copy_file(std::string(PACBENCH_TEST_DATA) + "/formats/contiguous.hdf5", path("signals.h5"));
  EXPECT_NE(refused("signals.h5").find("no result file of pacbench"), std::string::npos);
  write_hdf5(test::example_record(), path("r.h5"), false);
  write_text_attribute("schema_version", "2.0");
  EXPECT_NE(refused("r.h5").find("schema_version is '2.0'"), std::string::npos);
  write_text_attribute("schema_version", "1.7");
  EXPECT_EQ(read_result(path("r.h5")).cases.size(), 2U);
}

/// Each half, third, ... of the file, and each byte in some places turned over, is read or refused; nothing crashes.
TEST_F(ResultReader, SurvivesDamage) {
  Record record = test::example_record();
  record.comodulogram = test::example_comodulogram(1, 2, 3);
  record.shape = {1, 1, 4096, 512, {"a"}, {0}, "1", 0};
  record.pha_bands.resize(2);
  record.amp_bands.resize(3);
  write_hdf5(record, path("whole.h5"), false);
  std::ostringstream whole;
  whole << std::ifstream(path("whole.h5"), std::ios::binary).rdbuf();
  const std::string bytes = whole.str();
  int refusals = 0;
  const auto tried = [&](const std::string& damaged) {
    std::ofstream(path("damaged.h5"), std::ios::binary | std::ios::trunc) << damaged;
    try {
      read_result(path("damaged.h5"));
    } catch (const Error& error) {
      ++refusals;
      EXPECT_EQ(error.status(), Exit::input);
      EXPECT_TRUE(std::string(error.what()).starts_with(path("damaged.h5"))) << error.what();
    }
  };
  for (std::size_t part = 1; part < 20; ++part) tried(bytes.substr(0, bytes.size() * part / 20));
  EXPECT_EQ(refusals, 19);
  for (std::size_t at = 8; at < bytes.size(); at += bytes.size() / 120) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(~static_cast<unsigned char>(damaged[at]));
    tried(damaged);
  }
}

}  // namespace
}  // namespace pac
