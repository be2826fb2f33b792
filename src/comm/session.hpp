// One MPI session per process, and the one place where errors become lines on stderr and an exit status.
#pragma once

#include <functional>
#include <memory>

#include "comm/communicator.hpp"

namespace pac {

/// Initialises MPI; finalises it when destroyed, unless an exception is unwinding (a rank that finalises while others
/// wait in a collective would hang them all).
class Session {
 public:
  Session(int* argc, char*** argv);
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  [[nodiscard]] const Communicator& world() const { return *world_; }

  /// Runs `work` and returns its exit status. An AgreedError is reported once, by rank 0, and becomes the status of
  /// every rank; any other exception is this rank's alone: one line, and the whole job is aborted with its status.
  int guard(const std::function<int()>& work);

  /// Local: unless destroyed, MPI finalised, within so many seconds from now (0: no limit), the process ends with
  /// status 5. Rank 0 says so, one line; the others, whom the launcher may leave alone, end a moment later in silence,
  /// so that its line is the job's. Where rank 0 or its host is gone, the exit status alone tells. At most once.
  void limit_time(double seconds);

 private:
  class Deadline;
  std::unique_ptr<Communicator> world_;
  std::unique_ptr<Deadline> deadline_;  ///< goes last: it watches over MPI_Finalize too
};

}  // namespace pac
