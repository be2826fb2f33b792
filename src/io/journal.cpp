// Records as they lie in the file: length, digest, bytes; see journal.hpp. Linux and POSIX calls only.
#include "io/journal.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/digest.hpp"
#include "core/error.hpp"
#include "io/atomic_file.hpp"

namespace pac {
namespace {

constexpr std::string_view head = "pacbench journal 1\n";
constexpr const char* remedy = "--output";

/// What stands before each record's bytes.
using RecordHead = std::array<std::uint64_t, 2>;  // bytes, digest of length and bytes

RecordHead head_of(std::string_view record) {
  Digest digest;
  digest.add(record.size());
  for (const char c : record) digest.add(static_cast<unsigned char>(c), 1);
  return {record.size(), digest.value()};
}

}  // namespace

std::int64_t read_journal(const std::string& path, const std::function<bool(std::string_view record)>& take) {
  struct stat status {};
  if (::stat(path.c_str(), &status) != 0) {
    if (errno == ENOENT) return 0;
    throw_file_error(path, "read", errno, remedy);
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) throw_file_error(path, "open", errno, remedy);
  std::string begin(head.size(), '\0');
  file.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  begin.resize(static_cast<std::size_t>(file.gcount()));
  if (!head.starts_with(begin)) {
    throw Error(Exit::input, path + ": is no journal of an interrupted run; move it, or give another --output");
  }
  if (begin.size() < head.size()) return 0;
  auto valid = static_cast<std::int64_t>(head.size());
  const auto left = [&] { return static_cast<std::uint64_t>(status.st_size - valid); };
  std::string record;
  for (RecordHead expected{}; left() > sizeof expected;) {
    file.read(reinterpret_cast<char*>(expected.data()), sizeof expected);
    if (!file || expected[0] > left() - sizeof expected) break;
    record.resize(expected[0]);
    file.read(record.data(), static_cast<std::streamsize>(record.size()));
    if (!file || head_of(record) != expected) break;
    if (!take(record)) break;
    valid += static_cast<std::int64_t>(sizeof expected + record.size());
  }
  return valid;
}

Journal::Journal(std::string path, std::int64_t valid_bytes) : path_(std::move(path)) {
  descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw_file_error(path_, "create", errno, remedy);
  try {
    // Some file systems have no locks; where there are, two runs do not write one journal.
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
      throw Error(Exit::input, path_ + ": another run is writing it; wait for its end or give another --output");
    }
    if (::ftruncate(descriptor_, valid_bytes) != 0) throw_file_error(path_, "truncate", errno, remedy);
    if (::lseek(descriptor_, 0, SEEK_END) < 0) throw_file_error(path_, "write", errno, remedy);
    if (valid_bytes == 0) write(head);
  } catch (...) {
    ::close(descriptor_);
    throw;
  }
}

Journal::~Journal() { ::close(descriptor_); }

void Journal::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(descriptor_, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_file_error(path_, "write", errno, remedy);
    bytes.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Journal::append(std::string_view record) {
  const RecordHead before = head_of(record);
  write({reinterpret_cast<const char*>(before.data()), sizeof before});
  write(record);
}

void Journal::sync() {
  if (::fdatasync(descriptor_) != 0) throw_file_error(path_, "sync", errno, remedy);
}

}  // namespace pac
