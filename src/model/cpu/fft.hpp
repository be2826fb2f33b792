// FFTW in single precision behind plain functions, and its wisdom: plans are made once on rank 0, their wisdom goes to
// the other ranks and into a cache file, so that every rank and every later run on the machine transforms with the same
// algorithm.
#pragma once

#include <cstdint>
#include <memory>
#include <new>
#include <span>
#include <string>
#include <vector>

namespace pac::cpu {

/// Memory aligned for FFTW and the lane loops (64 bytes), of a trivial type, not initialised. Throws std::bad_alloc.
template <class T>
class AlignedArray {
 public:
  AlignedArray() = default;
  explicit AlignedArray(std::int64_t count) : count_(count), data_(allocate(count)) {}
  [[nodiscard]] T* data() const { return data_.get(); }
  [[nodiscard]] std::int64_t bytes() const { return count_ * static_cast<std::int64_t>(sizeof(T)); }
  T& operator[](std::int64_t i) const { return data_.get()[i]; }

 private:
  struct Release {
    void operator()(T* p) const { ::operator delete (p, std::align_val_t{64}); }
  };
  static T* allocate(std::int64_t count) {
    return static_cast<T*>(::operator new (static_cast<std::size_t>(count) * sizeof(T), std::align_val_t{64}));
  }
  std::int64_t count_ = 0;
  std::unique_ptr<T, Release> data_;
};

enum class Transform { real_forward, real_backward, complex_forward, complex_backward };

/// One out-of-place transform of a fixed length, unscaled. Executing is safe from many threads at once.
class Fft {
 public:
  /// Longer transforms are planned without measuring: that would take minutes.
  static constexpr std::int64_t longest_measured = std::int64_t{1} << 17;

  /// Makes the plan: by measuring (once in a process; wisdom is used where there is any). Not safe from many threads at
  /// once.
  Fft(Transform kind, std::int64_t length);
  /// in and out differ and are aligned to 64 bytes. Complex numbers are pairs of floats; a real transform reads
  /// `length` floats and writes length / 2 + 1 complex numbers; its inverse goes the other way and destroys its input.
  void operator()(const float* in, float* out) const;

 private:
  struct Release {
    void operator()(void* plan) const;
  };
  Transform kind_;
  std::unique_ptr<void, Release> plan_;
};

/// The process's wisdom as text, and back; importing what FFTW does not understand returns false and changes nothing.
std::string export_wisdom();
bool import_wisdom(const std::string& text);

/// Reads and writes the cache file; both do nothing where there is no place for it. The file is replaced atomically.
std::string load_cached_wisdom();
void store_cached_wisdom(const std::string& text);

/// "fftw-3.3.10-sse2-avx"
std::string fft_library();

}  // namespace pac::cpu
