// The threads of a block as fibers, one running at a time, in a chosen order.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "fiber.hpp"
#include "host_context.hpp"

namespace pac::kernels {

enum class Order { forward, reverse, shuffled };

/// Numbers 0..n-1 in an order; shuffled anew (and repeatably) for each seed.
std::vector<unsigned> numbers_in_order(unsigned n, Order order, unsigned seed);

class FiberTeam {
 public:
  FiberTeam(unsigned threads, std::size_t shared_bytes);
  FiberTeam(const FiberTeam&) = delete;
  FiberTeam& operator=(const FiberTeam&) = delete;
  ~FiberTeam();

  /// Runs work(thread) for each thread of a block; `seed` sets the shuffled order. std::logic_error where threads wait
  /// for others that will not come, or wrote behind the shared memory.
  void run_block(const std::function<void(unsigned)>& work, Order order, unsigned seed);

  void meet(unsigned thread, Meeting meeting);
  LaneValue* lanes(unsigned warp, unsigned turn) {
    return lane_values_.data() + (warp * lane_value_sets + turn) * warp_size;
  }
  void* shared() { return shared_.data(); }
  template <class T>
  T add(T* to, T value) {
    const T before = *to;
    *to = before + value;
    return before;
  }

 private:
  void run_warp(unsigned warp, Order order, unsigned seed);

  struct Thread {
    std::unique_ptr<Fiber> fiber;
    Meeting waits_at = Meeting::none;
    bool done = true;
  };
  std::vector<Thread> threads_;
  std::vector<LaneValue> lane_values_;
  std::vector<Words4> shared_;  ///< with a guard zone behind
  std::size_t shared_bytes_;
  const std::function<void(unsigned)>* work_ = nullptr;
};

}  // namespace pac::kernels
