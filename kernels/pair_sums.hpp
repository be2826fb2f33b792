// What observed and shifted bin sums have in common: a block works on one row and one group of amplitude bands, whose
// prefix sums it first copies to shared memory where they fit; each thread holds a vector of a group's bands.
#pragma once

#include "kernels/boundaries.hpp"
#include "kernels/modulation.hpp"

namespace pac::kernels {

/// N words that travel in one instruction.
template <unsigned N>
struct alignas(4 * N) Words {
  std::uint32_t word[N];
};

/// Everything bin sums are made from, [row] of the tile throughout.
struct PairData {
  BoundaryLists lists;
  const std::uint32_t* prefix;  ///< [row][group][time][lanes]
  const std::uint32_t* total;   ///< [row][group][lanes]
  std::uint32_t n_times;
  std::uint32_t n_pha;
  std::uint32_t n_amp;
  std::uint32_t n_bins;
  std::uint32_t n_groups;
  std::uint32_t n_rows;
  float reference;  ///< a row's amplitudes over this are near the mean of a bin's: n_times for means, n_bins for sums
  float log_n_bins;
};

/// A thread's share of the work on a group of Lanes bands.
template <unsigned Lanes>
struct GroupLane {
  static constexpr unsigned width = Lanes < 4 ? Lanes : 4;  ///< bands of a thread
  static constexpr unsigned parts = Lanes / width;          ///< threads side by side that hold a group
  static constexpr unsigned slots = warp_size / parts;      ///< groups of a warp at once
  using Vector = Words<width>;
};

/// The prefix sums that a block reads: its own copy in shared memory (Staged), or the array itself.
template <unsigned Lanes, bool Staged, class C>
KERNEL_FN const std::uint32_t* staged_prefix(const C& c, const PairData& data, std::int64_t row, std::int64_t group) {
  using Vector = typename GroupLane<Lanes>::Vector;
  constexpr unsigned width = GroupLane<Lanes>::width;
  const std::uint32_t* const all = data.prefix + (row * data.n_groups + group) * data.n_times * Lanes;
  if constexpr (!Staged) return all;
  std::uint32_t* const copy = c.template shared<std::uint32_t>();
  const std::uint32_t count = data.n_times * (Lanes / width);
  for (std::uint32_t i = c.thread(); i < count; i += c.threads()) {
    reinterpret_cast<Vector*>(copy)[i] = reinterpret_cast<const Vector*>(all)[i];
  }
  c.sync();
  return copy;
}

/// Bytes of shared memory for that copy.
template <unsigned Lanes, bool Staged>
std::size_t staged_bytes(std::uint32_t n_times) {
  return Staged ? sizeof(std::uint32_t) * static_cast<std::size_t>(n_times) * Lanes : 0;
}

}  // namespace pac::kernels
