// From bin sums to modulation index, preferred phase and surrogate statistics.
// Compiled once per instruction set; only vector types and C arrays: no inline function of a library may be compiled
// for a set that the machine lacks.
#include <utility>

#include "kernels/lane_math.hpp"
#include "model/cpu/lane_set.hpp"
#include "model/cpu/lane_vectors.hpp"

namespace pac::cpu::PAC_LANE_SET {

namespace {

/// The lanes of a register, as kernels/lane_math.hpp wants them. Of this file alone: so are the functions made from it.
struct Lanes {
  using F = Floats;
  using I = Ints;
  static F splat(float value) { return pac::cpu::splat(value); }
  static F select(I mask, F yes, F no) { return pac::cpu::select(mask, yes, no); }
  static I bits(F value) { return reinterpret_cast<I>(value); }
  static F from_bits(I value) { return reinterpret_cast<F>(value); }
  static F to_float(I value) { return __builtin_convertvector(value, Floats); }
};

bool any(Ints mask) {
  using Longs = std::int64_t __attribute__((vector_size(4 * width)));
  const Longs v = reinterpret_cast<Longs>(mask);
  std::int64_t all = 0;
  for (int i = 0; i < width / 2; ++i) all |= v[i];
  return all != 0;
}

Floats entropy_anywhere(const std::uint32_t* sums, const float* weight, int n_bins, Floats to_share) {
  Floats entropy{};
  for (int j = 0; j < n_bins; ++j)
    entropy += kernels::entropy_term_wide<Lanes>(bin_mean(sums + j * lanes, weight[j]) * to_share - 1.0F);
  return entropy;
}

}  // namespace

void preferred_phase(const float* p, const float* bin_cos, const float* bin_sin, int n_bins, float* phase) {
  for (int lane = 0; lane < lanes; lane += width) {
    Floats x{};
    Floats y{};
    for (int j = 0; j < n_bins; ++j) {
      x += at(p + j * lanes + lane) * bin_cos[j];
      y += at(p + j * lanes + lane) * bin_sin[j];
    }
    at(phase + lane) = kernels::angle<Lanes>(y, x);
  }
}

void modulation_index(const std::uint32_t* sums, const float* weight, int n_bins, float* index, float* p) {
  const float n = static_cast<float>(n_bins);
  const float norm = 1.0F / (n * static_cast<float>(__builtin_log(static_cast<double>(n_bins))));
  for (int lane = 0; lane < lanes; lane += width, sums += width) {
    Floats total{};
    for (int j = 0; j < n_bins; ++j) total += bin_mean(sums + j * lanes, weight[j]);
    const Floats to_share = n / total;
    Floats entropy{};
    Ints largest{};  // bits of squares: in the order of numbers
    for (int j = 0; j < n_bins; ++j) {
      const Floats u = bin_mean(sums + j * lanes, weight[j]) * to_share - 1.0F;
      const Ints square = reinterpret_cast<Ints>(u * u);
      largest = square > largest ? square : largest;
      entropy += kernels::entropy_term<Lanes>(u);
    }
    const Ints outside = reinterpret_cast<Floats>(largest) > kernels::largest_square;
    if (any(outside)) {  // a lane's value does not depend on its neighbours: both forms agree where both hold
      entropy = select(outside, entropy_anywhere(sums, weight, n_bins, to_share), entropy);
    }
    at(index + lane) = entropy * norm;
    for (int j = 0; p != nullptr && j < n_bins; ++j)
      at(p + j * lanes + lane) = bin_mean(sums + j * lanes, weight[j]) / total;
  }
}

namespace {

using Doubles = double __attribute__((vector_size(4 * width)));
using HalfFloats = float __attribute__((vector_size(2 * width)));

/// v with lane i where lane i xor Step was.
template <int Step, int... I>
PAC_INLINE Floats exchanged(Floats v, std::integer_sequence<int, I...>) {
  return __builtin_shufflevector(v, v, (I ^ Step)...);
}

/// The largest lane, in lane 0.
template <int Step>
PAC_INLINE Floats largest_lane(Floats v) {
  const Floats other = exchanged<Step>(v, std::make_integer_sequence<int, width>());
  const Floats larger = select(other > v, other, v);
  if constexpr (Step > 1) return largest_lane<Step / 2>(larger);
  return larger;
}

}  // namespace

void accumulate(const float* index, const float* observed, double* sum, double* squares, std::uint32_t* count,
                float* largest) {
  Floats most = splat(*largest);
  for (int lane = 0; lane < lanes; lane += width) {
    const Floats value = at(index + lane);
    at(count + lane) -= reinterpret_cast<Words>(value >= at(observed + lane));
    most = select(value > most, value, most);  // never NaN
  }
  for (int lane = 0; lane < lanes; lane += width / 2) {
    const auto part = *reinterpret_cast<const HalfFloats*>(index + lane);
    const Doubles wide = __builtin_convertvector(part, Doubles);
    *reinterpret_cast<Doubles*>(sum + lane) += wide;
    *reinterpret_cast<Doubles*>(squares + lane) += wide * wide;
  }
  *largest = largest_lane<width / 2>(most)[0];
}

}  // namespace pac::cpu::PAC_LANE_SET
