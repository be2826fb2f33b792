// The arrays of a model on the device: rows and results, which stay, and intermediates of one tile.
#pragma once

#include <cstdint>
#include <vector>

#include "core/comodulogram.hpp"
#include "kernels/boundaries.hpp"
#include "kernels/rows.hpp"
#include "kernels/vector_sums.hpp"
#include "model/cuda/arena.hpp"
#include "model/cuda/geometry.hpp"

namespace pac::cuda {

/// An array that for_each_map() can visit; empty where not asked for.
struct MapArray {
  float* values = nullptr;
  [[nodiscard]] bool empty() const { return values == nullptr; }
  [[nodiscard]] float* data() const { return values; }
};

/// As MeasureMaps.
struct MeasureArrays {
  Measure measure = Measure::mi;
  MapArray pac, pac_z, surrogate_mean, surrogate_std, exceed_count, p_value, p_maxstat, q_fdr, surrogate_max;
};

/// As Comodulogram, on the device or page-locked on the host: map_named() finds its arrays by name.
struct ResultArrays {
  ResultArrays() = default;
  ResultArrays(Arena& arena, const MapShape& shape, std::int64_t rows);

  std::vector<MeasureArrays> measures;
  MapArray preferred_phase;
  MapArray amplitude_distribution;  ///< [row][phase band][amplitude band][bin]
  std::uint8_t* quality = nullptr;
  std::int64_t n_bins = 0;
  std::int64_t n_perm = 0;
  std::int64_t n_pairs = 0;

  [[nodiscard]] std::int64_t pairs() const { return n_pairs; }
  [[nodiscard]] std::size_t n_measures() const { return measures.size(); }
  [[nodiscard]] const MeasureArrays& of(std::size_t m) const { return measures[m]; }
};

struct Buffers {
  Buffers(Arena& arena, const Plan& plan, const Geometry& geometry, std::int64_t rows, std::int64_t workspace_bytes);

  // rows and results, [rows]
  float* samples;              ///< [row][pad + T + pad]
  kernels::RowScale* scales;   ///< [row]
  std::uint32_t* shifts;       ///< [row][n_perm]
  std::uint32_t* permutation;  ///< [row][n_perm] of each shift
  ResultArrays results;

  // one tile, [tile_rows]
  float* circle;                  ///< [row][longest length]
  kernels::Complex* spectrum[2];  ///< [row][L / 2 + 1] of the phase and of the amplitude bands; extended: the same
  kernels::Complex* filtered;     ///< [row][unit][L]: spectra times gain, then filtered signals; none where fused
  kernels::Complex* hilbert;      ///< [row][pair][N]; cropped only
  std::uint8_t* bins;             ///< [row][phase band][stride]
  float* amplitudes;              ///< [row][amplitude band][stride]
  kernels::BoundaryLists lists;   ///< [row][phase band]
  std::uint32_t* prefix;          ///< [row][group][T][lane]
  std::uint32_t* total;           ///< [row][group][lane]
  std::uint32_t* bin_sums;        ///< [row][phase band][bin][2][group][lane]
  float* surrogate_index;         ///< [row][phase band][most_shifts][group][lane]
  double* surrogate_sum;          ///< [row][phase band][amplitude band], as the next two
  double* surrogate_squares;
  std::uint32_t* surrogate_count;
  std::uint32_t* tally;           ///< [row][n_perm + 1] pairs of each count
  float* rate;                    ///< [row][n_perm + 1] false discovery rate of each count
  float* largest;                 ///< [row][permutation] largest surrogate; no room where the results hold it
  float* modulation_index;        ///< [row][phase band][amplitude band]; no room where it is a result
  kernels::Complex* phasors;      ///< [row][phase band][stride], as all below for measures of the samples themselves
  kernels::Complex* amp_phasors;  ///< [row][amplitude band][stride] of the amplitude's own phase
  kernels::Moments* moments;      ///< [row][amplitude band]
  kernels::Sum2* phasor_sums;     ///< [row][phase band]
  void* workspace;                ///< cuFFT's
};

}  // namespace pac::cuda
