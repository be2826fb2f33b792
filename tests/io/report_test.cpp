// The result file through the HDF5 C API, the texts through their own rules, and what is left when writing fails.
#include "io/report.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <hdf5.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"
#include "io/atomic_file.hpp"
#include "io/example_record.hpp"
#include "io/tables.hpp"

/// HDF5 1.10.8 loses 520 bytes of its own where a write fails; what we forget to close is counted by the test itself.
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }

namespace pac {
namespace {

namespace fs = std::filesystem;

class Report : public testing::Test {
 protected:
  void SetUp() override {
    std::string pattern = (fs::temp_directory_path() / "pacbench-report-XXXXXX").string();
    ASSERT_NE(::mkdtemp(pattern.data()), nullptr);
    folder_ = pattern;
  }
  void TearDown() override { fs::remove_all(folder_); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  [[nodiscard]] std::size_t files() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
  }
  static std::string content(const std::string& path) {
    std::ostringstream text;
    text << std::ifstream(path, std::ios::binary).rdbuf();
    return text.str();
  }

  fs::path folder_;
};

template <class Call>
std::string error_of(Call&& call) {
  try {
    call();
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Exit::input);
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    return error.what();
  }
  ADD_FAILURE() << "no error";
  return {};
}

template <class T>
std::vector<T> values(hid_t file, const char* name, hid_t type) {
  const hid_t dataset = H5Dopen2(file, name, H5P_DEFAULT);
  EXPECT_GE(dataset, 0) << name;
  const hid_t space = H5Dget_space(dataset);
  std::vector<T> out(static_cast<std::size_t>(H5Sget_simple_extent_npoints(space)));
  EXPECT_GE(H5Dread(dataset, type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()), 0) << name;
  H5Sclose(space);
  H5Dclose(dataset);
  return out;
}

std::string text_attribute(hid_t file, const char* object, const char* name) {
  const hid_t attribute = H5Aopen_by_name(file, object, name, H5P_DEFAULT, H5P_DEFAULT);
  EXPECT_GE(attribute, 0) << object << " " << name;
  const hid_t type = H5Aget_type(attribute);
  EXPECT_GT(H5Tis_variable_str(type), 0);
  EXPECT_EQ(H5Tget_cset(type), H5T_CSET_UTF8);
  char* text = nullptr;
  EXPECT_GE(H5Aread(attribute, type, &text), 0);
  std::string result = text == nullptr ? "" : text;
  H5free_memory(text);
  H5Tclose(type);
  H5Aclose(attribute);
  return result;
}

bool exists(hid_t file, const char* name) { return H5Lexists(file, name, H5P_DEFAULT) > 0; }

TEST_F(Report, HoldsTheRecord) {
  const Record record = test::example_record();
  write_hdf5(record, path("r.h5"), false);
  const hid_t file = H5Fopen(path("r.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  EXPECT_EQ(text_attribute(file, "/", "schema"), "pacbench");
  EXPECT_EQ(text_attribute(file, "/benchmark", "verdict"), "passed");
  EXPECT_EQ(text_attribute(file, "/benchmark", "reason"), record.reason);
  EXPECT_EQ(text_attribute(file, "/provenance", "odd_name"), "slash");
  EXPECT_EQ(text_attribute(file, "/provenance", "command_line"),
            "pacbench comodulogram --input \"a b.h5\" \xEF\xBF\xBD");
  EXPECT_EQ(text_attribute(file, "/comodulogram/pac", "units"), "1");

  for_each_map(record.comodulogram, [&](const std::string& name, const std::vector<float>& map, std::int64_t) {
    const auto read = values<float>(file, ("/comodulogram/" + name).c_str(), H5T_NATIVE_FLOAT);
    ASSERT_EQ(read.size(), map.size());
    EXPECT_TRUE(std::equal(map.begin(), map.end(), read.begin(), [](float a, float b) {
      return a == b || (std::isnan(a) && std::isnan(b));
    })) << name;
  });
  EXPECT_EQ(values<std::uint8_t>(file, "/comodulogram/quality", H5T_NATIVE_UINT8),
            (std::vector<std::uint8_t>{1, 0, 0, 0, 0, 2}));
  EXPECT_EQ(values<double>(file, "/comodulogram/start_s", H5T_NATIVE_DOUBLE), (std::vector<double>{0, 8, 16}));
  EXPECT_EQ(values<std::int64_t>(file, "/benchmark/samples/case", H5T_NATIVE_INT64),
            (std::vector<std::int64_t>{0, 0, 1, 1}));
  EXPECT_EQ(values<std::int64_t>(file, "/benchmark/memory/host_peak_bytes", H5T_NATIVE_INT64),
            (std::vector<std::int64_t>{123456789, -1, 5}));
  const auto speedup = values<double>(file, "/benchmark/cases/speedup", H5T_NATIVE_DOUBLE);
  EXPECT_TRUE(std::isnan(speedup[0]));
  EXPECT_EQ(speedup[1], 2);
  EXPECT_TRUE(exists(file, "/system/ranks/device_uuid"));
  H5Fclose(file);
  EXPECT_EQ(files(), 1U);
}

TEST_F(Report, EveryFieldOfConfigIsAParameterOfItsType) {
  const Record record = test::example_record();
  write_hdf5(record, path("r.h5"), false);
  const hid_t file = H5Fopen(path("r.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  int fields = 0;
  describe(record.config, [&](const char* name, const auto&, auto&&...) {
    EXPECT_GT(H5Aexists_by_name(file, "/parameters", name, H5P_DEFAULT), 0) << name;
    ++fields;
  });
  EXPECT_GT(fields, 40);
  const hid_t seed = H5Aopen_by_name(file, "/parameters", "seed", H5P_DEFAULT, H5P_DEFAULT);
  std::uint64_t value = 0;
  EXPECT_GE(H5Aread(seed, H5T_NATIVE_UINT64, &value), 0);
  EXPECT_EQ(value, record.config.seed);
  H5Aclose(seed);
  EXPECT_EQ(text_attribute(file, "/parameters", "coupling"), to_text(record.config.coupling));
  H5Fclose(file);
}

TEST_F(Report, EmptyRecordIsWrittenWithoutComodulogram) {
  Record record;
  record.benchmark = "speed";
  write_hdf5(record, path("r.h5"), false);
  const hid_t file = H5Fopen(path("r.h5").c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
  ASSERT_GE(file, 0);
  EXPECT_FALSE(exists(file, "/comodulogram"));
  EXPECT_EQ(values<double>(file, "/benchmark/samples/wall_s", H5T_NATIVE_DOUBLE).size(), 0U);
  H5Fclose(file);
  write_json(record, path("r.json"));
  EXPECT_NE(content(path("r.json")).find("\"comodulogram\": null"), std::string::npos);
}

TEST_F(Report, RefusesToReplaceUnlessTold) {
  const Record record = test::example_record();
  std::ofstream(path("r.h5")) << "mine";
  for (const std::string& message : {error_of([&] { check_output(path("r.h5"), false); }),
                                     error_of([&] { write_hdf5(record, path("r.h5"), false); }),
                                     error_of([&] { write_json(record, path("r.h5")); })}) {
    EXPECT_NE(message.find(path("r.h5")), std::string::npos);
    EXPECT_NE(message.find("--overwrite"), std::string::npos);
  }
  EXPECT_EQ(content(path("r.h5")), "mine");
  check_output(path("r.h5"), true);
  EXPECT_EQ(content(path("r.h5")), "mine");
  write_hdf5(record, path("r.h5"), true);
  EXPECT_NE(content(path("r.h5")), "mine");
  EXPECT_EQ(files(), 1U);
}

TEST_F(Report, NamesWhatIsWrongWithTheOutput) {
  EXPECT_NE(error_of([&] { check_output(path("no/r.h5"), false); }).find("No such file"), std::string::npos);
  EXPECT_NE(error_of([&] { check_output(folder_.string(), true); }).find("directory"), std::string::npos);
  EXPECT_NE(error_of([&] { check_output("/dev/null", true); }).find("not a regular file"), std::string::npos);
  EXPECT_NE(error_of([&] { check_output("/proc/r.h5", false); }).find("--output"), std::string::npos);
  check_output(path(std::string(250, 'n') + ".h5"), false);
  EXPECT_EQ(files(), 0U);
}

TEST_F(Report, NewFilesHaveTheUsersPermissions) {
  const ::mode_t mask = ::umask(027);
  write_hdf5(test::example_record(), path("r.h5"), false);
  ::umask(mask);
  EXPECT_EQ(fs::status(path("r.h5")).permissions(), fs::perms{0640});
}

/// No file may grow beyond `bytes` while one of these lives: a disk that fills up.
class FullDisk {
 public:
  explicit FullDisk(::rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const ::rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;
  ~FullDisk() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  ::rlimit before_{};
};

TEST_F(Report, AFullDiskLeavesNothingBehindAndTheOldFileAsItWas) {
  const Record record = test::example_record();
  write_hdf5(record, path("r.h5"), false);
  const std::string before = content(path("r.h5"));
  // From failing at once, through failing in the middle of a map, to failing when HDF5 writes its last byte.
  std::vector<std::size_t> limits{before.size() - 1, before.size() - 100};
  for (std::size_t bytes = 0; bytes < 8192; bytes += 512) limits.push_back(bytes);
  for (std::size_t part = 1; part < 37; ++part) limits.push_back(before.size() * part / 37);
  for (const std::size_t bytes : limits) {
    std::string message;
    {
      const FullDisk disk(bytes);
      message = error_of([&] { write_hdf5(record, path("r.h5"), true); });
    }
    EXPECT_NE(message.find("File too large"), std::string::npos) << bytes << ": " << message;
    EXPECT_EQ(message.find(".tmp-"), std::string::npos) << message;
    EXPECT_EQ(H5Fget_obj_count(static_cast<hid_t>(H5F_OBJ_ALL), H5F_OBJ_ALL), 0) << bytes;
    EXPECT_EQ(files(), 1U);
  }
  {
    const FullDisk disk(100);
    error_of([&] { write_json(record, path("r.json")); });
  }
  EXPECT_EQ(files(), 1U);
  EXPECT_EQ(content(path("r.h5")), before);
  write_hdf5(record, path("r.h5"), true);  // HDF5 still works after all that
  EXPECT_NE(error_of([&] { write_csv(record, "/dev/full"); }).find("No space left"), std::string::npos);
}

TEST_F(Report, TemporariesOfProcessesThatAreGoneAreRemoved) {
  pid_t gone = ::fork();
  if (gone == 0) ::_exit(0);
  ::waitpid(gone, nullptr, 0);
  const std::string own = path("r.h5.tmp-" + std::to_string(::getpid()) + "-3");
  const std::string dead = path("r.h5.tmp-" + std::to_string(gone) + "-0");
  const std::string other = path("other.h5.tmp-" + std::to_string(gone) + "-0");
  for (const std::string& name : {own, dead, other, path("r.h5")}) std::ofstream(name) << "text";
  remove_abandoned(path("r.h5"));
  EXPECT_FALSE(fs::exists(dead));
  EXPECT_EQ(files(), 3U);  // a running process's, another target's, the target itself
}

TEST_F(Report, CsvIsOneLinePerCase) {
  write_csv(test::example_record(), path("r.csv"));
  EXPECT_EQ(content(path("r.csv")),
            "label,n_ranks[1],batch_size[1],wall_s_median[s],rows_per_s[rows/s],speedup[1],results_digest,failure\n"
            "\"1 rank, batch \"\"8\"\"\",1,8,0.125,0.3333333333333333,,00ff,\n"
            "2 ranks,2,16,0.0625,,2,,\"bands, reach fs / 2\"\n");
}

TEST(ReportTables, OneNameInTwoUnitsIsTwoColumns) {
  Record record;
  record.cases.resize(2);
  record.cases[0].metrics = {{"case", "1", 1}, {"size", "byte", 2}};
  record.cases[1].metrics = {{"size", "rows", 3}};
  const Table cases = tables_of(record).cases;
  ASSERT_EQ(cases.columns.size(), 7U);
  EXPECT_EQ(cases.columns[2].name, "case_2");  // `case` is the dimension
  EXPECT_EQ(cases.columns[3].name, "size");
  EXPECT_EQ(cases.columns[4].name, "size_2");
  EXPECT_EQ(std::get<std::vector<double>>(cases.columns[4].values)[1], 3);
}

TEST(ReportText, EveryByteBecomesValidUtf8) {
  EXPECT_EQ(clean_text("\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80"), "\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  const std::string mark = "\xEF\xBF\xBD";
  EXPECT_EQ(clean_text("\xC0\x80"), mark + mark);             // overlong
  EXPECT_EQ(clean_text("\xED\xA0\x80"), mark + mark + mark);  // surrogate
  EXPECT_EQ(clean_text("a\xE2\x82"), "a" + mark + mark);      // cut short
  EXPECT_EQ(clean_text("\xF4\x90\x80\x80"), mark + mark + mark + mark);
  EXPECT_EQ(clean_text(std::string("a\0b", 3)), "a");
  EXPECT_EQ(clean_name("odd/name x"), "odd_name_x");
  EXPECT_EQ(clean_name(".hidden"), "_.hidden");
}

}  // namespace
}  // namespace pac
