// Owners of what CUDA and cuFFT hand out.
#include "model/cuda/handles.hpp"

#include <string>

#include "model/cuda/cuda_check.hpp"

namespace pac::cuda {
namespace {

/// Words are made for failures alone.
void check_memory(cudaError_t status, const char* verb, std::int64_t bytes, const char* kind) {
  if (status == cudaSuccess) return;
  check(status, (std::string(verb) + " " + std::to_string(bytes) + " bytes of " + kind).c_str());
}

}  // namespace

Stream::Stream() {
  cudaStream_t stream = nullptr;
  check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "make a stream");
  reset(stream);
}

void Stream::synchronize() const { check(cudaStreamSynchronize(get()), "wait for a stream"); }

Event::Event(Timing timing) {
  cudaEvent_t event = nullptr;
  const unsigned flags = timing == Timing::on ? cudaEventDefault : cudaEventDisableTiming;
  check(cudaEventCreateWithFlags(&event, flags), "make an event");
  reset(event);
}

void Event::record(const Stream& stream) const { check(cudaEventRecord(get(), stream.get()), "record an event"); }

void Event::synchronize() const { check(cudaEventSynchronize(get()), "wait for an event"); }

bool Event::done() const {
  const cudaError_t status = cudaEventQuery(get());
  if (status == cudaErrorNotReady) {
    static_cast<void>(cudaGetLastError());
    return false;
  }
  check(status, "look at an event");
  return true;
}

double Event::seconds_since(const Event& begin) const {
  float milliseconds = 0;
  check(cudaEventElapsedTime(&milliseconds, begin.get(), get()), "take a time");
  return static_cast<double>(milliseconds) / 1000;
}

DeviceMemory::DeviceMemory(std::int64_t bytes) {
  if (bytes == 0) return;
  void* address = nullptr;
  check_memory(cudaMalloc(&address, static_cast<std::size_t>(bytes)), "take", bytes, "device memory");
  reset({address, bytes});
}

PinnedMemory::PinnedMemory(std::int64_t bytes) {
  if (bytes == 0) return;
  void* address = nullptr;
  check_memory(cudaMallocHost(&address, static_cast<std::size_t>(bytes)), "take", bytes, "page-locked memory");
  reset({address, bytes});
}

FftPlan::FftPlan() {
  cufftHandle plan = -1;
  check(cufftCreate(&plan), "make a plan");
  reset(plan);
}

}  // namespace pac::cuda
