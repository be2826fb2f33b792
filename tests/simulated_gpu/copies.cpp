// Copies and fills. An asynchronous copy must have pinned or device memory on both sides: from pageable memory a real
// device copies synchronously, and the program means to overlap.
#include <cstring>

#include <cuda_runtime_api.h>

#include "device.hpp"
#include "memory.hpp"
#include "streams.hpp"

namespace simulated {

namespace {

/// Whether the two sides are what the kind says, and long enough.
bool is_right(const void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, bool asynchronous) {
  const Range target = find_range(to, bytes);
  const Range source = find_range(from, bytes);
  const std::string what = "copy of " + std::to_string(bytes) + " bytes: ";
  const auto wants_device = [&](bool device, const Range& range, const char* side) {
    std::string wrong;
    if (kind != cudaMemcpyDefault && device != (range.place == Place::device))
      wrong = device ? "is no device memory" : "is device memory";
    else if (range.place != Place::pageable && !range.fits)
      wrong = "reaches behind the end of its memory";
    else if (asynchronous && range.place == Place::pageable)
      wrong = "is pageable memory, in an asynchronous copy";
    if (!wrong.empty()) say(what + side + wrong);
    return wrong.empty();
  };
  return wants_device(kind == cudaMemcpyHostToDevice || kind == cudaMemcpyDeviceToDevice, target, "its target ") &&
         wants_device(kind == cudaMemcpyDeviceToHost || kind == cudaMemcpyDeviceToDevice, source, "its source ");
}

bool is_device(const void* first, std::size_t bytes) {
  const Range range = find_range(first, bytes);
  if (range.place == Place::device && range.fits) return true;
  say("fill of " + std::to_string(bytes) + " bytes: not within device memory");
  return false;
}

}  // namespace
}  // namespace simulated

using namespace simulated;

extern "C" {

cudaError_t cudaMemcpy(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind) {
  return call([&] {
    if (bytes == 0) return cudaSuccess;
    if (!is_right(to, from, bytes, kind, false)) return cudaErrorInvalidValue;
    const cudaError_t status = drain_for_null_stream();
    if (status == cudaSuccess) std::memmove(to, from, bytes);
    return status;
  });
}

cudaError_t cudaMemcpyAsync(void* to, const void* from, std::size_t bytes, cudaMemcpyKind kind, cudaStream_t stream) {
  return call([&] {
    if (bytes == 0) return cudaSuccess;
    if (!is_right(to, from, bytes, kind, true)) return cudaErrorInvalidValue;
    return queue_once(stream, [=] { std::memmove(to, from, bytes); });
  });
}

cudaError_t cudaMemcpy2DAsync(void* to, std::size_t to_pitch, const void* from, std::size_t from_pitch,
                              std::size_t width, std::size_t height, cudaMemcpyKind kind, cudaStream_t stream) {
  return call([&] {
    if (width == 0 || height == 0) return cudaSuccess;
    if (width > to_pitch || width > from_pitch) return cudaErrorInvalidPitchValue;
    const auto* const last_from = static_cast<const char*>(from) + (height - 1) * from_pitch;
    auto* const last_to = static_cast<char*>(to) + (height - 1) * to_pitch;
    if (!is_right(to, from, width, kind, true) || !is_right(last_to, last_from, width, kind, true))
      return cudaErrorInvalidValue;
    return queue_once(stream, [=] {
      for (std::size_t row = 0; row < height; ++row)
        std::memmove(static_cast<char*>(to) + row * to_pitch, static_cast<const char*>(from) + row * from_pitch, width);
    });
  });
}

cudaError_t cudaMemset(void* to, int value, std::size_t bytes) { return cudaMemsetAsync(to, value, bytes, nullptr); }

cudaError_t cudaMemsetAsync(void* to, int value, std::size_t bytes, cudaStream_t stream) {
  return call([&] {
    if (bytes == 0) return cudaSuccess;
    if (!is_device(to, bytes)) return cudaErrorInvalidValue;
    return queue_once(stream, [=] { std::memset(to, value, bytes); });
  });
}

}  // extern "C"
