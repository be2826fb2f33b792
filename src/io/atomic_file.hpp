// A file that appears under its name only when it is complete. The content is written by others (HDF5) to the
// temporary name, or as text through write(). Nothing here knows what the file holds.
#pragma once

#include <string>
#include <string_view>

namespace pac {

/// Owns a temporary file beside its target until commit() gives it the target's name. Destroyed before that, it removes
/// the temporary: a failed run leaves nothing behind and an existing target as it was.
class AtomicFile {
 public:
  /// Creates the empty temporary. Throws Error (input) when the target exists without `overwrite`, is no regular file,
  /// or its folder is absent or not writable. `remedy` names the option to change ("--output").
  AtomicFile(std::string target, bool overwrite, std::string remedy);
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();

  [[nodiscard]] const std::string& temporary() const { return temporary_; }

  /// Appends text to the temporary.
  void write(std::string_view text);

  /// Syncs the temporary to disk and renames it; without `overwrite` a target that appeared meanwhile is kept and this
  /// throws. The folder is synced too, so that the name survives a power cut.
  void commit();

 private:
  [[noreturn]] void refuse_existing() const;
  void rename_without_replacing();

  std::string target_;
  std::string remedy_;
  std::string temporary_;
  bool overwrite_;
  int descriptor_ = -1;
  bool committed_ = false;
};

/// Removes temporaries of `target` whose process is no longer on this host: what a killed run could not.
void remove_abandoned(const std::string& target);

/// Writes a whole text: to stdout for "-", straight to a device or pipe (/dev/stdout), otherwise as an AtomicFile.
void write_text_file(const std::string& path, std::string_view text, bool overwrite, const std::string& remedy);

/// "PATH: cannot WHAT: <strerror>; REMEDY" as Error (input), with a remedy that fits the error number.
[[noreturn]] void throw_file_error(const std::string& path, const std::string& what, int error_number,
                                   const std::string& option);

}  // namespace pac
