// See input_file.hpp.
#include "io/input_file.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/error.hpp"

namespace pac {

InputFile::InputFile(const std::string& path) : path_(path) {
  struct stat status {};
  // Look before opening: opening a pipe would wait for its other end.
  if (::stat(path.c_str(), &status) != 0) throw Error(Exit::input, path + ": " + std::strerror(errno));
  if (S_ISDIR(status.st_mode)) throw Error(Exit::input, path + ": is a folder, not a file");
  if (!S_ISREG(status.st_mode)) throw Error(Exit::input, path + ": is not a regular file");
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) throw Error(Exit::input, path + ": " + std::strerror(errno));
  bytes_ = static_cast<std::int64_t>(status.st_size);
  if (bytes_ == 0) {
    ::close(descriptor_);
    throw Error(Exit::input, path + ": the file is empty");
  }
}

InputFile::~InputFile() { ::close(descriptor_); }

void InputFile::read_at(std::int64_t offset, std::span<std::byte> out) const {
  while (!out.empty()) {
    const ssize_t n = ::pread(descriptor_, out.data(), out.size(), static_cast<off_t>(offset));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw Error(Exit::input, path_ + ": cannot be read: " + std::strerror(errno));
    if (n == 0) throw Error(Exit::input, path_ + ": is truncated: nothing at byte " + std::to_string(offset));
    out = out.subspan(static_cast<std::size_t>(n));
    offset += n;
  }
}

std::string InputFile::text_at(std::int64_t offset, std::int64_t most) const {
  std::string text(static_cast<std::size_t>(std::clamp<std::int64_t>(bytes_ - offset, 0, most)), '\0');
  read_at(offset, std::as_writable_bytes(std::span(text)));
  return text;
}

}  // namespace pac
