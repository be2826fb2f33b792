// The stages of the pipeline, the same for every backend: what the time columns are called.
#pragma once

#include <array>

namespace pac {

enum class Stage {
  spectrum,    ///< extended rows to spectra
  analytic,    ///< filter and Hilbert transform, amplitudes and phase bins; their exchange, where ranks share them
  bin_sums,    ///< boundaries, prefix sums, sums per bin, modulation index
  surrogates,  ///< shifted sums and their statistics
};

inline constexpr std::array stage_names{"spectrum", "analytic", "bin_sums", "surrogates"};
using StageSeconds = std::array<double, stage_names.size()>;

}  // namespace pac
