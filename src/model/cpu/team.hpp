// Threads: one parallel region over OpenMP, and the barrier of a team inside it.
#pragma once

#include <barrier>
#include <cstdint>
#include <functional>
#include <vector>

namespace pac::cpu {

/// Threads this process may use: OMP_NUM_THREADS, or the processors it is bound to.
int available_threads();

/// Processors this process may use, ascending: those of OpenMP's places where it has any (it then has bound this very
/// thread to one of them), else those the process is bound to. Empty where the system does not tell.
std::vector<int> available_cpus();

/// Runs work(member), member = 0..threads-1, each on its own thread, and waits for all; throws what a member threw (the
/// lowest member's). Not to be nested.
void run_threads(int threads, const std::function<void(int member)>& work);

/// How the threads of a rank are divided: as many things at once as there are threads or things, the rest of the
/// threads within them.
struct Teams {
  int count = 1;
  int members = 1;
};
Teams teams_for(std::int64_t things, int threads);

/// A barrier for the threads that share one row; free where a team is one thread.
class TeamBarrier {
 public:
  explicit TeamBarrier(int members) : members_(members), barrier_(members) {}
  void wait() {
    if (members_ > 1) barrier_.arrive_and_wait();
  }

 private:
  int members_;
  std::barrier<> barrier_;
};

}  // namespace pac::cpu
