// A file read by position: size and bytes, for formats that no library reads and for a look at a file's first bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

namespace pac {

/// A regular file, open for reading. Throws Error (input): absent, a folder, not a regular file, not readable, empty.
class InputFile {
 public:
  explicit InputFile(const std::string& path);
  InputFile(const InputFile&) = delete;
  InputFile& operator=(const InputFile&) = delete;
  ~InputFile();

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::int64_t bytes() const { return bytes_; }

  /// Fills `out` from byte `offset` on; throws Error (input) when the file ends before.
  void read_at(std::int64_t offset, std::span<std::byte> out) const;

  /// The same as text, shorter where the file ends.
  [[nodiscard]] std::string text_at(std::int64_t offset, std::int64_t most) const;

 private:
  std::string path_;
  std::int64_t bytes_ = 0;
  int descriptor_ = -1;
};

}  // namespace pac
