// What a processor's core can do at most, as loops that do nothing else. Compiled once per instruction set.
//
// Vectors are as wide as the set's registers: the compiler keeps an array of wider ones in memory, and such a loop
// measures the stack.
#include "model/cpu/lane_set.hpp"
#include "model/cpu/lane_vectors.hpp"

namespace pac::cpu::PAC_LANE_SET {

namespace {

#if defined(__AVX512F__)
constexpr int bytes = 64;
#elif defined(__AVX2__)
constexpr int bytes = 32;
#else
constexpr int bytes = 16;
#endif
using Floats = float __attribute__((vector_size(bytes)));
using Words = std::uint32_t __attribute__((vector_size(bytes)));
constexpr int width = bytes / 4;

// Chains that do not wait for each other, as many as 16 registers hold.
constexpr int flop_chains = 12;
constexpr int word_chains = 8;

}  // namespace

double multiply_adds(std::int64_t rounds, float* sink) {
  Floats x[flop_chains];
  for (int i = 0; i < flop_chains; ++i) x[i] = Floats{} + static_cast<float>(i);
  const Floats factor = *reinterpret_cast<const Floats*>(sink);
  for (std::int64_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < flop_chains; ++i) x[i] = x[i] * factor + factor;
  }
  Floats sum{};
  for (int i = 0; i < flop_chains; ++i) sum += x[i];
  *reinterpret_cast<Floats*>(sink + lanes) = sum;
  return 2.0 * width * flop_chains * static_cast<double>(rounds);
}

double add_lines(const std::uint32_t* lines, std::int64_t n_lines, std::int64_t rounds, std::uint32_t* sink) {
  Words sum[word_chains] = {};
  for (std::int64_t round = 0; round < rounds; ++round) {
    const std::uint32_t* const first = lines + round % 2 * 4 * lanes;  // no round is the one before: none is left out
    for (std::int64_t i = 0; i < n_lines * lanes; i += word_chains * width) {
#pragma GCC unroll 8
      for (int k = 0; k < word_chains; ++k) sum[k] += *reinterpret_cast<const Words*>(first + i + k * width);
    }
  }
  Words all{};
  for (int k = 0; k < word_chains; ++k) all += sum[k];
  *reinterpret_cast<Words*>(sink) = all;
  return static_cast<double>(lanes * n_lines * rounds);
}

}  // namespace pac::cpu::PAC_LANE_SET
