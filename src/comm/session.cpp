// One MPI session per process; errors become lines on stderr and an exit status.
#include "comm/session.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

#include <pthread.h>
#include <unistd.h>

#include "comm/mpi_check.hpp"

namespace pac {
namespace {

/// Set by whoever ends this process: its last line has been said, or is another rank's to say.
std::atomic<bool> ending{false};

void print_line(const std::string& line) { std::fprintf(stderr, "pacbench: %s\n", line.c_str()); }

std::string name_of(const Communicator& c) {
  return c.size() == 1 ? "" : "[rank " + std::to_string(c.rank()) + ", host " + c.host() + "] ";
}

[[noreturn]] void abort_job(const Communicator& world, Exit status, const std::string& line) {
  while (ending.exchange(true)) ::pause();  // the deadline's thread ends the process
  print_line(name_of(world) + line);
  std::fflush(nullptr);
  if (world.size() > 1) MPI_Abort(MPI_COMM_WORLD, static_cast<int>(status));
  std::_Exit(static_cast<int>(status));
}

}  // namespace

/// A thread that ends the process at a time, unless destroyed before. The main thread may be inside MPI or write to a
/// pipe that nobody reads, so nothing is asked of it, nor of the C library's streams.
class Session::Deadline {
 public:
  Deadline(bool is_root, double seconds) : is_root_(is_root), seconds_(seconds), thread_([this] { watch(); }) {}
  Deadline(const Deadline&) = delete;
  Deadline& operator=(const Deadline&) = delete;
  ~Deadline() {
    {
      const std::lock_guard lock(mutex_);
      finished_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

 private:
  void watch() {
    pthread_setname_np(pthread_self(), "deadline");
    constexpr double abort_s = 5;         // for a job that is being aborted for another reason
    constexpr double after_root_s = 1.5;  // the launcher must see rank 0 end first, with its line
    if (finishes_within(seconds_)) return;
    if (ending.exchange(true)) {
      if (finishes_within(abort_s)) return;
    } else if (is_root_) {
      char line[160];
      const int size = std::snprintf(
          line, sizeof line, "pacbench: not finished after --timeout %g s; give more time or less work\n", seconds_);
      if (::write(STDERR_FILENO, line, static_cast<std::size_t>(size)) < 0) {
      }  // nowhere to say it
    } else if (finishes_within(after_root_s)) {
      return;
    }
    std::_Exit(static_cast<int>(Exit::communication));
  }

  bool finishes_within(double seconds) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return finished_; });
  }

  bool is_root_;
  double seconds_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool finished_ = false;
  std::thread thread_;  ///< last: it uses the others
};

Session::Session(int* argc, char*** argv) {
  int provided = 0;
  check_mpi(MPI_Init_thread(argc, argv, MPI_THREAD_FUNNELED, &provided), "initialise");
  world_ = std::make_unique<Communicator>();
}

Session::~Session() {
  if (std::uncaught_exceptions() > 0) return;
  world_.reset();
  MPI_Finalize();
}

int Session::guard(const std::function<int()>& work) {
  try {
    return work();
  } catch (const AgreedError& error) {
    ending = true;  // these are the job's last words, whatever happens to it from here
    if (world_->is_root()) {
      for (const std::string& line : error.lines()) print_line(line);
    }
    return static_cast<int>(error.status());
  } catch (const Error& error) {
    abort_job(*world_, error.status(), error.what());
  } catch (const std::bad_alloc&) {
    abort_job(*world_, Exit::memory, "out of memory; lower --mem-limit or the row length, or use more ranks");
  } catch (const std::exception& error) {
    abort_job(*world_, Exit::communication, error.what());
  }
}

void Session::limit_time(double seconds) {
  if (seconds <= 0) return;
  constexpr double years_s = 1e8;  // more would overflow the clock
  deadline_ = std::make_unique<Deadline>(world_->is_root(), std::min(seconds, years_s));
}

}  // namespace pac
