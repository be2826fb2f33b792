// Arrays for tests of kernel bodies: every byte holds a pattern until a body writes it, guard zones on both sides; and
// the orders in which bodies run.
#pragma once

#include <algorithm>
#include <cstring>
#include <random>
#include <vector>

#include <gtest/gtest.h>

#include "host_executor.hpp"

namespace pac::kernels {

// Sanitizers make changes of stacks ten to a hundred times slower, and fibers run one at a time: under them fewer cases
// show as much. Of a list of cases the first `most_cases` are run.
#if defined(__SANITIZE_THREAD__)
constexpr std::size_t most_cases = 1;
#elif defined(__SANITIZE_ADDRESS__)
constexpr std::size_t most_cases = 2;
#else
constexpr std::size_t most_cases = 1000;
#endif
constexpr bool sanitized = most_cases < 1000;

template <class T>
std::vector<T> cases(std::initializer_list<T> all) {
  return std::vector<T>(all.begin(), all.begin() + static_cast<std::ptrdiff_t>(std::min(all.size(), most_cases)));
}

inline const std::vector<Order> all_orders =
    sanitized ? std::vector{Order::shuffled} : std::vector{Order::forward, Order::reverse, Order::shuffled};

inline const char* name_of(Order order) {
  return order == Order::forward ? "forward" : order == Order::reverse ? "reverse" : "shuffled";
}

/// `count` elements, aligned to 16 bytes.
template <class T>
class Poisoned {
 public:
  explicit Poisoned(std::int64_t count)
      : count_(count), memory_((static_cast<std::size_t>(count) * sizeof(T) + 2 * guard + 15) / sizeof(Words4)) {
    std::memset(static_cast<void*>(memory_.data()), pattern, memory_.size() * sizeof(Words4));
  }
  [[nodiscard]] T* data() { return reinterpret_cast<T*>(bytes() + guard); }
  [[nodiscard]] const T* data() const { return reinterpret_cast<const T*>(bytes() + guard); }
  T& operator[](std::int64_t i) { return data()[i]; }
  const T& operator[](std::int64_t i) const { return data()[i]; }
  [[nodiscard]] std::int64_t size() const { return count_; }

  [[nodiscard]] bool untouched(std::int64_t i) const {
    return still(guard + static_cast<std::size_t>(i) * sizeof(T), sizeof(T));
  }
  [[nodiscard]] bool guards_untouched() const {
    const std::size_t end = guard + static_cast<std::size_t>(count_) * sizeof(T);
    return still(0, guard) && still(end, memory_.size() * sizeof(Words4) - end);
  }
  [[nodiscard]] bool same_bits(const Poisoned& other) const {
    return count_ == other.count_ &&
           std::memcmp(data(), other.data(), static_cast<std::size_t>(count_) * sizeof(T)) == 0;
  }

 private:
  static constexpr std::size_t guard = 64;
  static constexpr int pattern = 0xA5;
  [[nodiscard]] unsigned char* bytes() { return reinterpret_cast<unsigned char*>(memory_.data()); }
  [[nodiscard]] const unsigned char* bytes() const { return reinterpret_cast<const unsigned char*>(memory_.data()); }
  [[nodiscard]] bool still(std::size_t begin, std::size_t count) const {
    return std::all_of(bytes() + begin, bytes() + begin + count, [](unsigned char byte) { return byte == pattern; });
  }
  std::int64_t count_;
  std::vector<Words4> memory_;
};

/// Every element for which promised(i) is false, and what lies around the array, holds the pattern still.
template <class T, class Promised>
void expect_only(const Poisoned<T>& array, const Promised& promised) {
  EXPECT_TRUE(array.guards_untouched());
  for (std::int64_t i = 0; i < array.size(); ++i) {
    if (!promised(i)) {
      ASSERT_TRUE(array.untouched(i)) << "element " << i << " was written";
    }
  }
}
template <class T>
void expect_first(const Poisoned<T>& array, std::int64_t promised) {
  expect_only(array, [=](std::int64_t i) { return i < promised; });
}

/// The same bits: NaN equals NaN, 0 differs from -0.
inline std::uint32_t bits_of(float value) {
  std::uint32_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

inline std::uint32_t word_of(std::mt19937& random) { return static_cast<std::uint32_t>(random()); }

inline std::vector<float> normal_floats(std::int64_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  std::vector<float> values(static_cast<std::size_t>(count));
  for (float& value : values) value = normal(random);
  return values;
}

inline std::vector<Complex> normal_complex(std::int64_t count, unsigned seed) {
  const std::vector<float> parts = normal_floats(2 * count, seed);
  std::vector<Complex> values;
  for (std::size_t i = 0; i < parts.size(); i += 2) values.push_back({parts[i], parts[i + 1]});
  return values;
}

inline std::size_t index(std::int64_t i) { return static_cast<std::size_t>(i); }
inline std::uint32_t count32(std::int64_t n) { return static_cast<std::uint32_t>(n); }

}  // namespace pac::kernels
