// The one exception of the program and the exit statuses users' scripts rely on.
// Nothing here prints or ends the process: comm/session catches, main returns.
#pragma once

#include <stdexcept>
#include <string>

namespace pac {

/// Exit statuses of the program (command-line contract).
enum class Exit : int {
  ok = 0,             ///< done and verified
  verification = 1,   ///< a verdict failed
  usage = 2,          ///< command line or configuration
  input = 3,          ///< an input or output file
  device = 4,         ///< device or binding
  communication = 5,  ///< MPI, NCCL or a timeout
  memory = 6,         ///< out of memory
  interrupted = 7,    ///< stopped by a signal, finished work saved
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
