// What a processor's core can do at most, as loops that do nothing else. Compiled once per instruction set.
#include "model/cpu/lane_set.hpp"
#include "model/cpu/lane_vectors.hpp"

namespace pac::cpu::PAC_LANE_SET {

namespace {

// Chains that do not wait for each other, as many as registers hold.
#if defined(__AVX512F__)
constexpr int chains = 12;
#else
constexpr int chains = 4;
#endif

}  // namespace

double multiply_adds(std::int64_t rounds, float* sink) {
  F16 x[chains];
  for (int i = 0; i < chains; ++i) x[i] = splat(static_cast<float>(i));
  const F16 factor = load(sink);
  for (std::int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < chains; ++i) x[i] = x[i] * factor + factor;
  }
  F16 sum{};
  for (int i = 0; i < chains; ++i) sum += x[i];
  store(sink + lanes, sum);
  return 2.0 * lanes * chains * static_cast<double>(rounds);
}

double add_lines(const std::uint32_t* lines, std::int64_t n_lines, std::int64_t rounds, std::uint32_t* sink) {
  U16 sum[4] = {};
  for (std::int64_t round = 0; round < rounds; ++round) {
    const std::uint32_t* const first = lines + round % 2 * 4 * lanes;  // no round is the one before: none is left out
    for (std::int64_t i = 0; i < n_lines; i += 4) {
#pragma GCC unroll 4
      for (int k = 0; k < 4; ++k) sum[k] += load(first + (i + k) * lanes);
    }
  }
  store(sink, sum[0] + sum[1] + sum[2] + sum[3]);
  return static_cast<double>(lanes * n_lines * rounds);
}

}  // namespace pac::cpu::PAC_LANE_SET
