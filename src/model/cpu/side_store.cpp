// Both sides of all signals of a group, as the ranks bring them together.
#include "model/cpu/side_store.hpp"

#include <algorithm>

#include "model/cpu/row_layout.hpp"

namespace pac::cpu {
namespace {

/// Elements of a tile with its total, tiles of all bands, bytes of a signal's bins.
std::int64_t tile_size(const Plan& plan) { return (plan.n_times + 1) * lanes; }
std::int64_t tiles_of_plan(const Plan& plan) { return (plan.n_amp() + lanes - 1) / lanes; }
std::int64_t bins_bytes(const Plan& plan) { return plan.n_pha() * padded(plan.n_times) + 64; }

/// Which rank filters a signal, and which of that rank's it is.
struct Place {
  std::int64_t rank;
  std::int64_t index;
};

Place place_of(const SidePlan& sides, std::int64_t signal) {
  const std::int64_t larger = sides.n_signals % sides.ranks;  // ranks whose shard holds one more
  const std::int64_t size = sides.n_signals / sides.ranks;
  const std::int64_t in_larger = larger * (size + 1);
  const std::int64_t rank = signal < in_larger ? signal / (size + 1) : larger + (signal - in_larger) / size;
  return {rank, signal - shard_of(sides.n_signals, sides.ranks, rank).first};
}

}  // namespace

AmplitudeBlock amplitude_block(const Plan& plan) {
  const SidePlan& sides = plan.sides;
  const std::int64_t own = sides.own_signals();
  const AmplitudeBlock smallest{1, plan.swaps_trials() ? own : 1};
  const auto fits = [&](AmplitudeBlock block) {
    const std::int64_t more = block.tiles * block.signals - smallest.tiles * smallest.signals;
    return 4 * tile_size(plan) * sides.ranks * more <= sides.spare_bytes;
  };
  for (std::int64_t tiles = tiles_of_plan(plan); tiles > 0; --tiles) {
    if (fits({tiles, own})) return {tiles, own};
  }
  std::int64_t signals = own;
  while (signals > smallest.signals && !fits({1, signals})) signals = (signals + 1) / 2;
  return {1, signals};
}

SideStore::SideStore(const Plan& plan)
    : plan_(plan),
      block_(amplitude_block(plan)),
      n_tiles_(tiles_of_plan(plan)),
      n_signal_blocks_((plan.sides.own_signals() + block_.signals - 1) / block_.signals),
      bins_bytes_(bins_bytes(plan)),
      bins_(plan.sides.n_signals * bins_bytes_),
      prefix_(block_.tiles * plan.sides.ranks * block_.signals * tile_size(plan)),
      silence_(tile_size(plan)) {
  std::fill_n(silence_.data(), tile_size(plan), 0U);
}

std::int64_t SideStore::predicted_bytes(const Plan& plan) {
  const AmplitudeBlock block = amplitude_block(plan);
  return plan.sides.n_signals * bins_bytes(plan) +
         4 * tile_size(plan) * (block.tiles * plan.sides.ranks * block.signals + 1);
}

bool SideStore::holds(std::int64_t block, std::int64_t signal) const {
  return place_of(plan_.sides, signal).index / block_.signals == block % n_signal_blocks_;
}

std::uint32_t* SideStore::prefix(std::int64_t tile, std::int64_t signal) const {
  const auto [rank, index] = place_of(plan_.sides, signal);
  const std::int64_t slot = (tile % block_.tiles * plan_.sides.ranks + rank) * block_.signals + index % block_.signals;
  return prefix_.data() + slot * tile_size(plan_);
}

AmplitudeTile SideStore::tile(std::int64_t tile, std::int64_t signal) const {
  const std::uint32_t* const sums = prefix(tile, signal);
  return {tile, sums, sums + plan_.n_times * lanes};
}

void SideStore::share_phases(const Communicator& ranks) const {
  ranks.all_gather_rows(bins_.data(), shard_of(plan_.sides.n_signals, ranks.size(), ranks.rank()), bins_bytes_);
}

void SideStore::share_amplitudes(const Communicator& ranks, std::int64_t block) const {
  const Shard own = shard_of(plan_.sides.n_signals, ranks.size(), ranks.rank());
  const std::int64_t held = piece_of(own, block_.signals, block % n_signal_blocks_).count;
  const Shard tiles = tiles_of(block);
  for (std::int64_t tile = 0; tile < tiles.count; ++tile) {
    std::uint32_t* const all = prefix_.data() + tile * plan_.sides.ranks * block_.signals * tile_size(plan_);
    ranks.all_gather_rows(all, {ranks.rank() * block_.signals, held}, 4 * tile_size(plan_));
  }
}

}  // namespace pac::cpu
