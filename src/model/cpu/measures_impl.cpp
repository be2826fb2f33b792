// Measures beside the modulation index: heights ratio from bin sums; phasors and their sums with modulating signals.
// Compiled once per instruction set; only vector types and C arrays: no inline function of a library may be compiled
// for a set that the machine lacks.
#include "model/cpu/lane_set.hpp"
#include "model/cpu/wide_vectors.hpp"

namespace pac::cpu::PAC_LANE_SET {

namespace {

using F8u = float __attribute__((vector_size(32), aligned(4), may_alias));

/// The first and the second one of sixteen floats in turns.
void store_apart(F16 v, float* first, float* second) {
  *reinterpret_cast<F8u*>(first) = __builtin_shufflevector(v, v, 0, 2, 4, 6, 8, 10, 12, 14);
  *reinterpret_cast<F8u*>(second) = __builtin_shufflevector(v, v, 1, 3, 5, 7, 9, 11, 13, 15);
}

struct Sum {
  D8 low{};
  D8 high{};

  void add(F16 v) {
    low += __builtin_convertvector(__builtin_shufflevector(v, v, 0, 1, 2, 3, 4, 5, 6, 7), D8);
    high += __builtin_convertvector(__builtin_shufflevector(v, v, 8, 9, 10, 11, 12, 13, 14, 15), D8);
  }
  [[nodiscard]] double all() const {
    const D8 both = low + high;
    double sum = 0;
    for (int i = 0; i < 8; ++i) sum += both[i];
    return sum;
  }
};

}  // namespace

void heights_ratio(const std::uint32_t* sums, int count, const float* weight, int n_bins, float* ratio) {
  for (; count > 0; --count, sums += n_bins * lanes, ratio += lanes) {
    for (int lane = 0; lane < lanes; lane += width) {
      Floats highest{};
      Floats lowest{};
      bool first = true;
      for (int j = 0; j < n_bins; ++j) {
        if (weight[j] == 0) continue;
        const Floats mean = bin_mean(sums + j * lanes + lane, weight[j]);
        highest = select((mean > highest) | (Ints{} - static_cast<int>(first)), mean, highest);
        lowest = select((mean < lowest) | (Ints{} - static_cast<int>(first)), mean, lowest);
        first = false;
      }
      at(ratio + lane) = (highest - lowest) / highest;
    }
  }
}

void phasors(const float* y, const float* h, std::int64_t n_times, float* const* cosine, float* const* sine) {
  for (std::int64_t t = 0; t < n_times; t += 8) {
    const F16 re = load(y + 2 * t);
    const F16 im = load(h + 2 * t);
    const F16 radius = square_root(re * re + im * im);
    const I16 somewhere = radius > 0;
    store_apart(select(somewhere, re / radius, splat16(1)), cosine[0] + t, cosine[1] + t);
    store_apart(select(somewhere, im / radius, F16{}), sine[0] + t, sine[1] + t);
  }
}

void phasor_sums(const float* re, const float* im, const float* cosine, const float* sine, std::int64_t count,
                 double* sum) {
  Sum real;
  Sum imaginary;
  for (std::int64_t block = 0; block < count; block += 64) {  // float sums over four values a lane, double over blocks
    F16 x{};
    F16 y{};
    for (std::int64_t t = block; t < block + 64; t += 16) {
      const F16 value = load(re + t);
      x += load(cosine + t) * value;
      y += load(sine + t) * value;
      if (im == nullptr) continue;
      const F16 other = load(im + t);
      x += load(sine + t) * other;
      y -= load(cosine + t) * other;
    }
    real.add(x);
    imaginary.add(y);
  }
  sum[0] = real.all();
  sum[1] = imaginary.all();
}

void times_conjugate(const float* a, const float* b, std::int64_t length, float* out) {
  constexpr F16 alternating{1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1};
  for (std::int64_t f = 0; f < length; f += 8) {
    const F16 left = load(a + 2 * f);
    const F16 right = load(b + 2 * f);
    store(out + 2 * f, left * real_parts(right) + swap_parts(left) * imaginary_parts(right) * alternating);
  }
}

}  // namespace pac::cpu::PAC_LANE_SET
