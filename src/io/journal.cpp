// Records as they lie in the file: length, digest, bytes; see journal.hpp. Linux and POSIX calls only.
#include "io/journal.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"
#include "io/atomic_file.hpp"

namespace pac {
namespace {

constexpr std::string_view head = "pacbench journal 1\n";
constexpr const char* remedy = "--output";

/// What stands before each record's bytes: their number, and the digest of it and of them.
using RecordHead = std::array<std::uint64_t, 2>;

}  // namespace

JournalReader::JournalReader(std::string path) : path_(std::move(path)) {
  struct stat status {};
  if (::stat(path_.c_str(), &status) != 0) {
    if (errno == ENOENT) return;
    throw_file_error(path_, "read", errno, remedy);
  }
  file_.open(path_, std::ios::binary);
  if (!file_) throw_file_error(path_, "open", errno, remedy);
  std::string begin(head.size(), '\0');
  file_.read(begin.data(), static_cast<std::streamsize>(begin.size()));
  begin.resize(static_cast<std::size_t>(file_.gcount()));
  if (!head.starts_with(begin)) {
    throw Error(Exit::input, path_ + ": is no journal of an interrupted run; move it, or give another --output");
  }
  if (begin.size() < head.size()) return;
  file_bytes_ = status.st_size;
  valid_bytes_ = static_cast<std::int64_t>(head.size());
}

bool JournalReader::next() {
  RecordHead expected{};
  const auto behind = static_cast<std::uint64_t>(file_bytes_ - valid_bytes_);
  if (behind < sizeof expected) return false;
  file_.read(reinterpret_cast<char*>(expected.data()), sizeof expected);
  if (!file_ || expected[0] > behind - sizeof expected) return false;
  size_ = left_ = expected[0];
  expected_ = expected[1];
  digest_ = Digest();
  digest_.add(size_);
  return true;
}

void JournalReader::read(void* to, std::size_t n_bytes) {
  file_.read(static_cast<char*>(to), static_cast<std::streamsize>(n_bytes));
  digest_.add(std::string_view(static_cast<const char*>(to), n_bytes));
  left_ -= n_bytes;
}

std::string JournalReader::rest() {
  std::string text(left_, '\0');
  read(text.data(), text.size());
  return text;
}

bool JournalReader::whole() {
  if (!file_ || left_ != 0 || digest_.value() != expected_) return false;
  valid_bytes_ += static_cast<std::int64_t>(sizeof(RecordHead) + size_);
  return true;
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
    bytes_ = std::max(valid_bytes, static_cast<std::int64_t>(head.size()));
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

void Journal::append(std::span<const std::string_view> parts) {
  RecordHead before{};
  for (const std::string_view part : parts) before[0] += part.size();
  Digest digest;
  digest.add(before[0]);
  for (const std::string_view part : parts) digest.add(part);
  before[1] = digest.value();
  try {
    write({reinterpret_cast<const char*>(before.data()), sizeof before});
    for (const std::string_view part : parts) write(part);
  } catch (...) {  // a reader takes a torn record for the end, should even this fail
    if (::ftruncate(descriptor_, bytes_) == 0) ::lseek(descriptor_, 0, SEEK_END);
    throw;
  }
  bytes_ += static_cast<std::int64_t>(sizeof before + before[0]);
}

void Journal::sync() {
  if (::fdatasync(descriptor_) != 0) throw_file_error(path_, "sync", errno, remedy);
}

}  // namespace pac
