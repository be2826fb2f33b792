// Memory of the simulated device: host memory between guard zones, poisoned, so that what a real device would hide
// shows: reads of what was never written (NaN), writes outside (the guard), copies that are not asynchronous (pageable
// memory).
#include "memory.hpp"

#include <algorithm>
#include <cstring>
#include <map>

#include <cuda_runtime_api.h>
#include <sys/mman.h>

#include "device.hpp"
#include "streams.hpp"

namespace simulated {

namespace {

constexpr std::size_t guard_bytes = 4096;
constexpr int guard_poison = 0xFE;  // as a float -1.7e38
constexpr int fresh_poison = 0xFF;  // as a float NaN

struct Block {
  std::size_t bytes = 0;
  Place place = Place::device;
  int device = 0;
  bool mapped = false;  ///< with guard zones; not what cudaHostRegister pinned
};

std::map<const char*, Block>& blocks() {
  static auto* const map = new std::map<const char*, Block>;
  return *map;
}

std::size_t used_bytes(int device) {
  std::size_t sum = 0;
  for (const auto& [first, block] : blocks())
    if (block.place == Place::device && block.device == device) sum += (block.bytes + 511) / 512 * 512;
  return sum;
}

std::size_t mapped_bytes(std::size_t bytes) { return bytes + 2 * guard_bytes; }

void* take(std::size_t bytes, Place place) {
  void* const map = mmap(nullptr, mapped_bytes(bytes), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (map == MAP_FAILED) return nullptr;
  char* const first = static_cast<char*>(map) + guard_bytes;
  std::memset(map, guard_poison, guard_bytes);
  std::memset(first, fresh_poison, bytes);
  std::memset(first + bytes, guard_poison, guard_bytes);
  blocks()[first] = {bytes, place, current_device(), true};
  return first;
}

void check_guards(const char* first, const Block& block) {
  if (!block.mapped) return;
  const auto is_guard = [](char byte) { return static_cast<unsigned char>(byte) == guard_poison; };
  const char* const name = block.place == Place::device ? " bytes of device memory" : " bytes of pinned memory";
  if (!std::all_of(first - guard_bytes, first, is_guard))
    give_up("write before the start of " + std::to_string(block.bytes) + name);
  if (!std::all_of(first + block.bytes, first + block.bytes + guard_bytes, is_guard))
    give_up("write behind the end of " + std::to_string(block.bytes) + name);
}

/// The checks that cudaFree would have made, for what is never freed.
struct AtExit {
  ~AtExit() {
    for (const auto& [first, block] : blocks()) check_guards(first, block);
  }
} at_exit;

bool give_back(const void* pointer, Place place) {
  const auto found = blocks().find(static_cast<const char*>(pointer));
  if (found == blocks().end() || found->second.place != place || !found->second.mapped) return false;
  check_guards(found->first, found->second);
  munmap(const_cast<char*>(found->first) - guard_bytes, mapped_bytes(found->second.bytes));
  blocks().erase(found);
  return true;
}

}  // namespace

Range find_range(const void* first, std::size_t bytes) {
  const char* const begin = static_cast<const char*>(first);
  auto after = blocks().upper_bound(begin);
  if (after == blocks().begin()) return {};
  const auto& [block_begin, block] = *--after;
  if (begin >= block_begin + std::max<std::size_t>(block.bytes, 1)) return {};
  return {block.place, begin + bytes <= block_begin + block.bytes};
}

void require_device(const void* first, std::size_t bytes, const std::string& what) {
  const Range range = find_range(first, bytes);
  if (range.place != Place::device) give_up(what + ": not device memory");
  if (!range.fits) give_up(what + ": reaches behind the end of device memory");
}

void* take_device_memory(std::size_t bytes) {
  if (used_bytes(current_device()) + bytes > settings().bytes) return nullptr;
  return take(bytes, Place::device);
}

void return_device_memory(void* first) { give_back(first, Place::device); }

}  // namespace simulated

using namespace simulated;

extern "C" {

cudaError_t cudaMemGetInfo(std::size_t* free_bytes, std::size_t* total) {
  return call([&] {
    *total = settings().bytes;
    *free_bytes = settings().bytes - std::min(settings().bytes, used_bytes(current_device()));
    return cudaSuccess;
  });
}

cudaError_t cudaMalloc(void** pointer, std::size_t bytes) {
  return call([&] {
    *pointer = bytes == 0 ? nullptr : take_device_memory(bytes);
    return *pointer == nullptr && bytes > 0 ? cudaErrorMemoryAllocation : cudaSuccess;
  });
}

cudaError_t cudaFree(void* pointer) {
  return call([&] {
    if (pointer == nullptr) return cudaSuccess;
    const cudaError_t status = drain_device();
    if (status != cudaSuccess) return status;
    return give_back(pointer, Place::device) ? cudaSuccess : cudaErrorInvalidValue;
  });
}

cudaError_t cudaHostAlloc(void** pointer, std::size_t bytes, unsigned) {
  return call([&] {
    *pointer = bytes == 0 ? nullptr : take(bytes, Place::pinned);
    return *pointer == nullptr && bytes > 0 ? cudaErrorMemoryAllocation : cudaSuccess;
  });
}

cudaError_t cudaMallocHost(void** pointer, std::size_t bytes) { return cudaHostAlloc(pointer, bytes, 0); }

cudaError_t cudaFreeHost(void* pointer) {
  return call([&] {
    if (pointer == nullptr) return cudaSuccess;
    const cudaError_t status = drain_device();
    if (status != cudaSuccess) return status;
    return give_back(pointer, Place::pinned) ? cudaSuccess : cudaErrorInvalidValue;
  });
}

cudaError_t cudaHostRegister(void* pointer, std::size_t bytes, unsigned) {
  return call([&] {
    if (pointer == nullptr || bytes == 0) return cudaErrorInvalidValue;
    const char* const first = static_cast<const char*>(pointer);
    const auto next = blocks().lower_bound(first);
    const bool overlaps =
        (next != blocks().end() && next->first < first + bytes) || find_range(first, 1).place != Place::pageable;
    if (overlaps) return cudaErrorHostMemoryAlreadyRegistered;
    blocks()[first] = {bytes, Place::pinned, current_device(), false};
    return cudaSuccess;
  });
}

cudaError_t cudaHostUnregister(void* pointer) {
  return call([&] {
    const auto found = blocks().find(static_cast<const char*>(pointer));
    if (found == blocks().end() || found->second.mapped) return cudaErrorHostMemoryNotRegistered;
    const cudaError_t status = drain_device();
    blocks().erase(found);
    return status;
  });
}

}  // extern "C"
