// Loops over samples and boundaries: prefix sums, sums per bin, observed and shifted.
// Compiled once per instruction set; only vector types and C arrays: no inline function of a library may be compiled
// for a set that the machine lacks.
#include "model/cpu/lane_set.hpp"
#include "model/cpu/wide_vectors.hpp"

#pragma GCC diagnostic ignored "-Wsign-conversion"  // a template's int as the length of an array

namespace pac::cpu::PAC_LANE_SET {

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

/// The prefix sums of one turn again behind it, a row's total further.
void second_turn(const std::uint32_t* total, std::int64_t n_times, std::uint32_t* prefix) {
  for (int lane = 0; lane < lanes; lane += width) {
    const Words whole = at(total + lane);
    std::uint32_t* const first = prefix + lane;
    for (std::int64_t t = 0; t < n_times; ++t) at(first + (n_times + t) * lanes) = at(first + t * lanes) + whole;
  }
}

}  // namespace

void prefix_sums(const float* const* a, const float* scale, std::int64_t n_times, bool twice, std::uint32_t* prefix,
                 std::uint32_t* total) {
  using U16 = std::uint32_t __attribute__((vector_size(64)));
  const F16 factor = load(scale);
  U16 sum{};
  for (std::int64_t t = 0; t < n_times; t += 8) {
    L8 block[8];
    for (int pair = 0; pair < 8; ++pair) block[pair] = reinterpret_cast<L8>(load(a[pair] + 2 * t));
    transpose(block);
    for (int i = 0; i < 8; ++i) {
      *reinterpret_cast<U16*>(prefix + (t + i) * lanes) = sum;
      const F16 scaled = reinterpret_cast<F16>(block[i]) * factor + 0.5F;
      sum += reinterpret_cast<U16>(__builtin_convertvector(scaled, I16));
    }
  }
  *reinterpret_cast<U16*>(total) = sum;
  if (twice) second_turn(total, n_times, prefix);
}

void prefix_sums_of_lanes(const float* a, const float* scale, std::int64_t n_times, bool twice, std::uint32_t* prefix,
                          std::uint32_t* total) {
  for (int lane = 0; lane < lanes; lane += width) {
    const Floats factor = at(scale + lane);
    const Ints used = factor > 0.0F;
    Words sum{};
    for (std::int64_t t = 0; t < n_times; ++t) {
      at(prefix + t * lanes + lane) = sum;
      const Floats scaled = select(used, at(a + t * lanes + lane) * factor, Floats{}) + 0.5F;
      sum += reinterpret_cast<Words>(__builtin_convertvector(scaled, Ints));
    }
    at(total + lane) = sum;
  }
  if (twice) second_turn(total, n_times, prefix);
}

namespace {

// As many accumulators as there are registers: of `edges` boundaries of a round for `together` shifts, in `pieces` of a
// register's lanes. Where a line of 16 lanes takes two registers, both at once is faster (two loads of the same half
// meet in one bank of the first cache), and so are calls for more rounds. Where it takes one, loads are what limits,
// and one of a place counts as much as one of a line: places are loaded by twos, and serve many shifts.
#if defined(__AVX512F__)
constexpr int edges = 4;
constexpr int together = 8;
constexpr int pieces = 1;
constexpr std::int64_t least_rounds = 8;
constexpr int single_edges = 18;  // of one shift
#elif defined(__AVX2__)
constexpr int edges = 1;
constexpr int together = 4;
constexpr int pieces = 2;
constexpr std::int64_t least_rounds = 12;
constexpr int single_edges = 1;
#else
constexpr int edges = 3;
constexpr int together = 4;
constexpr int pieces = 1;
constexpr std::int64_t least_rounds = 8;
constexpr int single_edges = 3;
#endif
static_assert(together % shift_step == 0);

/// Two times, the first one in the lower half; or one.
template <bool Both>
PAC_INLINE std::uint64_t load_times(const std::uint32_t* times) {
  if constexpr (!Both) return *times;
  std::uint64_t two = 0;
  __builtin_memcpy(&two, times, sizeof two);
  return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? two : two >> 32U | two << 32U;
}

/// Adds the prefix values at E boundaries of each of `rounds` rounds, from times[round][n_bins] on, for G shifts, to
/// sums[shift][n_bins][lane]; Fresh: to zeros.
template <int E, int G, bool Fresh>
[[gnu::noinline]] void add_boundaries(const std::uint32_t* const* shifted, const std::uint32_t* times,
                                      std::int64_t rounds, std::int64_t n_bins, std::uint32_t* sums) {
  Words sum[G][E][pieces];
  const auto each = [&](auto act) {
    std::uint32_t* line = sums;
    asm("" : "+r"(line));  // or the compiler keeps the places of all sums until they are stored, instead of sums
#pragma GCC unroll 8
    for (int g = 0; g < G; ++g, line += n_bins * lanes) {
#pragma GCC unroll 18
      for (int e = 0; e < E; ++e) {
#pragma GCC unroll 8
        for (int i = 0; i < pieces; ++i) act(sum[g][e][i], at(line + e * lanes + i * width));
      }
    }
  };
  each([](Words& own, const Words& stored) { own = Fresh ? Words{} : stored; });
  std::uint64_t two[(E + 1) / 2];  // of the round to come: lines wait for their places
#pragma GCC unroll 16
  for (int e = 0; e < E / 2; ++e) two[e] = load_times<true>(times + 2 * e);
  if constexpr (E % 2 != 0) two[E / 2] = load_times<false>(times + E - 1);
  const auto add = [&](int e, std::uint64_t time) __attribute__((always_inline)) {
#pragma GCC unroll 8
    for (int g = 0; g < G; ++g) {
#pragma GCC unroll 8
      for (int i = 0; i < pieces; ++i) sum[g][e][i] += at(shifted[g] + time * lanes + i * width);
    }
  };
  const auto add_round = [&](bool load_next) __attribute__((always_inline)) {
#pragma GCC unroll 16
    for (int e = 0; e < E / 2; ++e) {
      const std::uint64_t first = two[e] & 0xffffffffU;
      const std::uint64_t second = two[e] >> 32U;
      if (load_next) two[e] = load_times<true>(times + 2 * e);
      add(2 * e, first);
      add(2 * e + 1, second);
    }
    if constexpr (E % 2 != 0) {
      const std::uint64_t last = two[E / 2];
      if (load_next) two[E / 2] = load_times<false>(times + E - 1);
      add(E - 1, last);
    }
  };
  const std::uint32_t* const last = times + (rounds - 1) * n_bins;
#pragma GCC unroll 2
  while (times != last) {
    times += n_bins;
    add_round(true);
  }
  add_round(false);
  each([](const Words& own, Words& stored) { stored = own; });
}

/// Adds `rounds` rounds of boundaries from times[round][n_bins] on, for G shifts, E boundaries of a round at a time.
template <int E, int G, bool Fresh>
void add_rounds(const std::uint32_t* prefix, const std::int64_t* shifts, const std::uint32_t* times,
                std::int64_t rounds, int n_bins, std::uint32_t* sums) {
  for (int lane = 0; lane < lanes; lane += pieces * width) {
    const std::uint32_t* shifted[G];
    for (int g = 0; g < G; ++g) shifted[g] = prefix + shifts[g] * lanes + lane;
    int place = 0;
    const auto add = [&]<int Now>() {
      for (; place + Now <= n_bins; place += Now) {
        add_boundaries<Now, G, Fresh>(shifted, times + place, rounds, n_bins, sums + place * lanes + lane);
      }
    };
    add.template operator()<E>();
    if constexpr (E > 2) add.template operator()<2>();
    if constexpr (E > 1) add.template operator()<1>();
  }
}

/// Of G shifts: D[j], the prefix values at the boundaries that leave bin j, to sums per bin: S[j] = D[j] - D[j - 1],
/// plus the total for the run that closes at the row's end, plus jumps. Shifts take turns at each jump: one's next jump
/// often is at the bin that its last one wrote.
template <int G>
void finish_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& b,
                 const std::int64_t* shifts, std::int64_t n_bins, std::uint32_t* sums) {
  const std::int64_t stride = n_bins * lanes;  // from shift to shift
  for (int lane = 0; lane < lanes; lane += width) {
    for (int g = 0; g < G; ++g) {
      std::uint32_t* const own = sums + g * stride + lane;
      Words before = at(own + stride - lanes);
      for (std::int64_t j = 0; j < stride; j += lanes) {
        const Words here = at(own + j);
        at(own + j) = here - before;
        before = here;
      }
      at(own + b.last_bin * lanes) += at(total + lane);
    }
    const std::uint32_t* shifted[G];
    for (int g = 0; g < G; ++g) shifted[g] = prefix + shifts[g] * lanes + lane;
    const Jump* const end = b.jumps + b.n_jumps;
    for (const Jump* jump = b.jumps; jump != end; ++jump) {
      std::uint32_t* from = sums + jump->from * lanes + lane;
      std::uint32_t* to = sums + jump->to * lanes + lane;
      const std::int64_t place = static_cast<std::int64_t>(jump->time) * lanes;
#pragma GCC unroll 8
      for (int g = 0; g < G; ++g, from += stride, to += stride) {
        const Words value = at(shifted[g] + place);
        at(from) += value;
        at(to) -= value;
      }
    }
  }
}

void clear(std::uint32_t* sums, int count) {
  for (int i = 0; i < count * lanes; i += width) at(sums + i) = Words{};
}

/// Adds a block of rounds for any multiple of shift_step shifts.
template <bool Fresh>
void add_block(const std::uint32_t* prefix, const std::int64_t* shifts, int n_shifts, const std::uint32_t* times,
               std::int64_t rounds, int n_bins, std::uint32_t* sums) {
  int g = 0;
  const auto add = [&]<int G>() {
    for (; g + G <= n_shifts; g += G)
      add_rounds<edges, G, Fresh>(prefix, shifts + g, times, rounds, n_bins, sums + g * n_bins * lanes);
  };
  add.template operator()<together>();
  if constexpr (together > shift_step) add.template operator()<shift_step>();
}

}  // namespace

void bin_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& b, int n_bins,
              std::uint32_t* sums) {
  constexpr std::int64_t unshifted = 0;
  if (b.n_rounds == 0) {
    clear(sums, n_bins);
  } else {
    add_rounds<single_edges, 1, true>(prefix, &unshifted, b.time, b.n_rounds, n_bins, sums);
  }
  finish_sums<1>(prefix, total, b, &unshifted, n_bins, sums);
}

void shifted_bin_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& b, int n_bins,
                      const std::int64_t* shifts, int n_shifts, std::uint32_t* sums) {
  // Blocks of rounds, about 512 samples of the row, whose prefix sums stay in the first cache from shift to shift.
  const std::int64_t n_rounds = b.n_rounds;
  const std::int64_t span = n_rounds == 0 ? 1 : b.time[(n_rounds - 1) * n_bins] + 1;
  const std::int64_t in_window = 512 * n_rounds / span;
  const std::int64_t block = in_window < least_rounds ? least_rounds : in_window;
  if (n_rounds == 0) clear(sums, n_shifts * n_bins);
  for (std::int64_t round = 0; round < n_rounds; round += block) {
    const std::int64_t rounds = n_rounds - round < block ? n_rounds - round : block;
    const auto add = round == 0 ? add_block<true> : add_block<false>;
    add(prefix, shifts, n_shifts, b.time + round * n_bins, rounds, n_bins, sums);
  }
  for (int g = 0; g < n_shifts; g += shift_step)
    finish_sums<shift_step>(prefix, total, b, shifts + g, n_bins, sums + g * n_bins * lanes);
}

}  // namespace pac::cpu::PAC_LANE_SET
