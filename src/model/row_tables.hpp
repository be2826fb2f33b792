// Numbers that both backends take from the Plan or from a row before they compute: edges and centres of phase bins, the
// spectrum that carries a row's mean, a row's scale.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "core/plan.hpp"

namespace pac {

/// Edges between phase bins in the upper half plane, as cotangents: a signal re + i im with im >= 0 has passed the edge
/// at angle theta when re <= im cot(theta). `lower_cot` is for phases below 0, turned by pi, `upper_cot` for the others
/// (the same for an even number of bins). Both are filled up to a multiple of 4 with edges that no phase passes.
struct PhaseEdgeTable {
  int n_edges = 0;
  std::vector<float> lower_cot;
  std::vector<float> upper_cot;
  int upper_base = 0;          ///< bin of the first phase >= 0
  std::vector<float> bin_cos;  ///< [n_bins] of the bins' centres
  std::vector<float> bin_sin;
};
PhaseEdgeTable phase_edge_table(std::int64_t n_bins);

/// Spectrum [length/2 + 1] complex (re, im) of ones over a row extended by `pad`, laid onto a circle that begins at the
/// row's first sample. Extended: 1 on [-pad, T + pad) and 0 elsewhere, as the definition pads with zeros (a Dirichlet
/// kernel). Cropped: what lies beyond the extension reaches no sample that is kept, so ones all around the circle
/// serve, and no edge of a large mean costs digits.
std::vector<float> box_spectrum(const Plan& plan, std::int64_t length, std::int64_t pad);

/// The power of two that brings the largest magnitude of a row, or of what else belongs to it, near 1: results do not
/// depend on it, squares stay in range.
float scale_of(std::span<const float> row, double mean);

}  // namespace pac
