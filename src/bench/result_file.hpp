// The result file of a run, and the tables beside it: checked before any work, written when there is something to keep.
#pragma once

#include <string>

#include "core/config.hpp"
#include "measure/record.hpp"

namespace pac {

/// Rank 0 only.
class ResultFile {
 public:
  /// `resumes`: an existing output may be gone on with.
  ResultFile(const Config& config, const std::string& benchmark, std::string command_text, bool resumes);

  /// Refuses outputs that cannot be written or would replace each other. Throws Error.
  void check() const;
  /// Whether there is an earlier result to go on with.
  [[nodiscard]] bool exists() const;
  /// Writes the record, with its provenance, in the place of what this run or the one it goes on with wrote before.
  void save(Record& record);
  /// --json and --csv.
  void write_tables(const Record& record) const;
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  const Config& config_;
  std::string path_;
  std::string command_text_;
  bool resumes_;
  bool own_;  ///< what stands under the path may be replaced
};

/// --overwrite must not replace a result that is read. Throws Error (usage).
void refuse_own_input(const std::string& input, const std::string& output);

}  // namespace pac
