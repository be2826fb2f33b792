// The arrays of a model on the device: rows and results, which stay, and intermediates of one tile.
#pragma once

#include <cstdint>

#include "core/comodulogram.hpp"
#include "kernels/boundaries.hpp"
#include "kernels/rows.hpp"
#include "model/cuda/arena.hpp"
#include "model/cuda/geometry.hpp"

namespace pac::cuda {

/// Arrays [row][phase band][amplitude band], on the device or page-locked on the host; null where not asked for.
struct ResultArrays {
  ResultArrays() = default;
  ResultArrays(Arena& arena, const Plan& plan, std::int64_t rows);

  float* pac = nullptr;
  float* preferred_phase = nullptr;
  std::uint8_t* quality = nullptr;
  float* pac_z = nullptr;
  float* surrogate_mean = nullptr;
  float* surrogate_std = nullptr;
  float* exceed_count = nullptr;
  float* p_value = nullptr;
  float* p_maxstat = nullptr;
  float* q_fdr = nullptr;
  float* surrogate_max = nullptr;           ///< [row][permutation]
  float* amplitude_distribution = nullptr;  ///< [row][phase band][amplitude band][bin]

  /// The array that for_each_map() calls by that name.
  [[nodiscard]] float* named(const char* name) const;
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
  kernels::Complex* filtered;     ///< [row][unit][L]: spectra times gain, then filtered signals; scratch of callbacks
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
  std::uint32_t* pair_rank;  ///< [row][pair]
  float* largest;            ///< [row][permutation] largest surrogate; null where the results hold it
  void* workspace;           ///< cuFFT's
};

}  // namespace pac::cuda
