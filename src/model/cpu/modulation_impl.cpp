// From bin sums to modulation index, preferred phase and surrogate statistics.
// Compiled once per instruction set; only vector types and C arrays: no inline function of a library may be compiled
// for a set that the machine lacks.
#include "model/cpu/lane_set.hpp"
#include "model/cpu/lane_vectors.hpp"

namespace pac::cpu::PAC_LANE_SET {

namespace {

/// (1 + u) ln(1 + u) - u for -1/2 <= u <= 1: with s = u / (2 + u), ln(1 + u) = 2 atanh(s), it is
/// s^2 (2 + u) (1 + (1 + s) s (1/3 + s^2/5 + s^4/7 + ...)), a sum without cancellation; error below 1e-7 of the value.
F16 entropy_term(F16 u) {
  const F16 s = u / (u + 2.0F);
  const F16 q = s * s;
  F16 series = splat(1.0F / 15) + 0.0F;
  series = series * q + 1.0F / 13;
  series = series * q + 1.0F / 11;
  series = series * q + 1.0F / 9;
  series = series * q + 1.0F / 7;
  series = series * q + 1.0F / 5;
  series = series * q + 1.0F / 3;
  return q * (u + 2.0F) * ((s + 1.0F) * s * series + 1.0F);
}

/// The same for any u >= -1: 1 + u = 2^e m, m in [sqrt(1/2), sqrt(2)), ln m = 2 atanh((m - 1) / (m + 1)).
F16 entropy_term_wide(F16 u) {
  const F16 w = u + 1.0F;
  const I16 bits = reinterpret_cast<I16>(w);
  const I16 exponent = (bits - 0x3f3504f3) >> 23;
  const F16 m = reinterpret_cast<F16>(bits - exponent * (1 << 23));
  const F16 s = (m - 1.0F) / (m + 1.0F);
  const F16 q = s * s;
  F16 series = splat(1.0F / 9);
  series = series * q + 1.0F / 7;
  series = series * q + 1.0F / 5;
  series = series * q + 1.0F / 3;
  const F16 logarithm = __builtin_convertvector(exponent, F16) * 0.69314718F + (s * q * series + s) * 2.0F;
  const F16 wide = w * logarithm - u;
  const F16 narrow = entropy_term(u);
  const F16 chosen = select((u >= -0.5F) & (u <= 1.0F), narrow, wide);
  return select(w <= 1e-30F, splat(1), chosen);  // 0 ln 0 = 0
}

bool any(I16 mask) {
  L8 v = reinterpret_cast<L8>(mask);
  std::int64_t all = 0;
  for (int i = 0; i < 8; ++i) all |= v[i];
  return all != 0;
}

/// Angle of x + i y in (-pi, pi], error below 4e-7 rad (argument reduced to tan(pi/8), polynomial of the Cephes
/// library).
F16 angle(F16 y, F16 x) {
  const F16 ax = select(x < 0, -x, x);
  const F16 ay = select(y < 0, -y, y);
  const I16 steep = ay > ax;
  const F16 ratio = select(steep, ax, ay) / select(steep, ay, ax);
  const I16 large = ratio > 0.41421356F;
  const F16 r = select(large, (ratio - 1.0F) / (ratio + 1.0F), ratio);
  const F16 z = r * r;
  F16 series = splat(8.05374449538e-2F);
  series = series * z - 1.38776856032e-1F;
  series = series * z + 1.99777106478e-1F;
  series = series * z - 3.33329491539e-1F;
  F16 a = series * z * r + r + select(large, splat(0.78539816F), splat(0));
  a = select(steep, 1.57079633F - a, a);
  a = select(x < 0, 3.14159265F - a, a);
  return select(y < 0, -a, a);
}

}  // namespace

void preferred_phase(const float* p, const float* bin_cos, const float* bin_sin, int n_bins, float* phase) {
  F16 x{};
  F16 y{};
  for (int j = 0; j < n_bins; ++j) {
    x += load(p + j * lanes) * bin_cos[j];
    y += load(p + j * lanes) * bin_sin[j];
  }
  store(phase, angle(y, x));
}

void modulation_index(const std::uint32_t* sums, const float* weight, int n_bins, float* index, float* p) {
  F16 total{};
  const auto mean = [&](int j) {
    return __builtin_convertvector(reinterpret_cast<I16>(load(sums + j * lanes)), F16) * weight[j];
  };
  for (int j = 0; j < n_bins; ++j) total += mean(j);
  const float n = static_cast<float>(n_bins);
  const F16 to_share = splat(n) / total;
  F16 entropy{};
  I16 outside{};
  for (int j = 0; j < n_bins; ++j) {
    const F16 u = mean(j) * to_share - 1.0F;
    outside |= (u < -0.5F) | (u > 1.0F);
    entropy += entropy_term(u);
  }
  if (any(outside)) {  // a lane's value does not depend on its neighbours: both forms agree where both hold
    F16 wide{};
    for (int j = 0; j < n_bins; ++j) wide += entropy_term_wide(mean(j) * to_share - 1.0F);
    entropy = select(outside, wide, entropy);
  }
  const float norm = 1.0F / (n * static_cast<float>(__builtin_log(static_cast<double>(n_bins))));
  store(index, entropy * norm);
  if (p == nullptr) return;
  for (int j = 0; j < n_bins; ++j) store(p + j * lanes, mean(j) / total);
}

void accumulate(const float* index, const float* observed, double* sum, double* squares, std::uint32_t* count) {
  const F16 value = load(index);
  U16* const counts = reinterpret_cast<U16*>(count);
  *counts -= reinterpret_cast<U16>(value >= load(observed));
  for (int half = 0; half < 2; ++half) {
    const F8 part = half == 0 ? __builtin_shufflevector(value, value, 0, 1, 2, 3, 4, 5, 6, 7)
                              : __builtin_shufflevector(value, value, 8, 9, 10, 11, 12, 13, 14, 15);
    const D8 wide = __builtin_convertvector(part, D8);
    reinterpret_cast<D8*>(sum)[half] += wide;
    reinterpret_cast<D8*>(squares)[half] += wide * wide;
  }
}

}  // namespace pac::cpu::PAC_LANE_SET
