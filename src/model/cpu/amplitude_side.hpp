// What a row's amplitudes bring to its pairs of bands: tiles of 16 bands, as integers and their prefix sums. One
// signal's, whatever signal the phases come from.
#pragma once

#include <cstdint>

#include "core/plan.hpp"
#include "model/cpu/band_tables.hpp"
#include "model/cpu/fft.hpp"
#include "model/cpu/lane_ops.hpp"

namespace pac::cpu {

/// What results of a tile are made from, wherever its memory is.
struct AmplitudeTile {
  std::int64_t tile = 0;                  ///< of the amplitude bands: from tile * lanes on
  const std::uint32_t* prefix = nullptr;  ///< [T, or 2 T with shifted surrogates][lane] sums of integers before a time
  const std::uint32_t* total = nullptr;   ///< [lane]
};

/// Tiles of one signal in work at once, each in a slot.
class AmplitudeSide {
 public:
  /// Takes all memory; throws std::bad_alloc.
  AmplitudeSide(const Plan& plan, std::int64_t slots);

  /// Amplitudes of a slot, to be filled: [8][time][2] of pairs of bands, or [time][lane] of a band transform.
  [[nodiscard]] float* amplitudes(std::int64_t slot) const { return amplitudes_.data() + slot * lanes * time_; }
  /// Amplitudes of one band of a slot: data[t * stride].
  struct Band {
    const float* data;
    std::int64_t stride;
  };
  [[nodiscard]] Band band(const BandTables& tables, std::int64_t slot, std::int64_t lane) const {
    if (!tables.amp_tiles.empty()) return {amplitudes(slot) + lane, lanes};
    return {amplitudes(slot) + lane / 2 * 2 * time_ + lane % 2, 2};
  }
  /// [lane] their sums, to be filled.
  [[nodiscard]] double* sums(std::int64_t slot) const { return sums_.data() + slot * lanes; }
  /// Amplitudes of tile `tile` in a slot to its prefix sums.
  void make_prefix(const BandTables& tables, const LaneOps& ops, std::int64_t tile, std::int64_t slot);
  /// Tile `tile` in a slot, once its prefix sums are made; good until they are made again.
  [[nodiscard]] AmplitudeTile tile(std::int64_t tile, std::int64_t slot) const {
    return {tile, prefix_.data() + slot * prefix_size_, total_.data() + slot * lanes};
  }

  [[nodiscard]] std::int64_t bytes() const {
    return amplitudes_.bytes() + silence_.bytes() + sums_.bytes() + prefix_.bytes() + total_.bytes();
  }
  static std::int64_t predicted_bytes(const Plan& plan, std::int64_t slots);

 private:
  std::int64_t time_;         ///< samples of a band, padded
  std::int64_t prefix_size_;  ///< elements of a slot's prefix sums
  AlignedArray<float> amplitudes_;
  AlignedArray<float> silence_;  ///< [time][2] zeros: lanes without a band
  AlignedArray<double> sums_;
  AlignedArray<std::uint32_t> prefix_;
  AlignedArray<std::uint32_t> total_;
};

}  // namespace pac::cpu
