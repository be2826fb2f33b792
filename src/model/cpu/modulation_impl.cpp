// From bin sums to modulation index, preferred phase and surrogate statistics.
// Compiled once per instruction set; only vector types and C arrays: no inline function of a library may be compiled
// for a set that the machine lacks.
#include <utility>

#include "kernels/lane_math.hpp"
#include "model/cpu/lane_set.hpp"
#include "model/cpu/lane_vectors.hpp"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

#pragma GCC diagnostic ignored "-Wsign-conversion"  // a template's int as the length of an array

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
#if defined(__AVX512F__)
  return _mm512_test_epi32_mask(reinterpret_cast<__m512i>(mask), reinterpret_cast<__m512i>(mask)) != 0;
#else
  using Longs = std::int64_t __attribute__((vector_size(4 * width)));
  const Longs v = reinterpret_cast<Longs>(mask);
  std::int64_t all = 0;
  for (int i = 0; i < width / 2; ++i) all |= v[i];
  return all != 0;
#endif
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

namespace {

// Sets of sums side by side, as registers allow: a set's own sums over bins are chains, longer than its arithmetic.
#if defined(__AVX512F__)
constexpr int sets_together = 2;
#else
constexpr int sets_together = 1;
#endif

/// Modulation indices of S sets, from sums[set][bin][lane] to index[set][lane].
template <int S>
void modulation_indices(const std::uint32_t* sums, const float* weight, int n_bins, float norm, float* index,
                        float* p) {
  const std::int64_t stride = static_cast<std::int64_t>(n_bins) * lanes;
  const float n = static_cast<float>(n_bins);
  for (int lane = 0; lane < lanes; lane += width) {
    const std::uint32_t* const own = sums + lane;
    const auto mean = [&](int set, int j) { return bin_mean(own + set * stride + j * lanes, weight[j]); };
    Floats total[S] = {};
    for (int j = 0; j < n_bins; ++j) {
#pragma GCC unroll 4
      for (int set = 0; set < S; ++set) total[set] += mean(set, j);
    }
    Floats to_share[S];
    for (int set = 0; set < S; ++set) to_share[set] = n / total[set];
    Floats entropy[S] = {};
    Ints largest[S] = {};  // bits of squares: in the order of numbers
    for (int j = 0; j < n_bins; ++j) {
#pragma GCC unroll 4
      for (int set = 0; set < S; ++set) {
        const Floats u = mean(set, j) * to_share[set] - 1.0F;
        const Ints square = reinterpret_cast<Ints>(u * u);
        largest[set] = square > largest[set] ? square : largest[set];
        entropy[set] += kernels::entropy_term<Lanes>(u);
      }
    }
    for (int set = 0; set < S; ++set) {
      const Ints outside = reinterpret_cast<Floats>(largest[set]) > kernels::largest_square;
      if (any(outside)) {  // a lane's value does not depend on its neighbours: both forms agree where both hold
        const Floats anywhere = entropy_anywhere(own + set * stride, weight, n_bins, to_share[set]);
        entropy[set] = select(outside, anywhere, entropy[set]);
      }
      at(index + set * lanes + lane) = entropy[set] * norm;
      for (int j = 0; p != nullptr && j < n_bins; ++j) at(p + j * lanes + lane) = mean(set, j) / total[set];
    }
  }
}

}  // namespace

void modulation_index(const std::uint32_t* sums, int count, const float* weight, int n_bins, float* index, float* p) {
  const float n = static_cast<float>(n_bins);
  const float norm = 1.0F / (n * static_cast<float>(__builtin_log(static_cast<double>(n_bins))));
  const auto each = [&]<int S>(int begin, int end) {
    for (int set = begin; set < end; set += S)
      modulation_indices<S>(sums + set * n_bins * lanes, weight, n_bins, norm, index + set * lanes, p);
  };
  const int side_by_side = count - count % sets_together;
  each.template operator()<sets_together>(0, side_by_side);
  each.template operator()<1>(side_by_side, count);
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

void accumulate(const float* index, int count, const float* observed, double* sum, double* squares,
                std::uint32_t* reached, float* largest) {
  for (int lane = 0; lane < lanes; lane += width / 2) {
    Doubles all = *reinterpret_cast<const Doubles*>(sum + lane);
    Doubles all_squares = *reinterpret_cast<const Doubles*>(squares + lane);
    for (int k = 0; k < count; ++k) {
      const auto part = *reinterpret_cast<const HalfFloats*>(index + k * lanes + lane);
      const Doubles wide = __builtin_convertvector(part, Doubles);
      all += wide;
      all_squares += wide * wide;
    }
    *reinterpret_cast<Doubles*>(sum + lane) = all;
    *reinterpret_cast<Doubles*>(squares + lane) = all_squares;
  }
  for (int lane = 0; lane < lanes; lane += width) {
    const Floats least = at(observed + lane);
    Words all = at(reached + lane);
    for (int k = 0; k < count; ++k) all -= reinterpret_cast<Words>(at(index + k * lanes + lane) >= least);
    at(reached + lane) = all;
  }
  for (int k = 0; k < count; ++k) {
    Floats most = splat(largest[k]);
    for (int lane = 0; lane < lanes; lane += width) {
      const Floats value = at(index + k * lanes + lane);
      most = select(value > most, value, most);  // never NaN
    }
    largest[k] = largest_lane<width / 2>(most)[0];
  }
}

}  // namespace pac::cpu::PAC_LANE_SET
