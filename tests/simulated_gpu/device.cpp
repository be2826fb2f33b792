// Devices, their properties and errors, as the CUDA runtime gives them.
#include "device.hpp"

#include <cstdio>
#include <cstring>
#include <functional>

#include <unistd.h>

#include "memory.hpp"
#include "streams.hpp"

namespace simulated {

namespace {
thread_local int device_of_thread = 0;
thread_local cudaError_t last_error = cudaSuccess;
cudaError_t broken = cudaSuccess;

bool exists(int device) { return device >= 0 && device < static_cast<int>(settings().visible.size()); }
int on_machine(int device) { return settings().visible[static_cast<std::size_t>(device)]; }
}  // namespace

std::recursive_mutex& lock() {
  static auto* const mutex = new std::recursive_mutex;
  return *mutex;
}

cudaError_t sticky_error() { return broken; }

void break_device(cudaError_t error) {
  if (broken == cudaSuccess) broken = error;
}

cudaError_t unusable() {
  if (settings().driver != Driver::fine) return cudaErrorInsufficientDriver;
  if (settings().visible.empty()) return cudaErrorNoDevice;
  return broken;
}

cudaError_t remember(cudaError_t status) {
  if (status != cudaSuccess && status != cudaErrorNotReady) last_error = status;
  return status;
}

int current_device() { return device_of_thread; }

cudaUUID_t uuid_of(int device) {
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  cudaUUID_t uuid = {};
  for (std::size_t i = 0; i < 2; ++i) {
    const std::size_t word =
        std::hash<std::string>{}(std::string(host) + " " + std::to_string(on_machine(device)) + (i == 0 ? "a" : "b"));
    std::memcpy(uuid.bytes + 8 * i, &word, sizeof word);
  }
  return uuid;
}

}  // namespace simulated

using namespace simulated;

extern "C" {

cudaError_t cudaGetDeviceCount(int* count) {
  const cudaError_t status = unusable();
  if (status == cudaErrorInsufficientDriver) return remember(status);  // the count stays unwritten
  *count = static_cast<int>(settings().visible.size());
  return remember(status);
}

cudaError_t cudaSetDevice(int device) {
  return call([&] {
    if (!exists(device)) return cudaErrorInvalidDevice;
    device_of_thread = device;
    return cudaSuccess;
  });
}

cudaError_t cudaGetDevice(int* device) {
  return call([&] {
    *device = device_of_thread;
    return cudaSuccess;
  });
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* properties, int device) {
  return call([&] {
    if (!exists(device)) return cudaErrorInvalidDevice;
    *properties = {};
    std::snprintf(properties->name, sizeof properties->name, "simulated GPU");
    properties->uuid = uuid_of(device);
    properties->totalGlobalMem = settings().bytes;
    properties->major = settings().major;
    properties->minor = settings().minor;
    properties->multiProcessorCount = 2;
    properties->warpSize = 32;
    properties->maxThreadsPerBlock = 1024;
    properties->sharedMemPerBlock = 48 << 10;
    properties->sharedMemPerBlockOptin = most_shared_bytes;
    properties->sharedMemPerMultiprocessor = 228 << 10;
    properties->maxGridSize[0] = 0x7fffffff;
    properties->maxGridSize[1] = properties->maxGridSize[2] = 65535;
    properties->l2CacheSize = 50 << 20;
    properties->memoryBusWidth = 5120;
    properties->ECCEnabled = 1;
    properties->pciBusID = on_machine(device);
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int device) {
  return call([&] {
    if (!exists(device)) return cudaErrorInvalidDevice;
    switch (attribute) {
      case cudaDevAttrComputeCapabilityMajor:
        *value = settings().major;
        break;
      case cudaDevAttrComputeCapabilityMinor:
        *value = settings().minor;
        break;
      case cudaDevAttrMultiProcessorCount:
        *value = 2;
        break;
      case cudaDevAttrMaxSharedMemoryPerBlockOptin:
        *value = most_shared_bytes;
        break;
      case cudaDevAttrMaxSharedMemoryPerBlock:
        *value = 48 << 10;
        break;
      case cudaDevAttrMaxThreadsPerBlock:
        *value = 1024;
        break;
      case cudaDevAttrWarpSize:
        *value = 32;
        break;
      case cudaDevAttrClockRate:
        *value = 1'000'000;
        break;  // kHz
      case cudaDevAttrMemoryClockRate:
        *value = 1'000'000;
        break;  // kHz
      case cudaDevAttrGlobalMemoryBusWidth:
        *value = 5120;
        break;  // bits
      case cudaDevAttrL2CacheSize:
        *value = 50 << 20;
        break;
      case cudaDevAttrEccEnabled:
        *value = 1;
        break;
      default:
        *value = 0;
    }
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceGetPCIBusId(char* text, int length, int device) {
  return call([&] {
    if (!exists(device)) return cudaErrorInvalidDevice;
    std::snprintf(text, static_cast<std::size_t>(length), "0000:%02x:00.0", static_cast<unsigned>(on_machine(device)));
    return cudaSuccess;
  });
}

cudaError_t cudaDeviceSynchronize() {
  return call([] { return drain_device(); });
}

cudaError_t cudaDeviceReset() {
  return call([] { return drain_device(); });
}

cudaError_t cudaDriverGetVersion(int* version) {
  *version = settings().driver == Driver::none ? 0 : settings().driver == Driver::old ? 12020 : 13000;
  return cudaSuccess;
}

cudaError_t cudaGetLastError() {
  const cudaError_t error = last_error;
  last_error = cudaSuccess;
  return sticky_error() != cudaSuccess ? sticky_error() : error;
}

cudaError_t cudaPeekAtLastError() { return sticky_error() != cudaSuccess ? sticky_error() : last_error; }

}  // extern "C"
