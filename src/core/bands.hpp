// Frequency bands: from a range of centres or given one by one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/config.hpp"

namespace pac {

/// n bands with centres c = linspace(start, end, n), each [c - c/divisor, c + c/divisor], edges clipped to [start, end]
/// and to at least 0.5 Hz (gPAC's rule; divisor 4 for phase, 8 for amplitude).
std::vector<Band> bands_of_range(double start_hz, double end_hz, std::int64_t n, double divisor);

/// Phase and amplitude bands of a configuration, checked: 0 < lo < hi < fs / 2. Throws Error (usage) naming the band.
std::vector<Band> phase_bands(const Config& config);
std::vector<Band> amplitude_bands(const Config& config);

}  // namespace pac
