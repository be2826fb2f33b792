// Shapes of the pipeline on the device, all from the Plan and the chip's shared memory: so they are the same on every
// rank and for any number of rows, and so are cuFFT's plans and their rounding.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/plan.hpp"

namespace pac::cuda {

/// The phase or the amplitude bands: what they are filtered and transformed with.
struct BandFamily {
  std::int64_t length = 0;  ///< L of the filter's transform
  std::int64_t pad = 0;     ///< samples of extension laid into it on each side
  std::int64_t n_bands = 0;
  std::int64_t n_units = 0;  ///< complex transforms a row: a band each (extended), or a pair of bands (cropped)
  [[nodiscard]] std::int64_t n_frequencies() const { return length / 2 + 1; }
};

struct Geometry {
  static constexpr std::int64_t most_tile_rows = 128;
  /// shared_bytes: shared memory that a block may ask for. at_most_rows: of a tile; tests ask for less. may_fuse:
  /// whether a kernel of ours may filter where it can.
  Geometry(const Plan& plan, std::size_t shared_bytes, std::int64_t at_most_rows = most_tile_rows,
           bool may_fuse = true);

  bool fused = false;          ///< one kernel from spectra to bins and amplitudes, without cuFFT
  bool pairs = false;          ///< cropped: two bands a complex transform, and a second pair of transforms
  std::int64_t tile_rows = 1;  ///< rows in work at once; the last tile is padded to as many
  std::int64_t stride = 0;     ///< samples of a band as bins and amplitudes lie in memory
  std::int64_t hilbert_length = 0;
  BandFamily pha;
  BandFamily amp;
  unsigned lanes = 8;         ///< amplitude bands side by side in prefix sums
  bool staged = true;         ///< whether a group's prefix sums fit shared memory
  std::int64_t n_groups = 0;  ///< of `lanes` amplitude bands
  std::int64_t list_capacity = 0;
  std::int64_t most_shifts = 0;      ///< surrogates of one launch
  bool vectors = false;              ///< a measure of the samples themselves is asked for
  bool vectors_staged = false;       ///< whether a band's samples fit shared memory
  std::int64_t envelope_length = 0;  ///< of the amplitudes' Hilbert transform; 0: not asked for

  /// Amplitude bands, two by two.
  [[nodiscard]] std::int64_t amp_pairs() const { return (amp.n_bands + 1) / 2; }

  /// Spectra of a row: one for both families where they have the same length.
  [[nodiscard]] int n_spectra() const { return pairs ? 2 : 1; }
};

}  // namespace pac::cuda
