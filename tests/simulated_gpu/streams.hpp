// Streams as queues of work, events as marks in them.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <memory>

#include <cuda_runtime_api.h>

/// A mark that the work before it has run.
struct SimulatedMark {
  CUstream_st* stream = nullptr;
  bool reached = false;
  std::chrono::steady_clock::time_point when;
};

namespace simulated {

/// How work stands after it was run: stuck work will not be done unless the program does something about it.
enum class Progress { done, waits, stuck };
/// It is run again until it is done.
using Work = std::function<Progress()>;

}  // namespace simulated

/// What the program holds as cudaStream_t.
struct CUstream_st {
  std::deque<simulated::Work> work;
  int device = 0;
  bool waits_for_null_stream = true;
};

/// What the program holds as cudaEvent_t.
struct CUevent_st {
  std::shared_ptr<SimulatedMark> mark;  ///< of the last record
  bool timed = true;
};

namespace simulated {

/// Queues work on a stream of the program (or the null stream); runs what can run, unless settings().lazy.
cudaError_t queue(cudaStream_t stream, Work work);
/// For work that is done when it has run.
cudaError_t queue_once(cudaStream_t stream, std::function<void()> work);

/// Runs all that was queued on the current device.
cudaError_t drain_device();
/// Runs what the null stream waits for: streams that were not made non-blocking.
cudaError_t drain_for_null_stream();

}  // namespace simulated
