// The result file of a run, and the tables beside it: checked before any work, written when there is something to keep.
#pragma once

#include <string>

#include "core/config.hpp"
#include "measure/record.hpp"

namespace pac {

/// Rank 0 only.
class ResultFile {
 public:
  /// `default_name`: where --output names none. `goes_on`: with what an earlier run left under the output's name;
  /// `keeps_rows`: in a journal too.
  ResultFile(const Config& config, const std::string& default_name, std::string command_text, bool goes_on,
             bool keeps_rows);

  /// Refuses outputs that cannot be written or would replace each other. Throws Error.
  void check() const;
  /// Whether there is an earlier result to go on with.
  [[nodiscard]] bool exists() const;
  /// Writes the record, with its provenance, in the place of what this run or the one it goes on with wrote before.
  void save(Record& record);
  /// --json and --csv. Signals are written where they are (comodulogram.cpp).
  void write_tables(const Record& record) const;
  /// Where the benchmark's output goes.
  [[nodiscard]] const std::string& path() const { return path_; }
  /// Where finished rows of an unfinished run are kept.
  [[nodiscard]] std::string journal_path() const { return path_ + ".journal"; }
  void remove_journal() const;

 private:
  const Config& config_;
  std::string path_;
  std::string command_text_;
  bool goes_on_;
  bool keeps_rows_;
  bool own_;  ///< what stands under the path may be replaced
};

/// --overwrite must not replace a file that is read. Throws Error (usage).
void refuse_own_input(const std::string& input, const std::string& output, const std::string& option = "--output");

}  // namespace pac
