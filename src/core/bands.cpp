// Frequency bands: from a range of centres or given one by one.
#include "core/bands.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace pac {
namespace {

void check_bands(const std::vector<Band>& bands, const char* option, double fs_hz) {
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const Band& band = bands[i];
    const std::string which = std::string(option) + ": band " + std::to_string(i) + " (" + to_text(band.lo_hz) + "-" +
                              to_text(band.hi_hz) + " Hz)";
    if (!(band.lo_hz > 0)) throw Error(Exit::usage, which + " must begin above 0 Hz");
    if (!(band.hi_hz > band.lo_hz))
      throw Error(Exit::usage, which + " is empty: its upper edge must lie above its lower");
    if (!(band.hi_hz < fs_hz / 2)) {
      throw Error(Exit::usage, which + " reaches half the sampling rate, " + to_text(fs_hz / 2) +
                                   " Hz; lower the band or sample faster (--fs)");
    }
  }
}

}  // namespace

std::vector<Band> bands_of_range(double start_hz, double end_hz, std::int64_t n, double divisor) {
  constexpr double lowest_hz = 0.5;
  std::vector<Band> bands;
  const double step = n > 1 ? (end_hz - start_hz) / static_cast<double>(n - 1) : 0;
  for (std::int64_t i = 0; i < n; ++i) {
    const double centre = n > 1 && i == n - 1 ? end_hz : static_cast<double>(i) * step + start_hz;
    const double half = centre / divisor;
    bands.push_back({std::max({centre - half, start_hz, lowest_hz}), std::min(centre + half, end_hz)});
  }
  return bands;
}

std::vector<Band> phase_bands(const Config& c) {
  const bool given = !c.pha_bands.empty();
  auto bands = given ? c.pha_bands : bands_of_range(c.pha_start_hz, c.pha_end_hz, c.pha_n_bands, 4);
  check_bands(bands, given ? "--pha-bands" : "--pha-start-hz..--pha-end-hz", c.fs);
  return bands;
}

std::vector<Band> amplitude_bands(const Config& c) {
  const bool given = !c.amp_bands.empty();
  auto bands = given ? c.amp_bands : bands_of_range(c.amp_start_hz, c.amp_end_hz, c.amp_n_bands, 8);
  check_bands(bands, given ? "--amp-bands" : "--amp-start-hz..--amp-end-hz", c.fs);
  return bands;
}

}  // namespace pac
