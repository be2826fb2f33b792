// What a journal gives back after its writer ended at any byte, or while another writes it.
#include "io/journal.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/error.hpp"

namespace {

using namespace pac;

struct JournalTest : testing::Test {
  std::string path = testing::TempDir() + "pacbench_" + std::to_string(::getpid()) + ".journal";
  std::vector<std::string> records{"first", std::string(1000, 'x'), "", std::string("\0\n\xff", 3)};
  JournalTest() { std::filesystem::remove(path); }
  ~JournalTest() override { std::filesystem::remove(path); }
  JournalTest(const JournalTest&) = delete;
  JournalTest& operator=(const JournalTest&) = delete;

  void write_all() const {
    Journal journal(path, 0);
    for (const std::string& record : records) {  // in two parts, or none
      const std::string_view text(record);
      if (text.empty()) {
        journal.append({});
      } else {
        journal.append(std::vector<std::string_view>{text.substr(0, 1), text.substr(1)});
      }
    }
    journal.sync();
  }
  [[nodiscard]] std::string bytes() const {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  void set_bytes(const std::string& text) const { std::ofstream(path, std::ios::binary | std::ios::trunc) << text; }
  [[nodiscard]] std::pair<std::vector<std::string>, std::int64_t> read() const {
    std::vector<std::string> found;
    JournalReader journal(path);
    while (journal.next()) {
      std::string record(std::min<std::uint64_t>(journal.left(), 2), ' ');
      journal.read(record.data(), record.size());
      record += journal.rest();
      if (!journal.whole()) break;
      found.push_back(record);
    }
    return {found, journal.valid_bytes()};
  }
};

TEST_F(JournalTest, GivesBackWhatWasAppended) {
  EXPECT_EQ(read().second, 0);  // absent
  write_all();
  const auto [found, valid] = read();
  EXPECT_EQ(found, records);
  EXPECT_EQ(valid, static_cast<std::int64_t>(bytes().size()));
}

TEST_F(JournalTest, CutAtAnyByteItKeepsTheWholeRecordsAndGoesOn) {
  write_all();
  const std::string whole = bytes();
  std::size_t before = 0;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    set_bytes(whole.substr(0, size));
    const auto [found, valid] = read();
    ASSERT_GE(found.size(), before) << size;
    ASSERT_LT(found.size(), records.size()) << size;
    ASSERT_LE(valid, static_cast<std::int64_t>(size));
    before = found.size();
    for (std::size_t i = 0; i < found.size(); ++i) ASSERT_EQ(found[i], records[i]) << size;
    if (size % 97 != 0) continue;
    {
      Journal journal(path, valid);
      journal.append(std::vector<std::string_view>{"more"});
    }
    std::vector<std::string> expected = found;
    expected.emplace_back("more");
    ASSERT_EQ(read().first, expected) << size;
  }
  EXPECT_EQ(before, records.size() - 1);
}

TEST_F(JournalTest, ADamagedRecordEndsIt) {
  write_all();
  const std::string whole = bytes();
  const std::size_t second = whole.find("xxx");
  for (const std::size_t at : {second - 9, second - 16, second + 500}) {  // digest, length, content
    std::string damaged = whole;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    set_bytes(damaged);
    EXPECT_EQ(read().first, std::vector<std::string>{"first"}) << at;
  }
}

TEST_F(JournalTest, RefusesOtherFilesAndASecondWriter) {
  set_bytes("a letter, or some other text that is no journal");
  EXPECT_THROW(read(), Error);
  std::filesystem::remove(path);
  const Journal journal(path, 0);
  try {
    const Journal second(path, 0);
    ADD_FAILURE() << "two runs write one journal";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Exit::input);
    EXPECT_NE(std::string(error.what()).find("another run is writing it"), std::string::npos);
  }
  try {
    const Journal nowhere(path + "/absent/x", 0);
    ADD_FAILURE() << "a journal in no folder";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Exit::input);
  }
}

}  // namespace
