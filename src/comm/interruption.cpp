// Signals that ask a run to stop.
#include "comm/interruption.hpp"

#include <atomic>
#include <csignal>

namespace pac {
namespace {

std::atomic<int> received{0};
static_assert(std::atomic<int>::is_always_lock_free, "a signal handler may store nothing else");

void remember(int signal) { received = signal; }

std::string name_of(std::int64_t signal) {
  if (signal == 0) return "";
  return signal == SIGUSR1 ? "SIGUSR1" : signal == SIGTERM ? "SIGTERM" : "SIGINT";
}

}  // namespace

void watch_interruptions() {
  struct sigaction action {};
  action.sa_handler = remember;
  action.sa_flags = SA_RESTART;
  sigaction(SIGUSR1, &action, nullptr);
  action.sa_flags |= static_cast<int>(SA_RESETHAND);  // the second one does what it does elsewhere
  sigaction(SIGTERM, &action, nullptr);
  sigaction(SIGINT, &action, nullptr);
}

std::string interruption(const Communicator& among) { return name_of(among.max(std::int64_t{received})); }

}  // namespace pac
