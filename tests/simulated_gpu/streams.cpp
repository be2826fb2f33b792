// How queued work runs: at once, or (lazily) when something waits for it, and then only what that something needs.
#include "streams.hpp"

#include <set>
#include <thread>

#include "device.hpp"

namespace simulated {

namespace {

/// Long enough for a peer that is busy, short enough for a test.
constexpr std::chrono::seconds patience{20};

std::set<CUstream_st*>& streams() {
  static auto* const set = new std::set<CUstream_st*>;
  return *set;
}

/// The null stream of each device.
CUstream_st* null_stream(int device) {
  static auto* const made = new std::deque<CUstream_st>;
  while (static_cast<int>(made->size()) <= device) {
    CUstream_st& stream = made->emplace_back();
    stream.device = static_cast<int>(made->size()) - 1;
    streams().insert(&stream);
  }
  return &(*made)[static_cast<std::size_t>(device)];
}

/// nullptr for what is no stream of the calling thread's device.
CUstream_st* stream_of(cudaStream_t handle) {
  if (handle == nullptr || handle == cudaStreamLegacy || handle == cudaStreamPerThread)
    return null_stream(current_device());
  return streams().count(handle) > 0 && handle->device == current_device() ? handle : nullptr;
}

enum class Until { it_must_wait, all_is_done };

/// Runs a stream's work, up to a mark where one is given. False where some of it is not ready.
bool advance(CUstream_st& stream, const SimulatedMark* mark, Until until) {
  const auto give_up_at = std::chrono::steady_clock::now() + patience;
  while (!stream.work.empty() && sticky_error() == cudaSuccess && !(mark != nullptr && mark->reached)) {
    Work work = std::move(stream.work.front());
    stream.work.pop_front();
    const Progress progress = work();
    if (progress == Progress::done) continue;
    stream.work.push_front(std::move(work));
    if (until == Until::it_must_wait) return false;
    if (progress == Progress::stuck || std::chrono::steady_clock::now() > give_up_at) {
      say(progress == Progress::stuck ? "wait for a communicator that failed and was not aborted: a device would hang"
                                      : "wait for work of other ranks that does not come: a device would hang");
      break_device(cudaErrorLaunchTimeout);
      return false;
    }
    std::this_thread::sleep_for(std::chrono::microseconds(100));
  }
  return mark == nullptr ? stream.work.empty() : mark->reached;
}

cudaError_t drain(CUstream_st& stream) {
  advance(stream, nullptr, Until::all_is_done);
  return sticky_error();
}

bool advance_to(const SimulatedMark& mark, Until until) {
  if (!mark.reached && streams().count(mark.stream) > 0) advance(*mark.stream, &mark, until);
  return mark.reached;
}

}  // namespace

cudaError_t queue(cudaStream_t handle, Work work) {
  CUstream_st* const stream = stream_of(handle);
  if (stream == nullptr) return cudaErrorInvalidResourceHandle;
  const bool is_null = stream == null_stream(stream->device);
  if (is_null) drain_for_null_stream();
  stream->work.push_back(std::move(work));
  if (!settings().lazy || is_null) advance(*stream, nullptr, is_null ? Until::all_is_done : Until::it_must_wait);
  return cudaSuccess;
}

cudaError_t queue_once(cudaStream_t stream, std::function<void()> work) {
  return queue(stream, [work = std::move(work)] {
    work();
    return Progress::done;
  });
}

cudaError_t drain_device() {
  for (CUstream_st* const stream : streams())
    if (stream->device == current_device()) drain(*stream);
  return sticky_error();
}

cudaError_t drain_for_null_stream() {
  for (CUstream_st* const stream : streams())
    if (stream->device == current_device() && stream->waits_for_null_stream) drain(*stream);
  return sticky_error();
}

}  // namespace simulated

using namespace simulated;

extern "C" {

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
  return call([&] {
    *stream = new CUstream_st;
    (*stream)->device = current_device();
    (*stream)->waits_for_null_stream = (flags & cudaStreamNonBlocking) == 0;
    streams().insert(*stream);
    return cudaSuccess;
  });
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) { return cudaStreamCreateWithFlags(stream, cudaStreamDefault); }

cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags, int) {
  return cudaStreamCreateWithFlags(stream, flags);
}

cudaError_t cudaStreamDestroy(cudaStream_t stream) {
  return call([&] {
    if (stream == nullptr || streams().count(stream) == 0) return cudaErrorInvalidResourceHandle;
    const cudaError_t status = drain(*stream);
    streams().erase(stream);
    delete stream;
    return status;
  });
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
  return call([&] {
    CUstream_st* const stream = stream_of(handle);
    return stream == nullptr ? cudaErrorInvalidResourceHandle : drain(*stream);
  });
}

cudaError_t cudaStreamQuery(cudaStream_t handle) {
  return call([&] {
    CUstream_st* const stream = stream_of(handle);
    if (stream == nullptr) return cudaErrorInvalidResourceHandle;
    return advance(*stream, nullptr, Until::it_must_wait) ? cudaSuccess : cudaErrorNotReady;
  });
}

cudaError_t cudaStreamWaitEvent(cudaStream_t stream, cudaEvent_t event, unsigned) {
  return call([&] {
    if (event == nullptr) return cudaErrorInvalidResourceHandle;
    if (event->mark == nullptr) return cudaSuccess;  // never recorded: nothing to wait for, as CUDA has it
    return queue(stream, [mark = event->mark] {
      return advance_to(*mark, Until::it_must_wait) ? Progress::done : Progress::waits;
    });
  });
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
  return call([&] {
    *event = new CUevent_st;
    (*event)->timed = (flags & cudaEventDisableTiming) == 0;
    return cudaSuccess;
  });
}

cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, cudaEventDefault); }

cudaError_t cudaEventDestroy(cudaEvent_t event) {
  delete event;
  return remember(unusable());
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t handle) {
  return call([&] {
    CUstream_st* const stream = stream_of(handle);
    if (event == nullptr || stream == nullptr) return cudaErrorInvalidResourceHandle;
    event->mark = std::make_shared<SimulatedMark>();
    event->mark->stream = stream;
    return queue_once(handle, [mark = event->mark] {
      mark->reached = true;
      mark->when = std::chrono::steady_clock::now();
    });
  });
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
  return call([&] {
    if (event == nullptr) return cudaErrorInvalidResourceHandle;
    if (event->mark != nullptr) advance_to(*event->mark, Until::all_is_done);
    return cudaSuccess;
  });
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
  return call([&] {
    if (event == nullptr) return cudaErrorInvalidResourceHandle;
    if (event->mark == nullptr || advance_to(*event->mark, Until::it_must_wait)) return cudaSuccess;
    return cudaErrorNotReady;
  });
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
  return call([&] {
    for (const cudaEvent_t event : {start, end}) {
      if (event == nullptr || event->mark == nullptr || !event->timed) return cudaErrorInvalidResourceHandle;
      if (!event->mark->reached) return cudaErrorNotReady;
    }
    *milliseconds = std::chrono::duration<float, std::milli>(end->mark->when - start->mark->when).count();
    return cudaSuccess;
  });
}

}  // extern "C"
