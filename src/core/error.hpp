// The one exception of the program and the exit statuses users' scripts rely on.
// Nothing here prints or ends the process: comm/session catches, main returns.
#pragma once

#include <stdexcept>
#include <string>

namespace pac {

/// Exit statuses of the program (command-line contract); what each means stands in exit_meanings.
enum class Exit : int {
  ok = 0,
  verification = 1,
  usage = 2,
  input = 3,
  device = 4,
  communication = 5,
  memory = 6,
  interrupted = 7,
};

struct ExitMeaning {
  Exit status;
  const char* meaning;
};

/// Every exit status with its meaning, in order: what --help and the manual page print.
inline constexpr ExitMeaning exit_meanings[] = {
    {Exit::ok, "done and verified; of report: the page is written, whatever verdicts it shows"},
    {Exit::verification, "verification failed"},
    {Exit::usage, "usage: command line or configuration"},
    {Exit::input, "an input or output file"},
    {Exit::device, "device or binding"},
    {Exit::communication, "communication (MPI, NCCL) or timeout"},
    {Exit::memory, "out of memory"},
    {Exit::interrupted, "interrupted by a signal, finished work saved"},
};

/// What went wrong, in one line: the option or file, the value, the remedy.
class Error : public std::runtime_error {
 public:
  Error(Exit status, const std::string& what) : std::runtime_error(what), status_(status) {}
  [[nodiscard]] Exit status() const noexcept { return status_; }

 private:
  Exit status_;
};

}  // namespace pac
