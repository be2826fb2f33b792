// Long rows, computed in blocks, against the float64 oracle and bit for bit against themselves.
#include <numbers>

#include "model/cpu/row_checks.hpp"

namespace {

using namespace pac;

/// A low and a high edge among few bands: the oracle is slow.
Config few_bands(Hilbert hilbert) {
  Config config;
  config.pha_bands = {{2, 2.5}, {4, 7}, {9, 14}};
  config.amp_bands = {{40, 52}, {60, 90}, {70, 100}, {130, 160}, {200, 250}};
  config.distributions = true;
  config.hilbert = hilbert;
  return config;
}

constexpr std::array both{Hilbert::cropped, Hilbert::extended};

TEST(LongRow, MeetsTheOracleAtPrimeAndSmoothLengths) {
  for (const Hilbert hilbert : both) {
    for (const std::size_t n_times : {50401U, 65536U, 100003U, 108000U}) {
      SCOPED_TRACE(to_text(hilbert) + " " + std::to_string(n_times));
      expect_oracle(few_bands(hilbert), rows_of(1, n_times), 512);
    }
  }
}

}  // namespace
