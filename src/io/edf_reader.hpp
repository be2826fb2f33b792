// Signals in an EDF, EDF+ or BDF file, in physical units. Two sources stand behind this: edf_reader.cpp (edflib) and
// edf_absent.cpp (a build without it); CMake chooses.
#pragma once

#include <memory>
#include <string>

#include "core/config.hpp"
#include "io/signal_array.hpp"

namespace pac {

/// All signals but annotations, or of those the ones --channels asks for, must have one sampling rate. The samples are
/// read in physical units. Throws Error (input): damaged header, several rates, discontinuous (EDF+D), no edflib.
std::unique_ptr<SignalArray> open_edf(const std::string& path, const Config& config);

}  // namespace pac
