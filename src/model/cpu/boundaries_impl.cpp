// Where the bins of a phase change: rounds and jumps.
// Compiled once per instruction set; only C arrays: no inline function of a library may be compiled for a set that the
// machine lacks.
#include "model/cpu/lane_set.hpp"

#if defined(__SSE2__)
#include <immintrin.h>
#endif

namespace pac::cpu::PAC_LANE_SET {

namespace {

struct Changes {
  std::uint64_t all = 0;     ///< bit i: bins[i] differs from bins[i - 1]
  std::uint64_t others = 0;  ///< .. and is not the bin after it
};

/// Of `count` bins, 1 to 64.
Changes changes(const std::uint8_t* bins, int count, int n_bins) {
  Changes found;
#if defined(__AVX512BW__)
  const __mmask64 wanted = ~std::uint64_t{0} >> (64 - count);
  const __m512i here = _mm512_maskz_loadu_epi8(wanted, bins);
  const __m512i before = _mm512_maskz_loadu_epi8(wanted, bins - 1);
  const __mmask64 not_last = _mm512_cmpneq_epi8_mask(before, _mm512_set1_epi8(static_cast<char>(n_bins - 1)));
  const __m512i next = _mm512_maskz_add_epi8(not_last, before, _mm512_set1_epi8(1));
  found.all = _mm512_cmpneq_epi8_mask(here, before);
  found.others = _mm512_mask_cmpneq_epi8_mask(found.all, here, next);
  return found;
#else
#if defined(__SSE2__)
  if (count == 64) {
    const __m128i last = _mm_set1_epi8(static_cast<char>(n_bins - 1));
    const auto bits = [](__m128i mask) {
      return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(mask)));
    };
    for (int i = 0; i < 64; i += 16) {
      const __m128i here = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bins + i));
      const __m128i before = _mm_loadu_si128(reinterpret_cast<const __m128i*>(bins + i - 1));
      const __m128i next = _mm_andnot_si128(_mm_cmpeq_epi8(before, last), _mm_add_epi8(before, _mm_set1_epi8(1)));
      const std::uint64_t same = bits(_mm_cmpeq_epi8(here, before));
      const std::uint64_t regular = bits(_mm_cmpeq_epi8(here, next));
      found.all |= (~same & 0xffffU) << i;
      found.others |= (~(same | regular) & 0xffffU) << i;
    }
    return found;
  }
#endif
  for (int i = 0; i < count; ++i) {
    const int next = bins[i - 1] == n_bins - 1 ? 0 : bins[i - 1] + 1;
    found.all |= static_cast<std::uint64_t>(bins[i] != bins[i - 1]) << i;
    found.others |= static_cast<std::uint64_t>(bins[i] != bins[i - 1] && bins[i] != next) << i;
  }
  return found;
#endif
}

#if defined(__AVX2__) && !defined(__AVX512F__)
/// The positions of the bits of every byte.
struct Positions {
  std::uint8_t bits[256][8] = {};
  constexpr Positions() {
    for (unsigned byte = 0; byte < 256; ++byte) {
      int n = 0;
      for (std::uint8_t i = 0; i < 8; ++i) {
        if ((byte >> i & 1U) != 0) bits[byte][n++] = i;
      }
    }
  }
};
constexpr Positions positions_of;
#endif

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
#elif defined(__AVX2__)
  for (int i = 0; i < 64; i += 8, mask >>= 8) {
    const std::uint64_t eight = mask & 0xffU;
    const __m128i within = _mm_loadl_epi64(reinterpret_cast<const __m128i*>(positions_of.bits[eight]));
    const __m256i positions =
        _mm256_add_epi32(_mm256_cvtepu8_epi32(within), _mm256_set1_epi32(static_cast<int>(begin) + i));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(list), positions);
    list += __builtin_popcountll(eight);
  }
#else
  for (; mask != 0; mask &= mask - 1) *list++ = begin + static_cast<std::uint32_t>(__builtin_ctzll(mask));
#endif
  return list;
}

}  // namespace

namespace {

/// Bins that a phase goes through from one bin to another, forward.
std::uint32_t steps_between(std::uint32_t from, std::uint32_t to, std::uint32_t n_bins) {
  const std::uint32_t steps = to - from;
  return to < from ? steps + n_bins : steps;
}

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

void boundaries(const std::uint8_t* bins, std::int64_t n_times, int n_bins, Boundaries& out) {
  std::uint32_t* const times = out.time;  // not through `out`: what is written might be part of it
  Jump* const jumps = out.jumps;
  const auto n = static_cast<std::uint32_t>(n_bins);
  const std::uint32_t first_bin = bins[n_times - 1];
  std::uint32_t n_regular = 0;
  std::uint32_t n_jumps = 0;
  std::uint32_t from = first_bin;
  std::uint32_t next = from;  // bin that the next regular boundary leaves
  const auto add = [&](std::uint32_t time) {
    const std::uint32_t to = bins[time];
    const std::uint32_t steps = steps_between(from, to, n);
    if (from != next || 2 * steps > n || n_regular + steps > n_times) {
      jumps[n_jumps++] = {time, static_cast<std::uint8_t>(from), static_cast<std::uint8_t>(to)};
    } else {
      times[n_regular] = times[n_regular + 1] = time;  // nearly all are one or two steps
      for (std::uint32_t step = 2; step < steps; ++step) times[n_regular + step] = time;
      n_regular += steps;
      next = to;
    }
    from = to;
  };
  if (bins[0] != first_bin) add(0);
  for (std::int64_t begin = 1; begin < n_times; begin += 64) {
    const int count = static_cast<int>(n_times - begin < 64 ? n_times - begin : 64);
    const Changes change = changes(bins + begin, count, n_bins);
    const auto time = static_cast<std::uint32_t>(begin);
    for (std::uint64_t rest = change.all; rest != 0;) {
      const std::uint64_t others = change.others & rest;
      const std::uint64_t regular = rest & ((others & -others) - 1);         // those before the first that is not
      if (regular != 0 && from == next && n_regular + 64 + 16 <= n_times) {  // nearly always, and all of them
        n_regular = static_cast<std::uint32_t>(append_positions(regular, time, times + n_regular) - times);
        from = next = bins[begin + 63 - __builtin_clzll(regular)];
        rest ^= regular;
      } else {
        add(time + static_cast<std::uint32_t>(__builtin_ctzll(rest)));
        rest &= rest - 1;
      }
    }
  }
  out.last_bin = static_cast<std::uint8_t>(first_bin);
  out.n_jumps = n_jumps;
  // Boundaries before the first that leaves bin 0 go behind the row's last ones: on a circle they make a round
  // together.
  const std::uint32_t wanted = first_bin == 0 ? 0 : n - first_bin;
  const std::uint32_t n_early = wanted < n_regular ? wanted : n_regular;
  const std::uint32_t n_others = n_regular - n_early;
  std::uint32_t early[256];
  for (std::uint32_t i = 0; i < n_early; ++i) early[i] = times[i];
  __builtin_memmove(times, times + n_early, n_others * sizeof(std::uint32_t));
  if (n_regular % n == 0) {
    for (std::uint32_t i = 0; i < n_early; ++i) times[n_others + i] = early[i];
    out.n_rounds = n_regular / n;
  } else {
    out.n_rounds = n_others / n;
    spill(early, n_early, first_bin, n, out);
    spill(times + out.n_rounds * n, n_others % n, 0, n, out);
  }
  count_samples(n_times, n_bins, out);
}

}  // namespace pac::cpu::PAC_LANE_SET
