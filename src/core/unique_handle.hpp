// UniqueHandle: owns one handle of a C library and gives it back once.
#pragma once

#include <utility>

namespace pac {

/// Owner of a handle T that Release{}(handle) gives back; None is the value that stands for no handle. Release must not
/// throw.
template <class T, class Release, T None = T{}>
class UniqueHandle {
 public:
  UniqueHandle() noexcept = default;
  explicit UniqueHandle(T handle) noexcept : handle_(handle) {}
  UniqueHandle(UniqueHandle&& other) noexcept : handle_(other.release()) {}
  UniqueHandle& operator=(UniqueHandle&& other) noexcept {
    if (this != &other) reset(other.release());
    return *this;
  }
  UniqueHandle(const UniqueHandle&) = delete;
  UniqueHandle& operator=(const UniqueHandle&) = delete;
  ~UniqueHandle() { reset(); }

  [[nodiscard]] const T& get() const noexcept { return handle_; }
  [[nodiscard]] explicit operator bool() const noexcept { return !(handle_ == None); }
  /// Hands the handle over: the caller owns it now.
  [[nodiscard]] T release() noexcept { return std::exchange(handle_, None); }
  /// Gives the handle back and owns another, or none.
  void reset(T handle = None) noexcept {
    const T old = std::exchange(handle_, handle);
    if (!(old == None)) Release{}(old);
  }

 private:
  T handle_ = None;
};

}  // namespace pac
