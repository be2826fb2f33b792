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

// As many accumulators as stay in registers: of `edges` boundaries of a round for `together` shifts, in `pieces` of a
// register's lanes. Where a line of 16 lanes takes two registers, both at once is faster (two loads of the same half
// meet in one bank of the first cache), and so are calls for more rounds.
#if defined(__AVX512F__)
constexpr int edges = 6;
constexpr int together = 4;
constexpr int pieces = 1;
constexpr std::int64_t least_rounds = 8;
#elif defined(__AVX2__)
constexpr int edges = 1;
constexpr int together = 4;
constexpr int pieces = 2;
constexpr std::int64_t least_rounds = 12;
#else
constexpr int edges = 3;
constexpr int together = 4;
constexpr int pieces = 1;
constexpr std::int64_t least_rounds = 8;
#endif
static_assert(shift_step % together == 0);

/// Adds the prefix values at E boundaries of each of `rounds` rounds, from times[round][n_bins] on, for G shifts:
/// sums[shift][n_bins][lane].
template <int E, int G>
void add_boundaries(const std::uint32_t* const* shifted, const std::uint32_t* times, std::int64_t rounds, int n_bins,
                    std::uint32_t* sums) {
  Words sum[G][E][pieces];
  const auto each = [&](auto act) {
#pragma GCC unroll 8
    for (int g = 0; g < G; ++g) {
#pragma GCC unroll 8
      for (int e = 0; e < E; ++e) {
#pragma GCC unroll 8
        for (int i = 0; i < pieces; ++i) act(sum[g][e][i], at(sums + (g * n_bins + e) * lanes + i * width));
      }
    }
  };
  each([](Words& own, const Words& stored) { own = stored; });
#pragma GCC unroll 4
  for (std::int64_t round = 0; round < rounds; ++round, times += n_bins) {
#pragma GCC unroll 8
    for (int e = 0; e < E; ++e) {
      const std::int64_t place = static_cast<std::int64_t>(times[e]) * lanes;
#pragma GCC unroll 8
      for (int g = 0; g < G; ++g) {
#pragma GCC unroll 8
        for (int i = 0; i < pieces; ++i) sum[g][e][i] += at(shifted[g] + place + i * width);
      }
    }
  }
  each([](const Words& own, Words& stored) { stored = own; });
}

/// Adds `rounds` rounds of boundaries from times[round][n_bins] on, for G shifts.
template <int G>
void add_rounds(const std::uint32_t* prefix, const std::int64_t* shifts, const std::uint32_t* times,
                std::int64_t rounds, int n_bins, std::uint32_t* sums) {
  for (int lane = 0; lane < lanes; lane += pieces * width) {
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
  for (int lane = 0; lane < lanes; lane += width) {
    std::uint32_t* const own = sums + lane;
    Words before = at(own + (n_bins - 1) * lanes);
    for (int j = 0; j < n_bins; ++j) {
      const Words here = at(own + j * lanes);
      at(own + j * lanes) = here - before;
      before = here;
    }
    at(own + b.last_bin * lanes) += at(total + lane);
    for (std::uint32_t i = 0; i < b.n_jumps; ++i) {
      const Jump jump = b.jumps[i];
      const Words value = at(prefix + static_cast<std::int64_t>(jump.time) * lanes + lane);
      at(own + jump.from * lanes) += value;
      at(own + jump.to * lanes) -= value;
    }
  }
}

void clear(std::uint32_t* sums, int count) {
  for (int i = 0; i < count * lanes; i += width) at(sums + i) = Words{};
}

}  // namespace

void bin_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& b, int n_bins,
              std::uint32_t* sums) {
  constexpr std::int64_t unshifted = 0;
  clear(sums, n_bins);
  add_rounds<1>(prefix, &unshifted, b.time, b.n_rounds, n_bins, sums);
  finish_sums(prefix, total, b, n_bins, sums);
}

void shifted_bin_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& b, int n_bins,
                      const std::int64_t* shifts, int n_shifts, std::uint32_t* sums) {
  clear(sums, n_shifts * n_bins);
  // Blocks of rounds, about 512 samples of the row, whose prefix sums stay in the first cache from shift to shift.
  const std::int64_t n_rounds = b.n_rounds;
  const std::int64_t span = n_rounds == 0 ? 1 : b.time[(n_rounds - 1) * n_bins] + 1;
  const std::int64_t in_window = 512 * n_rounds / span;
  const std::int64_t block = in_window < least_rounds ? least_rounds : in_window;
  for (std::int64_t round = 0; round < n_rounds; round += block) {
    const std::int64_t rounds = n_rounds - round < block ? n_rounds - round : block;
    for (int g = 0; g < n_shifts; g += together)
      add_rounds<together>(prefix, shifts + g, b.time + round * n_bins, rounds, n_bins, sums + g * n_bins * lanes);
  }
  for (int g = 0; g < n_shifts; ++g)
    finish_sums(prefix + shifts[g] * lanes, total, b, n_bins, sums + g * n_bins * lanes);
}

}  // namespace pac::cpu::PAC_LANE_SET
