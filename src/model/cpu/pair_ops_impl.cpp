// Loops around FFTW: two real bands to a complex spectrum and back, amplitudes, phase bins.
// Compiled once per instruction set; only vector types and C arrays: no inline function of a library may be compiled
// for a set that the machine lacks.
#include "model/cpu/lane_phase_bins.hpp"
#include "model/cpu/lane_set.hpp"
#include "model/cpu/wide_vectors.hpp"

namespace pac::cpu::PAC_LANE_SET {

namespace {

constexpr F16 alternating{-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1};

F16 reverse_complex(F16 v) {
  return __builtin_shufflevector(v, v, 14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1);
}

}  // namespace

void apply_gain(const float* x, const float* g, std::int64_t length, float* z) {
  const std::int64_t last = (length - 1) / 2;  // frequencies 1..last have a mirror image
  const auto eight = [&](const float* spectrum, const float* gain, float* forward, float* mirrored) {
    const F16 s = load(spectrum);
    const F16 w = load(gain);
    const F16 direct = real_parts(s) * w;
    const F16 crossed = imaginary_parts(s) * swap_parts(w) * alternating;
    store(forward, direct + crossed);
    store(mirrored, reverse_complex(direct - crossed));
  };
  std::int64_t f = 1;
  for (; f + 8 <= last + 1; f += 8) eight(x + 2 * f, g + 2 * f, z + 2 * f, z + 2 * (length - f - 7));
  // The rest in the same vector arithmetic: as plain loops, compilers fuse multiply and add in some instruction sets.
  const auto rest = [&](std::int64_t first, std::int64_t count, bool mirror) {
    float buffer[4][16] = {};
    for (std::int64_t i = 0; i < 2 * count; ++i) {
      buffer[0][i] = x[2 * first + i];
      buffer[1][i] = g[2 * first + i];
    }
    eight(buffer[0], buffer[1], buffer[2], buffer[3]);
    for (std::int64_t i = 0; i < 2 * count; ++i) z[2 * first + i] = buffer[2][i];
    for (std::int64_t i = 0; mirror && i < 2 * count; ++i)
      z[2 * (length - first - count + 1) + i] = buffer[3][16 - 2 * count + i];
  };
  rest(f, last + 1 - f, true);
  rest(0, 1, false);
  if (length % 2 == 0) rest(length / 2, 1, false);
}

void hilbert(const float* in, float* out, std::int64_t length, float scale) {
  const std::int64_t last = (length - 1) / 2;
  const auto turn = [&](std::int64_t first, std::int64_t end, float sign) {
    const F16 factor = alternating * -sign;
    std::int64_t f = first;
    for (; f + 8 <= end; f += 8) store(out + 2 * f, swap_parts(load(in + 2 * f)) * factor);
    for (; f < end; ++f) {
      const float re = in[2 * f];
      out[2 * f] = in[2 * f + 1] * sign;
      out[2 * f + 1] = re * -sign;
    }
  };
  turn(1, last + 1, scale);
  turn(length - last, length, -scale);
  out[0] = out[1] = 0;
  if (length % 2 == 0) out[length] = out[length + 1] = 0;
}

void amplitude(float* y, float* h, std::int64_t n_times, float* a, double* sum) {
  const std::int64_t padded = (n_times + 7) / 8 * 8;
  for (std::int64_t i = 2 * n_times; i < 2 * padded; ++i) y[i] = h[i] = 0;
  double first = 0;
  double second = 0;
  for (std::int64_t block = 0; block < padded; block += 1024) {  // float sums over short blocks, double over blocks
    const std::int64_t end = block + 1024 < padded ? block + 1024 : padded;
    F16 partial{};
    for (std::int64_t t = block; t < end; t += 8) {
      const F16 re = load(y + 2 * t);
      const F16 im = load(h + 2 * t);
      const F16 value = square_root(re * re + im * im);
      store(a + 2 * t, value);
      partial += value;
    }
    for (int i = 0; i < 16; i += 2) {
      first += static_cast<double>(partial[i]);
      second += static_cast<double>(partial[i + 1]);
    }
  }
  sum[0] = first;
  sum[1] = second;
}

namespace {

template <bool Same>
void store_bins(const float* y, const float* h, std::int64_t n_times, const BinEdges& edges, std::uint8_t* first,
                std::uint8_t* second) {
  constexpr std::int64_t block = 256;
  std::uint8_t packed[2 * block];
  for (std::int64_t begin = 0; begin < n_times; begin += block, y += 2 * block, h += 2 * block) {
    const std::int64_t count = n_times - begin < block ? n_times - begin : block;
    for (std::int64_t i = 0; i < 2 * count; i += width)
      store_bytes(packed + i, phase_bin<Same>(at(y + i), at(h + i), edges));
    for (std::int64_t i = 0; i < count; ++i) {
      first[begin + i] = packed[2 * i];
      second[begin + i] = packed[2 * i + 1];
    }
  }
}

}  // namespace

void phase_bins(const float* y, const float* h, std::int64_t n_times, const BinEdges& edges, std::uint8_t* first,
                std::uint8_t* second) {
  if (edges.lower_cot == edges.upper_cot) {
    store_bins<true>(y, h, n_times, edges, first, second);
  } else {
    store_bins<false>(y, h, n_times, edges, first, second);
  }
}

}  // namespace pac::cpu::PAC_LANE_SET
