// What rank 0 prints: the configuration before a run, a line per case as it finishes, a progress bar with the remaining
// time on long work, the verdict. Silent on other ranks.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "comm/communicator.hpp"
#include "core/config.hpp"
#include "measure/record.hpp"

namespace pac {

class Terminal {
 public:
  /// Tables go to stdout: not with --quiet, nor where JSON or CSV goes there. The bar goes to stderr where that is a
  /// terminal.
  Terminal(const Config& config, const Communicator& world, const Record& record);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  /// The record's warnings (stderr) and what is about to run, before the first other words; call it when everything
  /// that may be refused has been accepted.
  void announce();
  /// Names the columns of a table of cases after label and ranks: variables or metrics.
  void table(std::vector<std::string> columns);
  /// A line of the table; its head before the first.
  void line(const Case& c);
  /// Words between the lines.
  void note(const std::string& text);
  /// Verdict and path; for a record of one case without a table, its numbers. Numbers of a run whose verification
  /// failed are not printed.
  void result(const Record& record, const std::string& path);

  /// How much work lies ahead, in any unit; progress counts from here.
  void expect(double work);
  void advance(double work);

 private:
  void clear_bar();
  bool ready();  ///< whether words may be printed now

  const Config& config_;
  const Record& record_;
  int n_ranks_;
  bool warns_;
  bool prints_;
  bool draws_;
  std::vector<std::string> columns_;
  bool announced_ = false;
  bool head_printed_ = false;
  bool drawn_ = false;
  double expected_ = 1;
  double done_ = 0;
  std::chrono::steady_clock::time_point begin_;
  std::chrono::steady_clock::time_point last_;
};

/// A number by printf's format, which may name a unit behind it.
std::string number_text(const char* format, double value, const char* unit = "");

/// A number with its unit in a form that people read: 12.3 ms, 1.50 GiB, 1234, 0.95; "-" for NaN.
std::string readable(const Metric& metric);

/// "1.50 GiB"
std::string bytes_text(std::int64_t bytes);

}  // namespace pac
