// A file's digest is cheap, and sees what distinguishes copies of a recording.
#include "io/input_digest.hpp"

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

#include "core/error.hpp"

namespace pac {
namespace {

class InputDigest : public ::testing::Test {
 protected:
  ~InputDigest() override { std::remove(path_.c_str()); }
  std::uint64_t digest_with(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return digest_of(InputFile(path_));
  }
  std::string path_ = ::testing::TempDir() + "pacbench-digest-" + std::to_string(getpid());
};

TEST_F(InputDigest, EachByteOfASmallFileCounts) {
  for (const std::size_t size : {1U, 100U, 65536U, 65537U, 4U << 20U}) {
    const std::string bytes(size, 'a');
    const std::uint64_t whole = digest_with(bytes);
    EXPECT_EQ(digest_with(bytes), whole);
    EXPECT_NE(digest_with(bytes + 'a'), whole);
    for (const std::size_t at : {std::size_t{0}, size / 2, size - 1}) {
      std::string other = bytes;
      other[at] = 'b';
      EXPECT_NE(digest_with(other), whole) << at << " of " << size;
    }
  }
}

TEST_F(InputDigest, OfALargeFileItTakesEvenlySpreadBlocks) {
  const std::size_t size = (9U << 20U) + 12345;
  std::string bytes(size, 'a');
  const std::uint64_t whole = digest_with(bytes);
  EXPECT_NE(digest_with(bytes.substr(1)), whole);
  std::size_t seen = 0;
  constexpr std::size_t probes = 31;
  for (std::size_t i = 0; i < probes; ++i) {
    const std::size_t at = i * (size - 1) / (probes - 1);
    bytes[at] = 'b';
    const bool differs = digest_with(bytes) != whole;
    bytes[at] = 'a';
    seen += differs ? 1U : 0U;
    if (i == 0 || i == probes - 1) {
      EXPECT_TRUE(differs) << at;
    }
  }
  EXPECT_GT(seen, 8U);  // nearly half of this file is read
  EXPECT_LT(seen, 24U);
}

TEST_F(InputDigest, AHugeFileIsNotReadWhole) {
  std::ofstream(path_) << "x";
  std::filesystem::resize_file(path_, std::uintmax_t{1} << 40U);  // a hole: takes no room
  EXPECT_NE(digest_of(InputFile(path_)), 0U);
}

TEST_F(InputDigest, AFileThatIsCutMeanwhileIsRefused) {
  std::ofstream(path_) << std::string(1000, 'a');
  const InputFile file(path_);
  std::filesystem::resize_file(path_, 10);
  EXPECT_THROW(static_cast<void>(digest_of(file)), Error);
}

}  // namespace
}  // namespace pac
