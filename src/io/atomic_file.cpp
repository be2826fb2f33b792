// Temporary name, sync, rename: see atomic_file.hpp. Linux and POSIX calls only.
#include "io/atomic_file.hpp"

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"

namespace pac {
namespace {

std::string folder_of(const std::string& path) {
  const auto parent = std::filesystem::path(path).parent_path();
  return parent.empty() ? "." : parent.string();
}

/// Beside the target, unique in this process and among processes; short enough where the target's name is.
std::string temporary_name(const std::string& target) {
  static std::atomic<int> counter{0};
  const auto path = std::filesystem::path(target);
  const std::string name = path.filename().string().substr(0, 200);
  return folder_of(target) + "/" + name + ".tmp-" + std::to_string(::getpid()) + "-" + std::to_string(counter++);
}

std::string remedy_for(int error_number, const std::string& option) {
  switch (error_number) {
    case ENOSPC:
    case EDQUOT:
      return "free some space or give another " + option;
    case EFBIG:
      return "raise the file size limit (ulimit -f) or give another " + option;
    case ENOENT:
    case ENOTDIR:
      return "create the folder or give another " + option;
    default:
      return "give another " + option;
  }
}

void write_all(int descriptor, std::string_view text, const std::string& path, const std::string& option) {
  while (!text.empty()) {
    const ssize_t n = ::write(descriptor, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw_file_error(path, "write", errno, option);
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

}  // namespace

void throw_file_error(const std::string& path, const std::string& what, int error_number, const std::string& option) {
  throw Error(Exit::input,
              path + ": cannot " + what + ": " + std::strerror(error_number) + "; " + remedy_for(error_number, option));
}

void remove_abandoned(const std::string& target) {
  const std::string begin = std::filesystem::path(temporary_name(target)).filename().string();
  const std::string prefix = begin.substr(0, begin.rfind(".tmp-") + 5);
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder_of(target), ignored)) {
    const std::string name = entry.path().filename().string();
    if (!name.starts_with(prefix)) continue;
    const long pid = std::strtol(name.c_str() + prefix.size(), nullptr, 10);
    const bool gone = pid > 0 && ::kill(static_cast<pid_t>(pid), 0) != 0 && errno == ESRCH;
    if (gone) std::filesystem::remove(entry.path(), ignored);
  }
}

AtomicFile::AtomicFile(std::string target, bool overwrite, std::string remedy)
    : target_(std::move(target)), remedy_(std::move(remedy)), overwrite_(overwrite) {
  if (target_.empty()) throw Error(Exit::input, remedy_ + ": the file name is empty; give a name");
  struct stat status {};
  if (::stat(target_.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) throw_file_error(target_, "write", EISDIR, remedy_);
    if (!S_ISREG(status.st_mode)) {
      throw Error(Exit::input, target_ + ": cannot write: not a regular file; give another " + remedy_);
    }
    if (!overwrite_) refuse_existing();
  }
  const std::string temporary = temporary_name(target_);
  descriptor_ = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (descriptor_ < 0) throw_file_error(target_, "create a file in " + folder_of(target_), errno, remedy_);
  temporary_ = temporary;
}

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!committed_ && !temporary_.empty()) ::unlink(temporary_.c_str());
}

void AtomicFile::write(std::string_view text) { write_all(descriptor_, text, target_, remedy_); }

void AtomicFile::commit() {
  if (::fsync(descriptor_) != 0) throw_file_error(target_, "sync", errno, remedy_);
  if (overwrite_) {
    if (std::rename(temporary_.c_str(), target_.c_str()) != 0) throw_file_error(target_, "rename", errno, remedy_);
  } else {
    rename_without_replacing();
  }
  committed_ = true;
  // Some file systems cannot sync a folder; the file itself is safe by now.
  const int folder = ::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (folder >= 0) {
    ::fsync(folder);
    ::close(folder);
  }
}

void AtomicFile::rename_without_replacing() {
  if (::renameat2(AT_FDCWD, temporary_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE) == 0) return;
  if (errno == EEXIST) refuse_existing();
  // File systems without that flag (NFS and others): a hard link never replaces either.
  if (::link(temporary_.c_str(), target_.c_str()) == 0) {
    ::unlink(temporary_.c_str());
    return;
  }
  if (errno == EEXIST) refuse_existing();
  // Neither: look, then rename.
  if (::access(target_.c_str(), F_OK) == 0) refuse_existing();
  if (std::rename(temporary_.c_str(), target_.c_str()) != 0) throw_file_error(target_, "rename", errno, remedy_);
}

void AtomicFile::refuse_existing() const {
  throw Error(Exit::input, target_ + ": exists already; give --overwrite or another " + remedy_);
}

void write_text_file(const std::string& path, std::string_view text, bool overwrite, const std::string& remedy) {
  if (path == "-") {
    std::fflush(stdout);
    write_all(STDOUT_FILENO, text, "stdout", remedy);
    return;
  }
  struct stat status {};
  if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor < 0) throw_file_error(path, "open", errno, remedy);
    try {
      write_all(descriptor, text, path, remedy);
    } catch (...) {
      ::close(descriptor);
      throw;
    }
    ::close(descriptor);
    return;
  }
  AtomicFile file(path, overwrite, remedy);
  file.write(text);
  file.commit();
}

}  // namespace pac
