// Who runs next: a warp until each of its lanes waits at the block's barrier or has ended, then the next warp.
#include "fiber_team.hpp"

#include <algorithm>
#include <numeric>
#include <random>
#include <stdexcept>

namespace pac::kernels {

namespace {

constexpr std::size_t guard_bytes = 256;
constexpr int shared_poison = 0xCD;
constexpr int guard_poison = 0xE7;

/// Fibers that no team uses: making stacks costs more than most blocks.
std::vector<std::unique_ptr<Fiber>>& idle_fibers() {
  thread_local std::vector<std::unique_ptr<Fiber>> fibers;
  return fibers;
}

}  // namespace

std::vector<unsigned> numbers_in_order(unsigned n, Order order, unsigned seed) {
  std::vector<unsigned> numbers(n);
  std::iota(numbers.begin(), numbers.end(), 0U);
  if (order == Order::reverse) std::reverse(numbers.begin(), numbers.end());
  if (order == Order::shuffled) std::shuffle(numbers.begin(), numbers.end(), std::minstd_rand(seed + 1));
  return numbers;
}

FiberTeam::FiberTeam(unsigned threads, std::size_t shared_bytes)
    : threads_(threads),
      lane_values_(threads * lane_value_sets),
      shared_((shared_bytes + guard_bytes) / sizeof(Words4) + 1),
      shared_bytes_(shared_bytes) {
  if (threads == 0 || threads % warp_size != 0) throw std::logic_error("threads of a block: not whole warps");
  auto& idle = idle_fibers();
  for (unsigned i = 0; i < threads; ++i) {
    std::unique_ptr<Fiber>& fiber = threads_[i].fiber;
    if (idle.empty()) {
      fiber = std::make_unique<Fiber>();
    } else {
      fiber = std::move(idle.back());
      idle.pop_back();
    }
    fiber->set_work([this, i] {
      (*work_)(i);
      threads_[i].done = true;
    });
  }
}

FiberTeam::~FiberTeam() {
  for (Thread& thread : threads_)
    if (thread.done) idle_fibers().push_back(std::move(thread.fiber));
}

void FiberTeam::meet(unsigned thread, Meeting meeting) {
  threads_[thread].waits_at = meeting;
  threads_[thread].fiber->leave();
}

void FiberTeam::run_warp(unsigned warp, Order order, unsigned seed) {
  Thread* const lanes = threads_.data() + warp * warp_size;
  const std::vector<unsigned> lane_order = numbers_in_order(warp_size, order, seed);
  for (;;) {
    for (const unsigned lane : lane_order)
      if (!lanes[lane].done && lanes[lane].waits_at == Meeting::none) lanes[lane].fiber->enter();
    unsigned at_barrier_or_done = 0;
    for (unsigned lane = 0; lane < warp_size; ++lane)
      if (lanes[lane].done || lanes[lane].waits_at == Meeting::barrier) ++at_barrier_or_done;
    if (at_barrier_or_done == warp_size) return;
    for (unsigned lane = 0; lane < warp_size; ++lane)
      if (lanes[lane].done || lanes[lane].waits_at != lanes[0].waits_at)
        throw std::logic_error("warp operation not reached by all lanes");
    for (unsigned lane = 0; lane < warp_size; ++lane) lanes[lane].waits_at = Meeting::none;
  }
}

void FiberTeam::run_block(const std::function<void(unsigned)>& work, Order order, unsigned seed) {
  auto* const bytes = reinterpret_cast<unsigned char*>(shared_.data());
  std::memset(bytes, shared_poison, shared_bytes_);
  std::memset(bytes + shared_bytes_, guard_poison, guard_bytes);
  work_ = &work;
  for (Thread& thread : threads_) {
    thread.waits_at = Meeting::none;
    thread.done = false;
  }
  const auto warps = static_cast<unsigned>(threads_.size()) / warp_size;
  for (unsigned round = 0;; ++round) {
    const unsigned round_seed = (seed * 31 + round) * warps;
    for (const unsigned warp : numbers_in_order(warps, order, round_seed)) run_warp(warp, order, round_seed + warp);
    const auto done = std::count_if(threads_.begin(), threads_.end(), [](const Thread& t) { return t.done; });
    if (done == static_cast<std::ptrdiff_t>(threads_.size())) break;
    if (done != 0) throw std::logic_error("barrier not reached by all threads");
    for (Thread& thread : threads_) thread.waits_at = Meeting::none;
  }
  const auto is_guard = [](unsigned char byte) { return byte == guard_poison; };
  if (!std::all_of(bytes + shared_bytes_, bytes + shared_bytes_ + guard_bytes, is_guard))
    throw std::logic_error("write behind the end of shared memory");
}

}  // namespace pac::kernels
