// Owners of what CUDA and cuFFT hand out: move-only, given back by destructors that never throw. Constructors throw
// Error (memory, device). All local; a rank's device must be bound.
#pragma once

#include <cstddef>
#include <cstdint>

#include <cuda_runtime_api.h>
#include <cufft.h>

#include "core/unique_handle.hpp"

namespace pac::cuda {

/// Bytes at an address.
struct Memory {
  void* address = nullptr;
  std::int64_t bytes = 0;
  friend bool operator==(const Memory&, const Memory&) = default;
};

// Failures of these have no one to tell: what is given back is given up.
struct ReleaseStream {
  void operator()(cudaStream_t stream) const noexcept { static_cast<void>(cudaStreamDestroy(stream)); }
};
struct ReleaseEvent {
  void operator()(cudaEvent_t event) const noexcept { static_cast<void>(cudaEventDestroy(event)); }
};
struct ReleaseDeviceMemory {
  void operator()(const Memory& memory) const noexcept { static_cast<void>(cudaFree(memory.address)); }
};
struct ReleasePinnedMemory {
  void operator()(const Memory& memory) const noexcept { static_cast<void>(cudaFreeHost(memory.address)); }
};
struct ReleasePlan {
  void operator()(cufftHandle plan) const noexcept { static_cast<void>(cufftDestroy(plan)); }
};

/// A stream that does not wait for the default stream.
class Stream : public UniqueHandle<cudaStream_t, ReleaseStream> {
 public:
  Stream();
  explicit Stream(std::nullptr_t) {}  ///< none yet
  void synchronize() const;           ///< blocks
};

class Event : public UniqueHandle<cudaEvent_t, ReleaseEvent> {
 public:
  enum class Timing { off, on };
  explicit Event(Timing timing = Timing::off);
  explicit Event(std::nullptr_t) {}  ///< none yet
  void record(const Stream& stream) const;
  void synchronize() const;                                      ///< blocks
  [[nodiscard]] bool done() const;                               ///< whether what was recorded has happened
  [[nodiscard]] double seconds_since(const Event& begin) const;  ///< both with Timing::on, both done
};

/// Memory of one of the three kinds below; none at all for 0 bytes.
template <class Release>
class MemoryOwner : public UniqueHandle<Memory, Release> {
 public:
  using UniqueHandle<Memory, Release>::UniqueHandle;
  [[nodiscard]] std::int64_t bytes() const noexcept { return this->get().bytes; }
  template <class T = std::byte>
  [[nodiscard]] T* as() const noexcept {
    return static_cast<T*>(this->get().address);
  }
};

/// On the device.
class DeviceMemory : public MemoryOwner<ReleaseDeviceMemory> {
 public:
  DeviceMemory() = default;
  explicit DeviceMemory(std::int64_t bytes);
};

/// On the host, page-locked.
class PinnedMemory : public MemoryOwner<ReleasePinnedMemory> {
 public:
  PinnedMemory() = default;
  explicit PinnedMemory(std::int64_t bytes);
};

/// A plan as cufftCreate gives it: none of its settings made. 0 is a plan.
class FftPlan : public UniqueHandle<cufftHandle, ReleasePlan, -1> {
 public:
  FftPlan();
};

}  // namespace pac::cuda
