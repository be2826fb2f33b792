// Runs kernel bodies with a host thread for each thread of a block: slow, but ThreadSanitizer sees what meets
// unordered.
#pragma once

#include <atomic>
#include <barrier>
#include <memory>
#include <thread>
#include <vector>

#include "host_executor.hpp"

namespace pac::kernels {

class ThreadTeam {
 public:
  ThreadTeam(unsigned threads, std::size_t shared_bytes)
      : lane_values_(threads * lane_value_sets), shared_(shared_bytes / sizeof(Words4) + 1), block_(threads) {
    for (unsigned i = 0; i < threads / warp_size; ++i) warps_.push_back(std::make_unique<std::barrier<>>(warp_size));
  }

  void meet(unsigned thread, Meeting meeting) {
    (meeting == Meeting::barrier ? block_ : *warps_[thread / warp_size]).arrive_and_wait();
  }
  LaneValue* lanes(unsigned warp, unsigned turn) {
    return lane_values_.data() + (warp * lane_value_sets + turn) * warp_size;
  }
  void* shared() { return shared_.data(); }
  template <class T>
  T add(T* to, T value) {
    return std::atomic_ref<T>(*to).fetch_add(value);
  }
  /// By one thread, while the others wait.
  void poison() { std::memset(static_cast<void*>(shared_.data()), 0xCD, shared_.size() * sizeof(Words4)); }

 private:
  std::vector<LaneValue> lane_values_;
  std::vector<Words4> shared_;
  std::barrier<> block_;
  std::vector<std::unique_ptr<std::barrier<>>> warps_;
};

/// A body that makes its threads wait for others that do not come hangs here: run_on_host reports it.
template <class Body>
void run_on_threads(const Body& body) {
  const Shape shape = body.shape();
  if (shape.empty()) return;
  const unsigned n_blocks = shape.blocks.x * shape.blocks.y * shape.blocks.z;
  ThreadTeam team(shape.threads, shape.shared_bytes);
  const auto run = [&](unsigned thread) {
    for (unsigned number = 0; number < n_blocks; ++number) {
      if (thread == 0) team.poison();
      team.meet(thread, Meeting::barrier);
      body(HostContext<ThreadTeam>(team, thread, shape.threads, block_of(shape.blocks, number)));
      team.meet(thread, Meeting::barrier);
    }
  };
  std::vector<std::thread> threads;
  for (unsigned thread = 0; thread < shape.threads; ++thread) threads.emplace_back(run, thread);
  for (std::thread& thread : threads) thread.join();
}

}  // namespace pac::kernels
