// Butterflies of the band transform: complex numbers over the lanes of a register, discrete Fourier transforms of 2 to
// 10 points. For files that are compiled once per instruction set only (see lane_vectors.hpp).
#pragma once

#include <utility>

#include "model/cpu/lane_ops.hpp"
#include "model/cpu/lane_vectors.hpp"

#pragma GCC diagnostic ignored "-Wsign-conversion"  // a template's int as the length of an array

namespace pac::cpu {
namespace {

struct C {
  Floats re;
  Floats im;
};

C operator+(C a, C b) { return {a.re + b.re, a.im + b.im}; }
C operator-(C a, C b) { return {a.re - b.re, a.im - b.im}; }
C operator*(C a, float s) { return {a.re * s, a.im * s}; }
C turned(C a) { return {-a.im, a.re}; }  // i a
C times(C a, float c, float s) { return {a.re * c - a.im * s, a.re * s + a.im * c}; }

C load(const float* p) { return {at(p), at(p + width)}; }
void store(float* p, C v) {
  at(p) = v.re;
  at(p + width) = v.im;
}

/// A row's complex numbers, for all lanes the same.
struct OneRow {
  const float* values;

  static constexpr std::int64_t floats = 1;  ///< each stands there so often
  PAC_INLINE Floats real(std::int64_t i) const { return splat(values[i]); }
  PAC_INLINE C operator()(std::int64_t i) const { return {real(2 * i), real(2 * i + 1)}; }
};

/// The numbers of mixed_rows rows, as LaneOps::mix_spectra lays them: for lane i, that of row i % mixed_rows.
struct MixedRows {
  const float* values;

  static constexpr std::int64_t floats = mixed_rows;
  using Four = float __attribute__((vector_size(4 * mixed_rows)));
  template <int... Lane>
  PAC_INLINE static Floats repeated(Four rows, std::integer_sequence<int, Lane...>) {
    return __builtin_shufflevector(rows, rows, (Lane % mixed_rows)...);
  }
  PAC_INLINE Floats real(std::int64_t i) const {
    return repeated(*reinterpret_cast<const Four*>(values + mixed_rows * i), std::make_integer_sequence<int, width>());
  }
  PAC_INLINE C operator()(std::int64_t i) const { return {real(2 * i), real(2 * i + 1)}; }
};

/// Rows' numbers from the n-th float of each on.
template <class Rows>
PAC_INLINE Rows from(Rows rows, std::int64_t n) {
  return {rows.values + Rows::floats * n};
}

constexpr std::int64_t element = 2 * width;  // floats of a complex number in the lanes of a register

constexpr double pi = 3.141592653589793238462643383279502884;
template <int N, int K>
const float cosine = static_cast<float>(__builtin_cos(2 * pi * K / N));
template <int N, int K>
const float sine = static_cast<float>(__builtin_sin(2 * pi * K / N));

/// x[k] = sum_q x[q] exp(+2 pi i q k / N), in place.
template <int N>
struct Dft;

template <>
struct Dft<1> {
  PAC_INLINE static void run(C*) {}
};

template <>
struct Dft<2> {
  PAC_INLINE static void run(C* x) {
    const C a = x[0];
    x[0] = a + x[1];
    x[1] = a - x[1];
  }
};

template <>
struct Dft<4> {
  PAC_INLINE static void run(C* x) {
    const C a = x[0] + x[2];
    const C b = x[0] - x[2];
    const C c = x[1] + x[3];
    const C d = turned(x[1] - x[3]);
    x[0] = a + c;
    x[1] = b + d;
    x[2] = a - c;
    x[3] = b - d;
  }
};

/// An odd prime: even and odd parts, (N - 1)^2 / 2 products.
template <int N>
struct OddDft {
  template <int K, int... Q>
  PAC_INLINE static void output(const C* even, const C* odd, C first, C* x) {
    C e = first + even[1] * cosine<N, K>;
    C o = odd[1] * sine<N, K>;
    ((e = e + even[Q] * cosine<N, K * Q % N>, o = o + odd[Q] * sine<N, K * Q % N>), ...);
    x[K] = e + turned(o);
    x[N - K] = e - turned(o);
  }
  PAC_INLINE static void parts(C* x, C* even, C* odd) {
#pragma GCC unroll 16
    for (int q = 1; q <= N / 2; ++q) {
      even[q] = x[q] + x[N - q];
      odd[q] = x[q] - x[N - q];
    }
  }
};

template <>
struct Dft<3> {
  PAC_INLINE static void run(C* x) {
    C even[2];
    C odd[2];
    OddDft<3>::parts(x, even, odd);
    const C first = x[0];
    x[0] = first + even[1];
    OddDft<3>::output<1>(even, odd, first, x);
  }
};

template <>
struct Dft<5> {
  PAC_INLINE static void run(C* x) {
    C even[3];
    C odd[3];
    OddDft<5>::parts(x, even, odd);
    const C first = x[0];
    x[0] = first + even[1] + even[2];
    OddDft<5>::output<1, 2>(even, odd, first, x);
    OddDft<5>::output<2, 2>(even, odd, first, x);
  }
};

template <>
struct Dft<7> {
  PAC_INLINE static void run(C* x) {
    C even[4];
    C odd[4];
    OddDft<7>::parts(x, even, odd);
    const C first = x[0];
    x[0] = first + even[1] + even[2] + even[3];
    OddDft<7>::output<1, 2, 3>(even, odd, first, x);
    OddDft<7>::output<2, 2, 3>(even, odd, first, x);
    OddDft<7>::output<3, 2, 3>(even, odd, first, x);
  }
};

/// A x B by Cooley and Tukey, twiddles known to the compiler.
template <int A, int B>
struct Composite {
  template <int K, int J>
  PAC_INLINE static void twiddle(C* column) {
    if constexpr (K * J % (A * B) != 0) column[K] = times(column[K], cosine<A * B, K * J>, sine<A * B, K * J>);
    if constexpr (K + 1 < A) twiddle<K + 1, J>(column);
  }
  template <int J>
  PAC_INLINE static void columns(C* x, C (*y)[A]) {
#pragma GCC unroll 16
    for (int a = 0; a < A; ++a) y[J][a] = x[a * B + J];
    Dft<A>::run(y[J]);
    twiddle<0, J>(y[J]);
    if constexpr (J + 1 < B) columns<J + 1>(x, y);
  }
  PAC_INLINE static void run(C* x) {
    C y[B][A];
    columns<0>(x, y);
#pragma GCC unroll 16
    for (int k = 0; k < A; ++k) {
      C row[B];
#pragma GCC unroll 16
      for (int j = 0; j < B; ++j) row[j] = y[j][k];
      Dft<B>::run(row);
#pragma GCC unroll 16
      for (int j = 0; j < B; ++j) x[k + A * j] = row[j];
    }
  }
};

template <>
struct Dft<6> : Composite<2, 3> {};
template <>
struct Dft<8> : Composite<2, 4> {};
template <>
struct Dft<9> : Composite<3, 3> {};
template <>
struct Dft<10> : Composite<2, 5> {};

}  // namespace
}  // namespace pac::cpu
