// Both sides of all signals of a group, as the ranks bring them together: phase bins of every signal, and prefix sums
// of as many amplitudes as there is memory for, in blocks.
#pragma once

#include <cstdint>

#include "comm/communicator.hpp"
#include "core/plan.hpp"
#include "model/cpu/amplitude_side.hpp"
#include "model/cpu/fft.hpp"

namespace pac::cpu {

/// The amplitudes that are held at once: some tiles of bands of some signals of every rank.
struct AmplitudeBlock {
  std::int64_t tiles = 1;
  std::int64_t signals = 1;  ///< of each rank
};

/// The largest block that takes at most plan.sides.spare_bytes more than the smallest; the same on all ranks. Where
/// surrogates take other trials' amplitudes, all signals of a tile are held.
AmplitudeBlock amplitude_block(const Plan& plan);

class SideStore {
 public:
  /// Takes all memory; throws std::bad_alloc.
  explicit SideStore(const Plan& plan);

  /// Blocks that hold all amplitudes one after the other: some tiles of all signals, then the next tiles.
  [[nodiscard]] std::int64_t n_blocks() const { return n_tile_blocks() * n_signal_blocks_; }
  [[nodiscard]] Shard tiles_of(std::int64_t block) const {
    return piece_of({0, n_tiles_}, block_.tiles, block / n_signal_blocks_);
  }
  /// Whether a block holds a signal's amplitudes.
  [[nodiscard]] bool holds(std::int64_t block, std::int64_t signal) const;

  /// [phase band][time] bins of a signal.
  [[nodiscard]] std::uint8_t* bins(std::int64_t signal) const { return bins_.data() + signal * bins_bytes_; }
  /// Whether a signal is constant, and so has neither phase nor amplitude.
  [[nodiscard]] bool is_constant(std::int64_t signal) const { return bins(signal)[bins_bytes_ - 1] != 0; }
  void set_constant(std::int64_t signal, bool constant) const { bins(signal)[bins_bytes_ - 1] = constant ? 1 : 0; }
  /// A tile of the block of a signal that it holds: to be filled with T rows of prefix sums and their total behind
  /// them.
  [[nodiscard]] std::uint32_t* prefix(std::int64_t tile, std::int64_t signal) const;
  [[nodiscard]] AmplitudeTile tile(std::int64_t tile, std::int64_t signal) const;
  /// Sums of nothing: the tile of a constant signal.
  [[nodiscard]] AmplitudeTile silence(std::int64_t tile) const {
    return {tile, silence_.data(), silence_.data() + plan_.n_times * lanes};
  }

  /// Collective, where this rank has not all signals: every rank's bins, or tiles of a block, on all.
  void share_phases(const Communicator& ranks) const;
  void share_amplitudes(const Communicator& ranks, std::int64_t block) const;

  [[nodiscard]] std::int64_t bytes() const { return bins_.bytes() + prefix_.bytes() + silence_.bytes(); }
  static std::int64_t predicted_bytes(const Plan& plan);

 private:
  [[nodiscard]] std::int64_t n_tile_blocks() const { return (n_tiles_ + block_.tiles - 1) / block_.tiles; }

  const Plan& plan_;
  AmplitudeBlock block_;
  std::int64_t n_tiles_;
  std::int64_t n_signal_blocks_;
  std::int64_t bins_bytes_;              ///< of a signal
  AlignedArray<std::uint8_t> bins_;      ///< [signal][phase band][time], then whether it is constant
  AlignedArray<std::uint32_t> prefix_;   ///< [tile of a block][rank][signal of the rank][T + 1][lane]
  AlignedArray<std::uint32_t> silence_;  ///< [T + 1][lane] zeros
};

}  // namespace pac::cpu
