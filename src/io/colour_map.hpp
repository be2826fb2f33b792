// Colours for numbers: viridis, which is even to the eye and safe for colour-blind ones.
#pragma once

#include <string>

namespace pac {

/// "#rrggbb" of viridis (van der Walt and Smith 2015, matplotlib) at a share of its length; shares outside [0, 1] take
/// its ends, NaN has no colour ("none").
std::string viridis(double share);

}  // namespace pac
