// Synthetic rows: pink noise with planted phase-amplitude coupling, each row a pure function of (seed, global row
// index).
#pragma once

#include <memory>

#include "core/config.hpp"
#include "core/rows.hpp"

namespace pac {

/// A source of n_batches x batch_size x n_channels rows of seq_sec * fs samples. With theta_i(t) = 2 pi f_phase t +
/// theta_i(0), theta_i(0) random per row and coupling i, a row is
///   x(t) = sum_i sin(theta_i(t)) + 0.5 (1 + strength_i sin(theta_i(t))) sin(2 pi f_amplitude t + psi_i) + noise * n(t)
/// (as in Tort et al. 2010), n being pink (1/f) Gaussian noise of unit variance.
std::unique_ptr<RowSource> synthetic_signals(const Config& config);

}  // namespace pac
