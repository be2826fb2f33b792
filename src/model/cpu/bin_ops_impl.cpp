// Loops over samples and boundaries: where bins change, prefix sums, sums per bin, observed and shifted.
// Compiled once per instruction set; only vector types and C arrays: no inline function of a library may be compiled
// for a set that the machine lacks.
#include "model/cpu/lane_set.hpp"
#include "model/cpu/lane_vectors.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace pac::cpu::PAC_LANE_SET {

namespace {

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

}  // namespace

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

namespace {

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

}  // namespace

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
  const I16 used = factor > 0.0F;
  U16 sum{};
  for (std::int64_t t = 0; t < n_times; ++t) {
    store(prefix + t * lanes, sum);
    const F16 scaled = select(used, load(a + lanes * t) * factor, F16{}) + 0.5F;
    sum += reinterpret_cast<U16>(__builtin_convertvector(scaled, I16));
  }
  second_turn(sum, n_times, twice, prefix, total);
}

namespace {

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

}  // namespace

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

}  // namespace pac::cpu::PAC_LANE_SET
