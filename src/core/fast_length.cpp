// Lengths that fast Fourier transforms like.
#include "core/fast_length.hpp"

#include <algorithm>
#include <cmath>

namespace pac {
namespace {

template <class Visit>
void each_smooth(std::int64_t most, bool with_seven, Visit visit) {
  for (std::int64_t sevens = 1; sevens <= most; sevens *= with_seven ? 7 : most + 1) {
    for (std::int64_t fives = sevens; fives <= most; fives *= 5) {
      for (std::int64_t threes = fives; threes <= most; threes *= 3) {
        for (std::int64_t n = threes; n <= most; n *= 2) visit(n);
      }
    }
  }
}

std::int64_t next_smooth(std::int64_t n, bool with_seven) {
  std::int64_t best = 1;
  while (best < n) best *= 2;
  each_smooth(best, with_seven, [&](std::int64_t candidate) {
    if (candidate >= n) best = std::min(best, candidate);
  });
  return best;
}

}  // namespace

std::int64_t next_5_smooth(std::int64_t n) { return next_smooth(n, false); }
std::int64_t next_7_smooth(std::int64_t n) { return next_smooth(n, true); }

std::int64_t cheap_length(std::int64_t n) {
  // Relative cost, from timings of FFTW 3.3.10 between 2000 and 10000 samples (single precision, AVX): nearly flat, but
  // a factor 3 costs an eighth and a long run of factors 2 collides in the cache.
  const auto cost = [](std::int64_t length) {
    double per_sample = 1;
    std::int64_t rest = length;
    for (; rest % 3 == 0; rest /= 3) per_sample += 0.12;
    if (length % 1024 == 0) per_sample += 0.1;
    return static_cast<double>(length) * per_sample;
  };
  std::int64_t best = next_5_smooth(n);
  if (best < 64) return best;
  double least = best % 16 == 0 ? cost(best) : 2 * cost(best);
  each_smooth(n + n / 4 + 1, false, [&](std::int64_t candidate) {
    if (candidate < n || candidate % 16 != 0) return;
    if (cost(candidate) < least || (cost(candidate) == least && candidate < best)) {
      least = cost(candidate);
      best = candidate;
    }
  });
  return best;
}

}  // namespace pac
