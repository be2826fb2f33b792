// One block of memory, cut into arrays. Cut without a block, it only counts: so what is predicted and what is taken
// come from the same lines.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pac::cuda {

class Arena {
 public:
  Arena() = default;  ///< counts
  explicit Arena(void* block) : block_(static_cast<std::byte*>(block)) {}

  /// Room for `count` elements, aligned to 256 bytes; null while counting.
  template <class T>
  T* take(std::int64_t count) {
    const std::int64_t at = used_;
    used_ += (count * static_cast<std::int64_t>(sizeof(T)) + 255) / 256 * 256;
    return block_ == nullptr ? nullptr : reinterpret_cast<T*>(block_ + at);
  }
  [[nodiscard]] std::int64_t bytes() const { return used_; }

 private:
  std::byte* block_ = nullptr;
  std::int64_t used_ = 0;
};

}  // namespace pac::cuda
