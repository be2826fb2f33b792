// What a processor's core can do at most, as loops that do nothing else. Compiled once per instruction set.
#include "model/cpu/lane_set.hpp"
#include "model/cpu/lane_vectors.hpp"

namespace pac::cpu::PAC_LANE_SET {

namespace {

// Chains that do not wait for each other, as many as 16 registers hold.
constexpr int flop_chains = 12;
constexpr int word_chains = 8;

}  // namespace

double multiply_adds(std::int64_t rounds, float* sink) {
  Floats x[flop_chains];
  for (int i = 0; i < flop_chains; ++i) x[i] = Floats{} + static_cast<float>(i);
  const Floats factor = at(sink);
  for (std::int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < flop_chains; ++i) x[i] = x[i] * factor + factor;
  }
  Floats sum{};
  for (int i = 0; i < flop_chains; ++i) sum += x[i];
  at(sink + lanes) = sum;
  return 2.0 * width * flop_chains * static_cast<double>(rounds);
}

double add_lines(const std::uint32_t* lines, std::int64_t n_lines, std::int64_t rounds, std::uint32_t* sink) {
  Words sum[word_chains] = {};
  for (std::int64_t round = 0; round < rounds; ++round) {
    const std::uint32_t* const first = lines + round % 2 * 4 * lanes;  // no round is the one before: none is left out
    for (std::int64_t i = 0; i < n_lines * lanes; i += word_chains * width) {
#pragma GCC unroll 8
      for (int k = 0; k < word_chains; ++k) sum[k] += at(first + i + k * width);
    }
  }
  Words all{};
  for (int k = 0; k < word_chains; ++k) all += sum[k];
  at(sink) = all;
  return static_cast<double>(lanes * n_lines * rounds);
}

}  // namespace pac::cpu::PAC_LANE_SET
