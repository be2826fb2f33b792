// What rank 0 prints: the configuration before a run, the table after it, a progress bar on long work.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "comm/communicator.hpp"
#include "core/config.hpp"
#include "measure/record.hpp"

namespace pac {

/// Whether rank 0 may print tables: not with --quiet, nor where JSON or CSV goes to stdout.
bool prints_tables(const Config& config);

/// Rank 0 prints what is about to run; benchmarks call it when everything that may be refused has been accepted.
void announce(const Record& record, const Config& config, const Communicator& world);
void print_result(const Record& record, const std::string& path);

/// "1.50 GiB"
std::string bytes_text(std::int64_t bytes);

/// A bar with the remaining time on stderr, on rank 0's terminal only, for work that lasts longer than a second.
class Progress {
 public:
  Progress(bool wanted, std::int64_t units);
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  void advance();

 private:
  bool shown_;
  bool drawn_ = false;
  std::int64_t units_;
  std::int64_t done_ = 0;
  std::chrono::steady_clock::time_point begin_ = std::chrono::steady_clock::now();
  std::chrono::steady_clock::time_point last_ = begin_;
};

}  // namespace pac
