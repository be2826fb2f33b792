// See hdf5_probe.hpp. Linux and POSIX calls only. The child copies nothing of the parent's devices or communication and
// leaves by _exit, so that no handler of MPI or CUDA runs in it.
#include "io/hdf5_probe.hpp"

#include <array>
#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.hpp"

namespace pac {
namespace {

[[noreturn]] void run_and_leave(std::int64_t most_cpu_s, const std::function<void()>& work) {
  // What a crash prints, and the memory it would dump, are of no use to the user.
  const int nowhere = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  if (nowhere >= 0) {
    ::dup2(nowhere, STDERR_FILENO);
    ::dup2(nowhere, STDOUT_FILENO);
  }
  const rlimit no_core{0, 0};
  ::setrlimit(RLIMIT_CORE, &no_core);
  const rlimit cpu{static_cast<rlim_t>(most_cpu_s), static_cast<rlim_t>(most_cpu_s)};
  ::setrlimit(RLIMIT_CPU, &cpu);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT, SIGXCPU, SIGTERM, SIGINT}) {
    static_cast<void>(std::signal(signal, SIG_DFL));
  }
  try {
    work();
  } catch (...) {  // the parent meets it again, and reports it
  }
  ::_exit(0);
}

}  // namespace

void try_in_child(const std::string& file_name, std::int64_t most_cpu_s, const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child < 0) return;
  if (child == 0) run_and_leave(most_cpu_s, work);
  int status = 0;
  pid_t ended = 0;
  do {
    ended = ::waitpid(child, &status, 0);
  } while (ended < 0 && errno == EINTR);
  if (ended < 0 || (WIFEXITED(status) && WEXITSTATUS(status) == 0)) return;
  const bool too_long = WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL);
  throw Error(Exit::input, file_name + ": is damaged: the HDF5 library " +
                               (too_long ? "does not come to an end" : "crashes") + " on it; write it again");
}

}  // namespace pac
