// State of the simulated devices, and how every interposed call of the CUDA runtime begins and ends.
#pragma once

#include <mutex>

#include <cuda_runtime_api.h>

#include "settings.hpp"

namespace simulated {

/// One lock for all: this is test equipment, not a fast device.
std::recursive_mutex& lock();

/// The error that every call gives from now on (0: none); set by work that breaks the device.
cudaError_t sticky_error();
void break_device(cudaError_t error);
/// Why no call can work: driver, no device, broken device; or cudaSuccess.
cudaError_t unusable();
/// Keeps an error for cudaGetLastError and passes it on.
cudaError_t remember(cudaError_t status);
/// The calling thread's device, an index into settings().visible.
int current_device();
/// The 16 bytes that name a device of this host.
cudaUUID_t uuid_of(int device);

/// An interposed call: locked, refused where the device is unusable, its error remembered.
template <class Action>
cudaError_t call(const Action& action) {
  const std::lock_guard<std::recursive_mutex> guard(lock());
  cudaError_t status = unusable();
  if (status == cudaSuccess) status = action();
  if (status == cudaSuccess && sticky_error() != cudaSuccess) status = sticky_error();
  return remember(status);
}

}  // namespace simulated
