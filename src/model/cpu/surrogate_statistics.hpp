// What a pair's surrogates come to: the statistics of one measure.
#pragma once

#include <cstdint>

#include "core/comodulogram.hpp"

namespace pac::cpu {

/// Where no surrogate has come yet: below every measure.
constexpr float no_surrogate = -1;

/// Sums over the surrogates of one pair.
struct SurrogateSums {
  double sum = 0;
  double squares = 0;
  std::uint32_t reached = 0;  ///< surrogates not below the observed value

  void add(float surrogate, float observed) {
    const auto value = static_cast<double>(surrogate);
    sum += value;
    squares += value * value;
    reached += surrogate >= observed ? 1 : 0;
  }
};

/// Stores mean, standard deviation, z, count and p-value of n_perm surrogates at element `at`, where the observed value
/// stands in maps.pac. Undefined values stay undefined (NaN).
void store_statistics(const SurrogateSums& sums, std::int64_t n_perm, MeasureMaps& maps, std::size_t at);

}  // namespace pac::cpu
