// Rows on their way to the device: page-locked, scaled, with their shifts.
#pragma once

#include "core/plan.hpp"
#include "kernels/rows.hpp"
#include "model/cuda/handles.hpp"

namespace pac::cuda {

class RowStaging {
 public:
  /// Takes memory for at most `rows` rows. `lanes`: Geometry's, which decides the order of shifts. Throws Error
  /// (memory).
  RowStaging(const Plan& plan, unsigned lanes, std::int64_t rows);

  /// Fills in `count` rows of a block from its row `first` on, by `threads` threads. What was here before must be on
  /// the device.
  void fill(const RowBlock& block, std::int64_t first, std::int64_t count, std::int64_t threads);

  [[nodiscard]] const float* samples() const { return samples_; }                  ///< [row][pad + T + pad]
  [[nodiscard]] const kernels::RowScale* scales() const { return scales_; }        ///< [row]
  [[nodiscard]] const std::uint32_t* shifts() const { return shifts_; }            ///< [row][n_perm] in arranged order
  [[nodiscard]] const std::uint32_t* permutation() const { return permutation_; }  ///< [row][n_perm] of each shift

 private:
  void fill_row(const RowBlock& block, std::int64_t row, std::int64_t place);

  const Plan& plan_;
  unsigned lanes_;
  PinnedMemory memory_;
  float* samples_ = nullptr;
  kernels::RowScale* scales_ = nullptr;
  std::uint32_t* shifts_ = nullptr;
  std::uint32_t* permutation_ = nullptr;
};

}  // namespace pac::cuda
