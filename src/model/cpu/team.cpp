// Threads by OpenMP. The region captures nothing: what it runs is handed over through atomics, so that ThreadSanitizer,
// which cannot see into the OpenMP runtime, sees the order between the caller and the members.
#include "model/cpu/team.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <set>
#include <string>
#include <vector>

#include <omp.h>
#include <sched.h>

#include "core/error.hpp"

namespace pac::cpu {
namespace {

struct Job {
  const std::function<void(int)>* work = nullptr;
  int threads = 0;
  std::vector<std::exception_ptr> failures;
  std::atomic<int> finished{0};
};

std::atomic<Job*> current_job{nullptr};

void run_member(int member, int granted) {
  Job& job = *current_job.load(std::memory_order_acquire);
  if (granted != job.threads) return;  // members wait for each other: all of them or none
  try {
    (*job.work)(member);
  } catch (...) {
    job.failures[static_cast<std::size_t>(member)] = std::current_exception();
  }
  job.finished.fetch_add(1, std::memory_order_release);
}

}  // namespace

int available_threads() { return std::min(omp_get_max_threads(), omp_get_thread_limit()); }

std::vector<int> available_cpus() {
  std::set<int> cpus;
  for (int place = 0; place < omp_get_num_places(); ++place) {
    std::vector<int> members(static_cast<std::size_t>(omp_get_place_num_procs(place)));
    omp_get_place_proc_ids(place, members.data());
    cpus.insert(members.begin(), members.end());
  }
  // The system refuses masks that are too short for it.
  for (std::size_t most = CPU_SETSIZE; cpus.empty() && most <= (1U << 20U); most *= 4) {
    std::vector<cpu_set_t> mask(most / CPU_SETSIZE);
    if (sched_getaffinity(0, mask.size() * sizeof(cpu_set_t), mask.data()) != 0) continue;
    for (std::size_t cpu = 0; cpu < most; ++cpu) {
      if (CPU_ISSET_S(cpu, mask.size() * sizeof(cpu_set_t), mask.data())) cpus.insert(static_cast<int>(cpu));
    }
  }
  return {cpus.begin(), cpus.end()};
}

Teams teams_for(std::int64_t things, int threads) {
  const int count = static_cast<int>(std::clamp<std::int64_t>(things, 1, threads));
  return {count, threads / count};
}

void run_threads(int threads, const std::function<void(int)>& work) {
  if (threads <= 1) {
    work(0);
    return;
  }
  Job job;
  job.work = &work;
  job.threads = threads;
  job.failures.resize(static_cast<std::size_t>(threads));
  current_job.store(&job, std::memory_order_release);
  omp_set_dynamic(0);
#pragma omp parallel num_threads(threads)
  run_member(omp_get_thread_num(), omp_get_num_threads());
  if (job.finished.load(std::memory_order_acquire) != threads) {
    throw Error(Exit::device, "OpenMP granted fewer than " + std::to_string(threads) +
                                  " threads; lower --threads or raise OMP_THREAD_LIMIT");
  }
  for (const std::exception_ptr& failure : job.failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace pac::cpu
