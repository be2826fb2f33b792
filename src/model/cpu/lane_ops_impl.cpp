// Bodies of the lane loops, compiled once per instruction set with PAC_LANE_SET naming the variant. Only vector types
// of the compiler and C arrays here: no inline function of a library may be compiled for a set that the machine lacks.
#include "model/cpu/lane_ops.hpp"
#include "model/cpu/lane_vectors.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace pac::cpu::PAC_LANE_SET {
namespace {

F16 load(const float* p) { return *reinterpret_cast<const F16u*>(p); }
void store(float* p, F16 v) { *reinterpret_cast<F16u*>(p) = v; }
U16 load(const std::uint32_t* p) { return *reinterpret_cast<const U16*>(p); }
void store(std::uint32_t* p, U16 v) { *reinterpret_cast<U16*>(p) = v; }
F16 splat(float x) { return F16{} + x; }
F16 select(I16 mask, F16 yes, F16 no) {
  return reinterpret_cast<F16>((mask & reinterpret_cast<I16>(yes)) | (~mask & reinterpret_cast<I16>(no)));
}

constexpr F16 alternating{-1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1, -1, 1};

F16 swap_parts(F16 v) { return __builtin_shufflevector(v, v, 1, 0, 3, 2, 5, 4, 7, 6, 9, 8, 11, 10, 13, 12, 15, 14); }
F16 real_parts(F16 v) { return __builtin_shufflevector(v, v, 0, 0, 2, 2, 4, 4, 6, 6, 8, 8, 10, 10, 12, 12, 14, 14); }
F16 imaginary_parts(F16 v) {
  return __builtin_shufflevector(v, v, 1, 1, 3, 3, 5, 5, 7, 7, 9, 9, 11, 11, 13, 13, 15, 15);
}
F16 reverse_complex(F16 v) {
  return __builtin_shufflevector(v, v, 14, 15, 12, 13, 10, 11, 8, 9, 6, 7, 4, 5, 2, 3, 0, 1);
}

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

F16 square_root(F16 v) {
  F16 r;
  for (int i = 0; i < 16; ++i) r[i] = __builtin_sqrtf(v[i]);
  return r;
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

template <bool Same>
void count_edges(const float* y, const float* h, std::int64_t n_times, const BinEdges& edges, std::uint8_t* first,
                 std::uint8_t* second) {
  constexpr std::int64_t block = 256;
  alignas(64) std::uint8_t packed[2 * block];
  const I16 upper_base = I16{} + edges.upper_base;
  for (std::int64_t begin = 0; begin < n_times; begin += block) {
    const std::int64_t count = n_times - begin < block ? n_times - begin : block;
    for (std::int64_t i = 0; i < count; i += 8) {
      F16 re = load(y + 2 * (begin + i));
      F16 im = load(h + 2 * (begin + i));
      const I16 lower = (im < 0) | ((im == 0) & (re < 0));
      const F16 sign = select(lower, splat(-1), splat(1));
      re *= sign;
      im *= sign;
      I16 bin = upper_base & ~lower;
      for (int k = 0; k < edges.n_edges; ++k) {
        F16 cotangent = splat(edges.lower_cot[k]);
        if constexpr (!Same) cotangent = select(lower, cotangent, splat(edges.upper_cot[k]));
        bin -= (re <= im * cotangent);
      }
      *reinterpret_cast<B16u*>(packed + 2 * i) = __builtin_convertvector(bin, B16);
    }
    for (std::int64_t i = 0; i < count; ++i) {
      first[begin + i] = packed[2 * i];
      second[begin + i] = packed[2 * i + 1];
    }
  }
}

void phase_bins(const float* y, const float* h, std::int64_t n_times, const BinEdges& edges, std::uint8_t* first,
                std::uint8_t* second) {
  if (edges.lower_cot == edges.upper_cot) {
    count_edges<true>(y, h, n_times, edges, first, second);
  } else {
    count_edges<false>(y, h, n_times, edges, first, second);
  }
}

/// Bit i says whether bins[i] differs from bins[i - 1].
std::uint64_t changes(const std::uint8_t* bins, int count) {
  std::uint64_t mask = 0;
#if defined(__SSE2__)
  if (count == 64) {
    for (int i = 0; i < 64; i += 16) {
      const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bins + i));
      const __m128i before = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bins + i - 1));
      const auto same = static_cast<std::uint32_t>(_mm_movemask_epi8(_mm_cmpeq_epi8(here, before)));
      mask |= static_cast<std::uint64_t>(~same & 0xffffU) << i;
    }
    return mask;
  }
#endif
  for (int i = 0; i < count; ++i) mask |= static_cast<std::uint64_t>(bins[i] != bins[i - 1]) << i;
  return mask;
}

/// Appends begin + the positions of a mask's bits to list (which has room for 16 more); returns its new end.
std::uint32_t* append_positions(std::uint64_t mask, std::uint32_t begin, std::uint32_t* list) {
#if defined(__AVX512F__)
  __m512i positions = _mm512_add_epi32(_mm512_set1_epi32(static_cast<int>(begin)),
                                       _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  for (int i = 0; i < 64; i += 16, mask >>= 16) {
    _mm512_storeu_si512(list, _mm512_maskz_compress_epi32(static_cast<__mmask16>(mask), positions));
    list += __builtin_popcountll(mask & 0xffffU);
    positions = _mm512_add_epi32(positions, _mm512_set1_epi32(16));
  }
#else
  for (; mask != 0; mask &= mask - 1) *list++ = begin + static_cast<std::uint32_t>(__builtin_ctzll(mask));
#endif
  return list;
}

void boundaries(const std::uint8_t* bins, std::int64_t n_times, int n_bins, Boundaries& out) {
  // First where the bin changes, then what it changes to.
  std::uint32_t* end = out.time;
  out.last_bin = bins[n_times - 1];
  if (bins[0] != out.last_bin) *end++ = 0;
  for (std::int64_t begin = 1; begin < n_times; begin += 64) {
    const int count = static_cast<int>(n_times - begin < 64 ? n_times - begin : 64);
    end = append_positions(changes(bins + begin, count), static_cast<std::uint32_t>(begin), end);
  }
  std::uint32_t* const times = out.time;  // not through `out`: a byte that is written might be part of it
  std::uint8_t* const left = out.bin;
  const auto n_boundaries = static_cast<std::uint32_t>(end - times);
  std::uint32_t place[257] = {};
  std::uint32_t n_regular = 0;
  std::uint32_t n_jumps = 0;
  std::uint32_t from = n_boundaries > 0 && times[0] == 0 ? out.last_bin : bins[0];
  for (std::uint32_t i = 0; i < n_boundaries; ++i) {
    const std::uint32_t time = times[i];
    const std::uint32_t to = bins[time];
    if (to == from + 1 || (to == 0 && from + 1 == static_cast<std::uint32_t>(n_bins))) {
      times[n_regular] = time;
      left[n_regular++] = static_cast<std::uint8_t>(from);
      ++place[to];  // behind the group of `from`; the last bin's group ends the list
    } else {
      out.jumps[n_jumps++] = {time, static_cast<std::uint8_t>(from), static_cast<std::uint8_t>(to)};
    }
    from = to;  // until the next boundary
  }
  out.n_regular = n_regular;
  out.n_jumps = n_jumps;
  // Grouped by the bin that is left (a counting sort), so that a bin's sums stay in registers.
  place[0] = 0;
  for (int j = 1; j < n_bins; ++j) place[j] += place[j - 1];
  for (int j = 0; j < n_bins; ++j) out.start[j] = place[j];
  out.start[n_bins] = n_regular;
  std::uint32_t* const sorted = out.sorted;
  for (std::uint32_t i = 0; i < n_regular; ++i) sorted[place[left[i]]++] = times[i];
  // Samples per bin are bin sums too, of an amplitude of one: the prefix sum at a boundary is its time.
  for (int j = 0; j < n_bins; ++j) {
    std::uint32_t sum = 0;
    for (std::uint32_t i = out.start[j]; i < out.start[j + 1]; ++i) sum += sorted[i];
    out.samples[j] = sum;
  }
  std::uint32_t before = out.samples[n_bins - 1];
  for (int j = 0; j < n_bins; ++j) {
    const std::uint32_t here = out.samples[j];
    out.samples[j] = here - before;
    before = here;
  }
  out.samples[out.last_bin] += static_cast<std::uint32_t>(n_times);
  for (std::uint32_t i = 0; i < n_jumps; ++i) {
    out.samples[out.jumps[i].from] += out.jumps[i].time;
    out.samples[out.jumps[i].to] -= out.jumps[i].time;
  }
}

/// Turns eight rows of eight 64-bit elements into columns.
void transpose(L8* r) {
  L8 s[8];
  for (int i = 0; i < 8; i += 2) {
    s[i] = __builtin_shufflevector(r[i], r[i + 1], 0, 8, 2, 10, 4, 12, 6, 14);
    s[i + 1] = __builtin_shufflevector(r[i], r[i + 1], 1, 9, 3, 11, 5, 13, 7, 15);
  }
  L8 u[8];
  for (int half = 0; half < 8; half += 4) {
    for (int odd = 0; odd < 2; ++odd) {
      const L8 low = s[half + odd];
      const L8 high = s[half + 2 + odd];
      u[half + odd] = __builtin_shufflevector(low, high, 0, 1, 8, 9, 4, 5, 12, 13);
      u[half + 2 + odd] = __builtin_shufflevector(low, high, 2, 3, 10, 11, 6, 7, 14, 15);
    }
  }
  for (int i = 0; i < 4; ++i) {
    r[i] = __builtin_shufflevector(u[i], u[i + 4], 0, 1, 2, 3, 8, 9, 10, 11);
    r[i + 4] = __builtin_shufflevector(u[i], u[i + 4], 4, 5, 6, 7, 12, 13, 14, 15);
  }
}

void second_turn(U16 sum, std::int64_t n_times, bool twice, std::uint32_t* prefix, std::uint32_t* total) {
  store(total, sum);
  if (!twice) return;
  for (std::int64_t t = 0; t < n_times; ++t) store(prefix + (n_times + t) * lanes, load(prefix + t * lanes) + sum);
}

void prefix_sums(const float* const* a, const float* scale, std::int64_t n_times, bool twice, std::uint32_t* prefix,
                 std::uint32_t* total) {
  const F16 factor = load(scale);
  U16 sum{};
  for (std::int64_t t = 0; t < n_times; t += 8) {
    L8 block[8];
    for (int pair = 0; pair < 8; ++pair) block[pair] = reinterpret_cast<L8>(load(a[pair] + 2 * t));
    transpose(block);
    for (int i = 0; i < 8; ++i) {
      store(prefix + (t + i) * lanes, sum);
      const F16 scaled = reinterpret_cast<F16>(block[i]) * factor + 0.5F;
      sum += reinterpret_cast<U16>(__builtin_convertvector(scaled, I16));
    }
  }
  second_turn(sum, n_times, twice, prefix, total);
}

void prefix_sums_of_lanes(const float* a, const float* scale, std::int64_t n_times, bool twice, std::uint32_t* prefix,
                          std::uint32_t* total) {
  const F16 factor = load(scale);
  U16 sum{};
  for (std::int64_t t = 0; t < n_times; ++t) {
    store(prefix + t * lanes, sum);
    sum += reinterpret_cast<U16>(__builtin_convertvector(load(a + lanes * t) * factor + 0.5F, I16));
  }
  second_turn(sum, n_times, twice, prefix, total);
}

/// D[j], the prefix values at the boundaries that leave bin j, to sums per bin: S[j] = D[j] - D[j - 1], plus the total
/// for the run that closes at the row's end.
void differences(std::uint32_t* sums, int n_bins, const std::uint32_t* total, std::uint8_t last_bin) {
  U16 before = load(sums + (n_bins - 1) * lanes);
  for (int j = 0; j < n_bins; ++j) {
    const U16 here = load(sums + j * lanes);
    store(sums + j * lanes, here - before);
    before = here;
  }
  std::uint32_t* const last = sums + last_bin * lanes;
  store(last, load(last) + load(total));
}

void add_jumps(const std::uint32_t* prefix, const Boundaries& b, std::uint32_t* sums) {
  for (std::uint32_t i = 0; i < b.n_jumps; ++i) {
    const Jump jump = b.jumps[i];
    const U16 value = load(prefix + static_cast<std::int64_t>(jump.time) * lanes);
    std::uint32_t* const from = sums + jump.from * lanes;
    std::uint32_t* const to = sums + jump.to * lanes;
    store(from, load(from) + value);
    store(to, load(to) - value);
  }
}

void bin_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& b, int n_bins,
              std::uint32_t* sums) {
  for (int j = 0; j < n_bins; ++j) {
    U16 even{};
    U16 odd{};
    std::uint32_t i = b.start[j];
    for (; i + 2 <= b.start[j + 1]; i += 2) {
      even += load(prefix + static_cast<std::int64_t>(b.sorted[i]) * lanes);
      odd += load(prefix + static_cast<std::int64_t>(b.sorted[i + 1]) * lanes);
    }
    if (i < b.start[j + 1]) even += load(prefix + static_cast<std::int64_t>(b.sorted[i]) * lanes);
    store(sums + j * lanes, even + odd);
  }
  differences(sums, n_bins, total, b.last_bin);
  add_jumps(prefix, b, sums);
}

void shifted_bin_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& b, int n_bins,
                      const std::int64_t* shifts, std::uint32_t* sums) {
  const std::uint32_t* base[shift_group];
  for (int g = 0; g < shift_group; ++g) base[g] = prefix + shifts[g] * lanes;
  for (int j = 0; j < n_bins; ++j) {
    U16 s0{}, s1{}, s2{}, s3{}, s4{}, s5{}, s6{}, s7{};
    for (std::uint32_t i = b.start[j]; i < b.start[j + 1]; ++i) {
      const std::int64_t at = static_cast<std::int64_t>(b.sorted[i]) * lanes;
      s0 += load(base[0] + at);
      s1 += load(base[1] + at);
      s2 += load(base[2] + at);
      s3 += load(base[3] + at);
      s4 += load(base[4] + at);
      s5 += load(base[5] + at);
      s6 += load(base[6] + at);
      s7 += load(base[7] + at);
    }
    const U16 all[shift_group] = {s0, s1, s2, s3, s4, s5, s6, s7};
    for (int g = 0; g < shift_group; ++g) store(sums + (g * n_bins + j) * lanes, all[g]);
  }
  for (int g = 0; g < shift_group; ++g) {
    differences(sums + g * n_bins * lanes, n_bins, total, b.last_bin);
    add_jumps(base[g], b, sums + g * n_bins * lanes);
  }
}

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

}  // namespace

// Band transforms: in registers of 16 lanes, or of 8 where no more are in use.
void band_amplitudes(const BandTransform&, const float*, const float*, int, float*, std::int64_t, float*, double*);
void band_phase_bins(const BandTransform&, const float*, const float*, int, float*, std::int64_t, const BinEdges&,
                     std::uint8_t*, std::uint8_t* const*);
#if defined(PAC_LANE_HALF)
}  // namespace pac::cpu::PAC_LANE_SET
namespace pac::cpu::PAC_LANE_HALF {
void band_amplitudes(const BandTransform&, const float*, const float*, int, float*, std::int64_t, float*, double*);
void band_phase_bins(const BandTransform&, const float*, const float*, int, float*, std::int64_t, const BinEdges&,
                     std::uint8_t*, std::uint8_t* const*);
}  // namespace pac::cpu::PAC_LANE_HALF
namespace pac::cpu::PAC_LANE_SET {
namespace {
template <auto Whole, auto Half>
struct ByLanes;
template <class... A, void (*Whole)(const BandTransform&, const float*, const float*, int, A...),
          void (*Half)(const BandTransform&, const float*, const float*, int, A...)>
struct ByLanes<Whole, Half> {
  static void run(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes, A... rest) {
    (n_lanes <= 8 ? Half : Whole)(plan, spectrum, gain, n_lanes, rest...);
  }
};
}  // namespace
constexpr auto amplitudes_by_lanes = ByLanes<band_amplitudes, PAC_LANE_HALF::band_amplitudes>::run;
constexpr auto phase_bins_by_lanes = ByLanes<band_phase_bins, PAC_LANE_HALF::band_phase_bins>::run;
#else
constexpr auto amplitudes_by_lanes = band_amplitudes;
constexpr auto phase_bins_by_lanes = band_phase_bins;
#endif

#define PAC_QUOTE(x) #x
#define PAC_NAME(x) PAC_QUOTE(x)
extern const LaneOps ops;
const LaneOps ops{.name = PAC_NAME(PAC_LANE_SET),
                  .apply_gain = apply_gain,
                  .hilbert = hilbert,
                  .amplitude = amplitude,
                  .phase_bins = phase_bins,
                  .boundaries = boundaries,
                  .prefix_sums = prefix_sums,
                  .prefix_sums_of_lanes = prefix_sums_of_lanes,
                  .bin_sums = bin_sums,
                  .shifted_bin_sums = shifted_bin_sums,
                  .modulation_index = modulation_index,
                  .preferred_phase = preferred_phase,
                  .accumulate = accumulate,
                  .band_amplitudes = amplitudes_by_lanes,
                  .band_phase_bins = phase_bins_by_lanes};

}  // namespace pac::cpu::PAC_LANE_SET
