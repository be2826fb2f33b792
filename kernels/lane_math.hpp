// The mathematics of the modulation index, once for one number (kernels) and for vectors of lanes (the CPU backend):
// `M` says how. M::F is a float or a vector of them, M::I integers of the same width; M::splat(float),
// M::select(comparison, a, b), M::bits(F), M::from_bits(I), M::to_float(I). Source: Tort et al. 2010, J Neurophysiol
// 104:1195.
#pragma once

#include "kernels/context.hpp"

namespace pac::kernels {

/// Where entropy_term holds: |u| <= 1/2.
constexpr float largest_square = 0.25F;

/// (1 + u) ln(1 + u) - u for |u| <= 1/2: u^2 times a polynomial, 1/2 at 0, whose largest relative error is least; error
/// below 4e-7 of the value, its own rounding included. No division, and even and odd powers apart: short chains.
template <class M, class F = typename M::F>
KERNEL_FN F entropy_term(F u) {
  const F q = u * u;
  F even = q * 1.77603010e-2F + 1.62403192e-2F;
  F odd = q * -1.56924985e-2F - 1.19843222e-2F;
  even = even * q + 3.34857404e-2F;
  odd = odd * q - 2.40378529e-2F;
  even = even * q + 8.33284035e-2F;
  odd = odd * q - 4.99889814e-2F;
  even = even * q + 0.5F;
  odd = odd * q - 1.66666821e-1F;
  return q * (odd * u + even);
}

/// The same for any u >= -1: 1 + u = 2^e m, m in [sqrt(1/2), sqrt(2)), ln m = 2 atanh((m - 1) / (m + 1)).
template <class M, class F = typename M::F>
KERNEL_FN F entropy_term_wide(F u) {
  using I = typename M::I;
  const F w = u + 1.0F;
  const I bits = M::bits(w);
  const I exponent = (bits - 0x3f3504f3) >> 23;
  const F m = M::from_bits(bits - exponent * (1 << 23));
  const F s = (m - 1.0F) / (m + 1.0F);
  const F q = s * s;
  F series = q * (1.0F / 9) + 1.0F / 7;
  series = series * q + 1.0F / 5;
  series = series * q + 1.0F / 3;
  const F logarithm = M::to_float(exponent) * 0.69314718F + (s * q * series + s) * 2.0F;
  const F wide = w * logarithm - u;
  const F narrow = entropy_term<M>(u);
  const F chosen = M::select(u * u <= largest_square, narrow, wide);
  return M::select(w <= 1e-30F, M::splat(1), chosen);  // 0 ln 0 = 0
}

/// Angle of x + i y in (-pi, pi], error below 4e-7 rad (argument reduced to tan(pi/8), polynomial of the Cephes
/// library).
template <class M, class F = typename M::F>
KERNEL_FN F angle(F y, F x) {
  const F zero = M::splat(0);
  const F ax = M::select(x < zero, -x, x);
  const F ay = M::select(y < zero, -y, y);
  const auto steep = ay > ax;
  const F ratio = M::select(steep, ax, ay) / M::select(steep, ay, ax);
  const auto large = ratio > M::splat(0.41421356F);
  const F r = M::select(large, (ratio - 1.0F) / (ratio + 1.0F), ratio);
  const F z = r * r;
  F series = z * 8.05374449538e-2F - 1.38776856032e-1F;
  series = series * z + 1.99777106478e-1F;
  series = series * z - 3.33329491539e-1F;
  F a = series * z * r + r + M::select(large, M::splat(0.78539816F), zero);
  a = M::select(steep, 1.57079633F - a, a);
  a = M::select(x < zero, 3.14159265F - a, a);
  return M::select(y < zero, -a, a);
}

/// One number.
struct Scalar {
  using F = float;
  using I = std::int32_t;
  KERNEL_FN static F splat(float value) { return value; }
  KERNEL_FN static F select(bool mask, F a, F b) { return mask ? a : b; }
  KERNEL_FN static I bits(F value) {
    union {
      F f;
      I i;
    } both{value};
    return both.i;
  }
  KERNEL_FN static F from_bits(I value) {
    union {
      I i;
      F f;
    } both{value};
    return both.f;
  }
  KERNEL_FN static F to_float(I value) { return static_cast<F>(value); }
};

}  // namespace pac::kernels
