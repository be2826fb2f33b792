// The page of `report`: contents, a table of verdicts where there are several results, a section for each of them.
#pragma once

#include <string>
#include <vector>

#include "measure/record.hpp"

namespace pac {

struct ReportedResult {
  std::string path;
  Record record;
};

/// The whole document. `when`: the time that its last line states.
std::string report_page(const std::vector<ReportedResult>& results, const std::string& when);

/// "passed", "failed", "skipped", or "interrupted" where a run left its result unfinished.
std::string verdict_word(const Record& record);

}  // namespace pac
