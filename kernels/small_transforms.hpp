// Fourier transforms of a few points in registers, forward (exp(-2 pi i j k / n)): what longer ones are made of.
#pragma once

#include "kernels/context.hpp"

namespace pac::kernels {

KERNEL_FN Complex operator+(Complex a, Complex b) { return {a.re + b.re, a.im + b.im}; }
KERNEL_FN Complex operator-(Complex a, Complex b) { return {a.re - b.re, a.im - b.im}; }
KERNEL_FN Complex operator*(Complex a, Complex b) {
  return {multiply_add(a.re, b.re, -(a.im * b.im)), multiply_add(a.re, b.im, a.im * b.re)};
}
KERNEL_FN Complex multiply_add(Complex a, float b, Complex c) {
  return {multiply_add(a.re, b, c.re), multiply_add(a.im, b, c.im)};
}
KERNEL_FN Complex operator*(Complex a, float b) { return {a.re * b, a.im * b}; }
/// Times -i.
KERNEL_FN Complex turned_back(Complex a) { return {a.im, -a.re}; }
KERNEL_FN Complex swapped(Complex a) { return {a.im, a.re}; }

/// The transform of x[0], x[Step], .. of N points, in place, in order.
template <unsigned N, unsigned Step = 1>
struct SmallTransform;

template <unsigned Step>
struct SmallTransform<2, Step> {
  KERNEL_FN static void run(Complex* x) {
    const Complex a = x[0];
    x[0] = a + x[Step];
    x[Step] = a - x[Step];
  }
};

template <unsigned Step>
struct SmallTransform<4, Step> {
  KERNEL_FN static void run(Complex* x) {
    const Complex a = x[0] + x[2 * Step];
    const Complex b = x[0] - x[2 * Step];
    const Complex c = x[Step] + x[3 * Step];
    const Complex d = turned_back(x[Step] - x[3 * Step]);
    x[0] = a + c;
    x[Step] = b + d;
    x[2 * Step] = a - c;
    x[3 * Step] = b - d;
  }
};

/// Odd primes: sums and differences of mirrored points, with cosines and sines of 2 pi k / N, k = 1 .. (N - 1) / 2.
template <unsigned N, unsigned Step>
KERNEL_FN void transform_of_prime(Complex* x, const float (&cosine)[(N - 1) / 2], const float (&sine)[(N - 1) / 2]) {
  constexpr unsigned half = (N - 1) / 2;
  Complex even[half];
  Complex odd[half];
  Complex all = x[0];
  for (unsigned k = 0; k < half; ++k) {
    even[k] = x[(k + 1) * Step] + x[(N - 1 - k) * Step];
    odd[k] = turned_back(x[(k + 1) * Step] - x[(N - 1 - k) * Step]);
    all = all + even[k];
  }
  for (unsigned j = 1; j <= half; ++j) {
    Complex a = x[0];
    Complex b{0, 0};
    for (unsigned k = 1; k <= half; ++k) {
      const unsigned turn = j * k % N;
      const bool mirrored = turn > half;
      const unsigned at = (mirrored ? N - turn : turn) - 1;
      a = multiply_add(even[k - 1], cosine[at], a);
      b = multiply_add(odd[k - 1], mirrored ? -sine[at] : sine[at], b);
    }
    x[j * Step] = a + b;
    x[(N - j) * Step] = a - b;
  }
  x[0] = all;
}

template <unsigned Step>
struct SmallTransform<3, Step> {
  KERNEL_FN static void run(Complex* x) { transform_of_prime<3, Step>(x, {-0.5F}, {0.866025403784438647F}); }
};
template <unsigned Step>
struct SmallTransform<5, Step> {
  KERNEL_FN static void run(Complex* x) {
    transform_of_prime<5, Step>(x, {0.309016994374947424F, -0.809016994374947424F},
                                {0.951056516295153572F, 0.587785252292473129F});
  }
};
template <unsigned Step>
struct SmallTransform<7, Step> {
  KERNEL_FN static void run(Complex* x) {
    transform_of_prime<7, Step>(x, {0.623489801858733531F, -0.222520933956314404F, -0.900968867902419126F},
                                {0.781831482468029809F, 0.974927912181823607F, 0.433883739117558120F});
  }
};

/// A * B points from transforms of A and of B; roots[b] = exp(-2 pi i (b + 1) / (A B)), as far as they are needed.
template <unsigned A, unsigned B, unsigned Roots>
KERNEL_FN void transform_of_product(Complex* x, const Complex (&roots)[Roots]) {
  static_assert(Roots >= (A - 1) * (B - 1));
  constexpr unsigned n = A * B;
  for (unsigned b = 0; b < B; ++b) SmallTransform<A, B>::run(x + b);  // x[b + B a] over a
  for (unsigned a = 1; a < A; ++a) {
    for (unsigned b = 1; b < B; ++b) x[a * B + b] = x[a * B + b] * roots[a * b - 1];
  }
  for (unsigned a = 0; a < A; ++a) SmallTransform<B, 1>::run(x + a * B);
  Complex ordered[n];
  for (unsigned a = 0; a < A; ++a) {
    for (unsigned b = 0; b < B; ++b) ordered[a + A * b] = x[a * B + b];
  }
  for (unsigned i = 0; i < n; ++i) x[i] = ordered[i];
}

template <>
struct SmallTransform<6, 1> {
  KERNEL_FN static void run(Complex* x) {
    transform_of_product<2, 3>(x, {{0.5F, -0.866025403784438647F}, {-0.5F, -0.866025403784438647F}});
  }
};
template <>
struct SmallTransform<8, 1> {
  KERNEL_FN static void run(Complex* x) {
    constexpr float h = 0.707106781186547524F;
    transform_of_product<2, 4>(x, {{h, -h}, {0, -1}, {-h, -h}});
  }
};
template <>
struct SmallTransform<9, 1> {
  KERNEL_FN static void run(Complex* x) {
    transform_of_product<3, 3>(x, {{0.766044443118978035F, -0.642787609686539326F},
                                   {0.173648177666930349F, -0.984807753012208059F},
                                   {-0.5F, -0.866025403784438647F},
                                   {-0.939692620785908384F, -0.342020143325668733F}});
  }
};
template <>
struct SmallTransform<10, 1> {
  KERNEL_FN static void run(Complex* x) {
    transform_of_product<2, 5>(x, {{0.809016994374947424F, -0.587785252292473129F},
                                   {0.309016994374947424F, -0.951056516295153572F},
                                   {-0.309016994374947424F, -0.951056516295153572F},
                                   {-0.809016994374947424F, -0.587785252292473129F}});
  }
};

}  // namespace pac::kernels
