// A file to which finished work is appended, record by record, so that a run that ends at any moment - killed, out of
// disk, without power - loses only the record it was writing. Nothing here knows what the records hold.
#pragma once

#include <cstdint>
#include <fstream>
#include <span>
#include <string>
#include <string_view>

#include "core/digest.hpp"

namespace pac {

/// Reads a journal record by record, without holding one in memory.
class JournalReader {
 public:
  /// A file that is absent or ends within its first line has no records. Throws Error (input) for one that cannot be
  /// read or is something else.
  explicit JournalReader(std::string path);

  /// Goes to the next record; false behind the last one and where the file does not hold all of it.
  bool next();
  /// Bytes of the record that are not read yet.
  [[nodiscard]] std::uint64_t left() const { return left_; }
  /// The record's next bytes; at most left().
  void read(void* to, std::size_t n_bytes);
  /// The rest of the record as text.
  std::string rest();
  /// Whether the record, all of which has been read, is as it was written. What was read of it counts only then.
  bool whole();
  /// Up to the end of the last record that whole() found so.
  [[nodiscard]] std::int64_t valid_bytes() const { return valid_bytes_; }

 private:
  std::string path_;
  std::ifstream file_;
  std::int64_t file_bytes_ = 0;
  std::int64_t valid_bytes_ = 0;
  std::uint64_t size_ = 0;
  std::uint64_t left_ = 0;
  std::uint64_t expected_ = 0;
  Digest digest_;
};

class Journal {
 public:
  /// Opens the journal for appending behind its first `valid_bytes` (0: from the beginning); the rest is dropped.
  /// Throws Error (input) where it cannot be written, or another process is writing it.
  Journal(std::string path, std::int64_t valid_bytes);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Appends a record, given in parts. Throws Error (input), naming the remedy (disk full, ...), and leaves the journal
  /// as it was.
  void append(std::span<const std::string_view> parts);
  /// Blocks until all records are on the disk.
  void sync();

 private:
  void write(std::string_view bytes);

  std::string path_;
  int descriptor_ = -1;
  std::int64_t bytes_ = 0;  ///< up to the end of the last record
};

}  // namespace pac
