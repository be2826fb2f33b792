// A Fourier transform by one block in shared memory: Stockham's, which keeps numbers in order (Van Loan 1992,
// Computational Frameworks for the Fast Fourier Transform, 1.7), each stage from one array to another.
#pragma once

#include <vector>

#include "kernels/divisor.hpp"
#include "kernels/small_transforms.hpp"

namespace pac::kernels {

/// How a length is cut into radices, and the roots of unity that join them.
struct TransformStages {
  static constexpr unsigned most = 16;
  std::uint32_t length = 0;
  std::uint32_t count = 0;
  std::uint8_t radix[most] = {};
  Divisor by_stride[most];         ///< of each stage: the product of the radices before
  const Complex* roots = nullptr;  ///< [length] exp(-2 pi i k / length)

  /// Radices of a length, the largest first; none (count 0) where it has a prime factor above 7, is 1, or needs more.
  static TransformStages of(std::int64_t length) {
    TransformStages stages;
    if (length < 2 || length >= (std::int64_t{1} << 24)) return stages;
    auto rest = static_cast<std::uint32_t>(length);
    for (std::uint8_t radix = 10; radix > 1; --radix) {
      for (; rest % radix == 0 && stages.count < most; rest /= radix) stages.radix[stages.count++] = radix;
    }
    if (rest != 1) return {};
    std::uint32_t stride = 1;
    for (std::uint32_t s = 0; s < stages.count; stride *= stages.radix[s++]) stages.by_stride[s] = Divisor::by(stride);
    stages.length = static_cast<std::uint32_t>(length);
    return stages;
  }
};

/// What TransformStages::roots points to for a length: exp(-2 pi i k / length).
std::vector<Complex> transform_roots(std::int64_t length);

/// Where number i of an array in shared memory lies: one spare every 16 keeps the writes of a stage apart.
KERNEL_FN std::uint32_t spaced(std::uint32_t i) { return i + i / 16; }
/// Numbers that an array of `length` takes.
KERNEL_AND_HOST_FN constexpr std::int64_t spaced_length(std::int64_t length) { return length + (length + 15) / 16; }

/// One stage from `from` to `to`.
template <unsigned Radix, class C>
KERNEL_FN void transform_stage(const C& c, const TransformStages& stages, const Divisor& by_stride, const Complex* from,
                               Complex* to) {
  const std::uint32_t stride = by_stride.divisor;
  const std::uint32_t step = stages.length / Radix;
  const bool last = stride == step;  // its roots are 1
  for (std::uint32_t i = c.thread(); i < step; i += c.threads()) {
    Complex x[Radix];
    for (unsigned k = 0; k < Radix; ++k) x[k] = from[spaced(i + step * k)];
    SmallTransform<Radix>::run(x);
    const std::uint32_t turn = by_stride.quotient(i) * stride;
    if (!last) {
      const Complex root = stages.roots[turn];
      Complex power = root;
      for (unsigned k = 1; k < Radix; ++k) {
        x[k] = x[k] * power;
        power = power * root;
      }
    }
    const std::uint32_t first = turn * Radix + (i - turn);
    for (unsigned k = 0; k < Radix; ++k) to[spaced(first + stride * k)] = x[k];
  }
}

/// The transform of a[length], with b[length] to work in; the one of both that holds the result. All threads of a block
/// call it; a must be whole (after sync), the result is.
template <class C>
KERNEL_FN Complex* transform(const C& c, const TransformStages& stages, Complex* a, Complex* b) {
  for (std::uint32_t s = 0; s < stages.count; ++s) {
    switch (stages.radix[s]) {
#define PACBENCH_STAGE(n)                                     \
  case n:                                                     \
    transform_stage<n>(c, stages, stages.by_stride[s], a, b); \
    break;
      PACBENCH_STAGE(2)
      PACBENCH_STAGE(3)
      PACBENCH_STAGE(4)
      PACBENCH_STAGE(5)
      PACBENCH_STAGE(6)
      PACBENCH_STAGE(7)
      PACBENCH_STAGE(8)
      PACBENCH_STAGE(9)
      PACBENCH_STAGE(10)
#undef PACBENCH_STAGE
      default:
        break;
    }
    c.sync();
    Complex* const other = a;
    a = b;
    b = other;
  }
  return a;
}

}  // namespace pac::kernels
