// FIR design: the windowed-sinc band-pass of SciPy's firwin, its order rule, and its zero-phase gain.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/config.hpp"

namespace pac {

/// Order N = cycles * floor(fs / lo); where T < 3 N it is floor((T - 1) / 3) (TensorPAC's rule, EEGLAB's before it).
std::int64_t filter_order(double fs_hz, double lo_hz, std::int64_t cycles, std::int64_t n_times);

/// N + 1 taps: ideal band-pass, Hamming window, scaled to unit gain at (lo + hi) / 2. Equal to
/// scipy.signal.firwin(N + 1, [lo, hi], pass_zero=False, fs=fs, window="hamming", scale=True).
std::vector<double> band_pass(std::int64_t order, const Band& band, double fs_hz);

/// r[k] = sum_i b[i] b[i + k], k = 0..N: the taps of forward and backward filtering, zero phase.
std::vector<double> autocorrelation(std::span<const double> taps);

/// Gain |B(f)|^2 at the frequencies k fs / length, k = 0..length/2, from the autocorrelation of the taps (Clenshaw's
/// recurrence for r[0] + 2 sum_k r[k] cos(k w)).
std::vector<double> zero_phase_gain(std::span<const double> correlation, std::int64_t length);

}  // namespace pac
