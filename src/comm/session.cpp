// One MPI session per process; errors become lines on stderr and an exit status.
#include "comm/session.hpp"

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <mutex>
#include <new>
#include <thread>

#include <unistd.h>

#include "comm/mpi_check.hpp"

namespace pac {
namespace {

void print_line(const std::string& line) { std::fprintf(stderr, "pacbench: %s\n", line.c_str()); }

std::string name_of(const Communicator& c) {
  return c.size() == 1 ? "" : "[rank " + std::to_string(c.rank()) + ", host " + c.host() + "] ";
}

[[noreturn]] void abort_job(const Communicator& world, Exit status, const std::string& line) {
  print_line(name_of(world) + line);
  std::fflush(nullptr);
  if (world.size() > 1) MPI_Abort(MPI_COMM_WORLD, static_cast<int>(status));
  std::_Exit(static_cast<int>(status));
}

}  // namespace

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

struct Deadline::Watch {
  std::mutex mutex;
  std::condition_variable changed;
  bool finished = false;
  std::thread thread;
};

Deadline::Deadline(const Communicator& communicator, double seconds) {
  if (seconds <= 0) return;
  seconds = std::min(seconds, 1e8);  // years; more would overflow the clock
  watch_ = std::make_unique<Watch>();
  watch_->thread = std::thread([this, &communicator, seconds] {
    std::unique_lock lock(watch_->mutex);
    if (watch_->changed.wait_for(lock, std::chrono::duration<double>(seconds), [this] { return watch_->finished; }))
      return;
    // The main thread may be inside MPI, so nothing is asked of it: say it, and leave. mpirun and srun end the other
    // ranks.
    char line[160];
    std::snprintf(line, sizeof line, "not finished after --timeout %g s; give more time or less work", seconds);
    print_line(name_of(communicator) + line);
    std::fflush(nullptr);
    std::_Exit(static_cast<int>(Exit::communication));
  });
}

Deadline::~Deadline() {
  if (!watch_) return;
  {
    const std::lock_guard lock(watch_->mutex);
    watch_->finished = true;
  }
  watch_->changed.notify_all();
  watch_->thread.join();
}

}  // namespace pac
