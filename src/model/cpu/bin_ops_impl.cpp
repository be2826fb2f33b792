// Loops over samples and boundaries: where bins change, prefix sums, sums per bin, observed and shifted.
// Compiled once per instruction set; only vector types and C arrays: no inline function of a library may be compiled
// for a set that the machine lacks.
#include "model/cpu/lane_set.hpp"
#include "model/cpu/lane_vectors.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

#pragma GCC diagnostic ignored "-Wsign-conversion"  // a template's int as the length of an array

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

namespace {

/// Boundaries that are not part of a complete round, the first of which leaves `bin`, as jumps: one for each time.
void spill(const std::uint32_t* times, std::uint32_t count, std::uint32_t bin, std::uint32_t n_bins, Boundaries& out) {
  for (std::uint32_t i = 0; i < count;) {
    const std::uint32_t from = i;
    while (i < count && times[i] == times[from]) ++i;
    out.jumps[out.n_jumps++] = {times[from], static_cast<std::uint8_t>((bin + from) % n_bins),
                                static_cast<std::uint8_t>((bin + i) % n_bins)};
  }
}

/// Samples per bin are bin sums too, of an amplitude of one: the prefix sum at a boundary is its time.
void count_samples(std::int64_t n_times, int n_bins, Boundaries& out) {
  std::uint32_t sum[256] = {};
  const std::uint32_t* times = out.time;
  for (std::uint32_t round = 0; round < out.n_rounds; ++round, times += n_bins) {
    for (int i = 0; i < n_bins; ++i) sum[i] += times[i];
  }
  for (int i = 0; i < n_bins; ++i) out.samples[i] = sum[i] - sum[i == 0 ? n_bins - 1 : i - 1];
  out.samples[out.last_bin] += static_cast<std::uint32_t>(n_times);
  for (std::uint32_t i = 0; i < out.n_jumps; ++i) {
    out.samples[out.jumps[i].from] += out.jumps[i].time;
    out.samples[out.jumps[i].to] -= out.jumps[i].time;
  }
}

}  // namespace

void boundaries(const std::uint8_t* bins, std::int64_t n_times, int n_bins, std::uint32_t* changed, Boundaries& out) {
  // First where the bin changes, then what it changes to.
  std::uint32_t* end = changed;
  out.last_bin = bins[n_times - 1];
  if (bins[0] != out.last_bin) *end++ = 0;
  for (std::int64_t begin = 1; begin < n_times; begin += 64) {
    const int count = static_cast<int>(n_times - begin < 64 ? n_times - begin : 64);
    end = append_positions(changes(bins + begin, count), static_cast<std::uint32_t>(begin), end);
  }
  const auto n_changes = static_cast<std::uint32_t>(end - changed);
  Jump* const jumps = out.jumps;  // not through `out`: what is written might be part of it
  const auto n = static_cast<std::uint32_t>(n_bins);
  std::uint32_t from = n_changes > 0 && changed[0] == 0 ? out.last_bin : bins[0];
  // Boundaries before the first that leaves bin 0 wait for the row's last ones: on a circle they make a round together.
  const std::uint32_t first_bin = from;
  const std::uint32_t n_early = first_bin == 0 ? 0 : n - first_bin;
  std::uint32_t early[256];
  std::uint32_t* put = n_early == 0 ? out.time : early;
  std::uint32_t n_regular = 0;
  std::uint32_t n_jumps = 0;
  std::uint32_t next = from;  // bin that the next regular boundary leaves
  for (std::uint32_t i = 0; i < n_changes; ++i) {
    const std::uint32_t time = changed[i];
    const std::uint32_t to = bins[time];
    std::uint32_t steps = to > from ? to - from : to + n - from;
    if (from == next && 2 * steps <= n && n_regular + steps <= n_times) {
      do {
        *put++ = time;
        if (++n_regular == n_early) put = out.time;
      } while (--steps != 0);
      next = to;
    } else {
      jumps[n_jumps++] = {time, static_cast<std::uint8_t>(from), static_cast<std::uint8_t>(to)};
    }
    from = to;  // until the next boundary
  }
  out.n_jumps = n_jumps;
  out.n_rounds = n_regular / n;
  if (n_regular % n == 0) {
    for (std::uint32_t i = 0; i < n_early && n_regular > 0; ++i) *put++ = early[i];
  } else if (n_regular < n_early) {
    spill(early, n_regular, first_bin, n, out);
  } else {
    out.n_rounds = (n_regular - n_early) / n;
    spill(early, n_early, first_bin, n, out);
    spill(out.time + out.n_rounds * n, (n_regular - n_early) % n, 0, n, out);
  }
  count_samples(n_times, n_bins, out);
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
  U16 sum{};
  for (std::int64_t t = 0; t < n_times; ++t) {
    store(prefix + t * lanes, sum);
    sum += reinterpret_cast<U16>(__builtin_convertvector(load(a + lanes * t) * factor + 0.5F, I16));
  }
  second_turn(sum, n_times, twice, prefix, total);
}

namespace {

// As many accumulators as stay in registers: of `edges` boundaries of a round for `together` shifts, in pieces of a
// register's lanes.
#if defined(__AVX512F__)
constexpr int piece = 16;
constexpr int edges = 6;
constexpr int together = 4;
#elif defined(__AVX2__)
constexpr int piece = 8;
constexpr int edges = 3;
constexpr int together = 4;
#else
constexpr int piece = 4;
constexpr int edges = 3;
constexpr int together = 4;
#endif
static_assert(shift_step % together == 0);
using Piece = std::uint32_t __attribute__((vector_size(4 * piece), may_alias));

/// Adds the prefix values at E boundaries of each of `rounds` rounds, from times[round][n_bins] on, for G shifts:
/// sums[shift][n_bins][lane].
template <int E, int G>
void add_boundaries(const std::uint32_t* const* shifted, const std::uint32_t* times, std::int64_t rounds, int n_bins,
                    std::uint32_t* sums) {
  Piece sum[G][E];
#pragma GCC unroll 8
  for (int g = 0; g < G; ++g) {
#pragma GCC unroll 8
    for (int e = 0; e < E; ++e) sum[g][e] = *reinterpret_cast<const Piece*>(sums + (g * n_bins + e) * lanes);
  }
  for (std::int64_t round = 0; round < rounds; ++round, times += n_bins) {
#pragma GCC unroll 8
    for (int e = 0; e < E; ++e) {
      const std::int64_t at = static_cast<std::int64_t>(times[e]) * lanes;
#pragma GCC unroll 8
      for (int g = 0; g < G; ++g) sum[g][e] += *reinterpret_cast<const Piece*>(shifted[g] + at);
    }
  }
#pragma GCC unroll 8
  for (int g = 0; g < G; ++g) {
#pragma GCC unroll 8
    for (int e = 0; e < E; ++e) *reinterpret_cast<Piece*>(sums + (g * n_bins + e) * lanes) = sum[g][e];
  }
}

/// Adds `rounds` rounds of boundaries from times[round][n_bins] on, for G shifts.
template <int G>
void add_rounds(const std::uint32_t* prefix, const std::int64_t* shifts, const std::uint32_t* times,
                std::int64_t rounds, int n_bins, std::uint32_t* sums) {
  for (int lane = 0; lane < lanes; lane += piece) {
    const std::uint32_t* shifted[G];
    for (int g = 0; g < G; ++g) shifted[g] = prefix + shifts[g] * lanes + lane;
    int place = 0;
    for (; place + edges <= n_bins; place += edges)
      add_boundaries<edges, G>(shifted, times + place, rounds, n_bins, sums + place * lanes + lane);
    for (; place < n_bins; ++place)
      add_boundaries<1, G>(shifted, times + place, rounds, n_bins, sums + place * lanes + lane);
  }
}

/// D[j], the prefix values at the boundaries that leave bin j, to sums per bin: S[j] = D[j] - D[j - 1], plus the total
/// for the run that closes at the row's end, plus jumps.
void finish_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& b, int n_bins,
                 std::uint32_t* sums) {
  U16 before = load(sums + (n_bins - 1) * lanes);
  for (int j = 0; j < n_bins; ++j) {
    const U16 here = load(sums + j * lanes);
    store(sums + j * lanes, here - before);
    before = here;
  }
  const auto add = [&](int bin, U16 value) { store(sums + bin * lanes, load(sums + bin * lanes) + value); };
  add(b.last_bin, load(total));
  for (std::uint32_t i = 0; i < b.n_jumps; ++i) {
    const Jump jump = b.jumps[i];
    const U16 value = load(prefix + static_cast<std::int64_t>(jump.time) * lanes);
    add(jump.from, value);
    add(jump.to, -value);
  }
}

}  // namespace

void bin_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& b, int n_bins,
              std::uint32_t* sums) {
  constexpr std::int64_t unshifted = 0;
  for (int j = 0; j < n_bins; ++j) store(sums + j * lanes, U16{});
  add_rounds<1>(prefix, &unshifted, b.time, b.n_rounds, n_bins, sums);
  finish_sums(prefix, total, b, n_bins, sums);
}

void shifted_bin_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& b, int n_bins,
                      const std::int64_t* shifts, int n_shifts, std::uint32_t* sums) {
  for (int i = 0; i < n_shifts * n_bins; ++i) store(sums + i * lanes, U16{});
  // Blocks of rounds, about 512 samples of the row, whose prefix sums stay in the first cache from shift to shift.
  const std::int64_t n_rounds = b.n_rounds;
  const std::int64_t span = n_rounds == 0 ? 1 : b.time[(n_rounds - 1) * n_bins] + 1;
  const std::int64_t in_window = 512 * n_rounds / span;
  const std::int64_t block = in_window < 8 ? 8 : in_window;
  for (std::int64_t round = 0; round < n_rounds; round += block) {
    const std::int64_t rounds = n_rounds - round < block ? n_rounds - round : block;
    for (int g = 0; g < n_shifts; g += together)
      add_rounds<together>(prefix, shifts + g, b.time + round * n_bins, rounds, n_bins, sums + g * n_bins * lanes);
  }
  for (int g = 0; g < n_shifts; ++g)
    finish_sums(prefix + shifts[g] * lanes, total, b, n_bins, sums + g * n_bins * lanes);
}

}  // namespace pac::cpu::PAC_LANE_SET
