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

 private:
  std::unique_ptr<Communicator> world_;
};

/// Ends the job with status 5 and one line on stderr unless destroyed within `seconds` (0: never).
class Deadline {
 public:
  Deadline(const Communicator& communicator, double seconds);
  ~Deadline();
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;

 private:
  struct Watch;
  std::unique_ptr<Watch> watch_;
};

}  // namespace pac
