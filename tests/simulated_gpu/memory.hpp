// Which memory is the device's, which host memory is pinned.
#pragma once

#include <cstddef>
#include <string>

namespace simulated {

constexpr int most_shared_bytes = 227 << 10;

enum class Place { pageable, pinned, device };

/// Where a range lies. A range that begins in device or pinned memory and ends behind it: `fits` is false.
struct Range {
  Place place = Place::pageable;
  bool fits = true;
};
Range find_range(const void* first, std::size_t bytes);

/// Ends the process unless the range lies in device memory; `what` says whose it is.
void require_device(const void* first, std::size_t bytes, const std::string& what);

/// Device memory, poisoned, or nullptr where the device has none left.
void* take_device_memory(std::size_t bytes);
void return_device_memory(void* first);

}  // namespace simulated
