// A file to which finished work is appended, record by record, so that a run that ends at any moment - killed, out of
// disk, without power - loses only the record it was writing. Nothing here knows what the records hold.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace pac {

/// Calls take(record) for each whole record of a journal, in order, until it returns false, and returns the bytes up to
/// where the last of them ends: what is damaged, or was not written to its end, is left out with all behind it. 0 for a
/// file that is absent or holds no record. Throws Error (input) for a file that cannot be read or is something else.
std::int64_t read_journal(const std::string& path, const std::function<bool(std::string_view record)>& take);

class Journal {
 public:
  /// Opens the journal for appending behind its first `valid_bytes` (0: from the beginning); the rest is dropped.
  /// Throws Error (input) where it cannot be written, or another process is writing it.
  Journal(std::string path, std::int64_t valid_bytes);
  ~Journal();
  Journal(const Journal&) = delete;
  Journal& operator=(const Journal&) = delete;

  /// Appends a record. Throws Error (input), naming the remedy (disk full, ...); records before it stay whole.
  void append(std::string_view record);
  /// Blocks until all records are on the disk.
  void sync();

 private:
  void write(std::string_view bytes);

  std::string path_;
  int descriptor_ = -1;
};

}  // namespace pac
