// From bin sums to modulation index, preferred phase and surrogate statistics.
// Compiled once per instruction set; only vector types and C arrays: no inline function of a library may be compiled
// for a set that the machine lacks.
#include "kernels/lane_math.hpp"
#include "model/cpu/lane_set.hpp"
#include "model/cpu/lane_vectors.hpp"

namespace pac::cpu::PAC_LANE_SET {

namespace {

/// Sixteen lanes, as kernels/lane_math.hpp wants them. Of this file alone: so are the functions made from it.
struct Lanes {
  using F = F16;
  using I = I16;
  static F splat(float value) { return pac::cpu::splat(value); }
  static F select(I mask, F yes, F no) { return pac::cpu::select(mask, yes, no); }
  static I bits(F value) { return reinterpret_cast<I>(value); }
  static F from_bits(I value) { return reinterpret_cast<F>(value); }
  static F to_float(I value) { return __builtin_convertvector(value, F16); }
};

bool any(I16 mask) {
  L8 v = reinterpret_cast<L8>(mask);
  std::int64_t all = 0;
  for (int i = 0; i < 8; ++i) all |= v[i];
  return all != 0;
}

}  // namespace

void preferred_phase(const float* p, const float* bin_cos, const float* bin_sin, int n_bins, float* phase) {
  F16 x{};
  F16 y{};
  for (int j = 0; j < n_bins; ++j) {
    x += load(p + j * lanes) * bin_cos[j];
    y += load(p + j * lanes) * bin_sin[j];
  }
  store(phase, kernels::angle<Lanes>(y, x));
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
  F16 largest{};
  for (int j = 0; j < n_bins; ++j) {
    const F16 u = mean(j) * to_share - 1.0F;
    const F16 square = u * u;
    largest = square > largest ? square : largest;
    entropy += kernels::entropy_term<Lanes>(u);
  }
  const I16 outside = largest > kernels::largest_square;
  if (any(outside)) {  // a lane's value does not depend on its neighbours: both forms agree where both hold
    F16 wide{};
    for (int j = 0; j < n_bins; ++j) wide += kernels::entropy_term_wide<Lanes>(mean(j) * to_share - 1.0F);
    entropy = select(outside, wide, entropy);
  }
  const float norm = 1.0F / (n * static_cast<float>(__builtin_log(static_cast<double>(n_bins))));
  store(index, entropy * norm);
  if (p == nullptr) return;
  for (int j = 0; j < n_bins; ++j) store(p + j * lanes, mean(j) / total);
}

void accumulate(const float* index, const float* observed, double* sum, double* squares, std::uint32_t* count,
                float* largest) {
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
  F16 most = select(value == value, value, splat(*largest));
  const auto keep_larger = [&](F16 other) { most = select(other > most, other, most); };
  keep_larger(__builtin_shufflevector(most, most, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  keep_larger(__builtin_shufflevector(most, most, 4, 5, 6, 7, 0, 1, 2, 3, 12, 13, 14, 15, 8, 9, 10, 11));
  keep_larger(__builtin_shufflevector(most, most, 2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
  keep_larger(__builtin_shufflevector(most, most, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14));
  *largest = most[0] > *largest ? most[0] : *largest;
}

}  // namespace pac::cpu::PAC_LANE_SET
