// Observed sums per bin, modulation index, preferred phase, distribution over bins.
#pragma once

#include "kernels/pair_sums.hpp"

namespace pac::kernels {

/// A block for each row and group of amplitude bands, a warp for a phase band at a time; lanes share out the
/// boundaries.
template <unsigned Lanes, bool Staged>
struct BinSums {
  static constexpr bool cooperative = true;
  static constexpr unsigned most_threads = 640;
  using Lane = GroupLane<Lanes>;

  PairData data;
  const float* bin_cos;  ///< [n_bins] of the bins' centres
  const float* bin_sin;
  float* pac;  ///< [row][phase band][amplitude band], as the next two
  float* preferred_phase;
  std::uint8_t* quality;  ///< 0 good, 1 a phase bin holds no sample, 2 undefined
  float* distribution;    ///< [row][phase band][amplitude band][bin]; null: not wanted
  float undefined;        ///< NaN

  [[nodiscard]] Shape shape() const {
    const unsigned wanted = data.n_pha * warp_size;
    return {{data.n_groups, data.n_rows, 1},
            wanted < most_threads ? wanted : most_threads,
            staged_bytes<Lanes, Staged>(data.n_times)};
  }

  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t group = c.block().x;
    const std::int64_t row = c.block().y;
    const std::uint32_t* const prefix = staged_prefix<Lanes, Staged>(c, data, row, group);
    for (std::uint32_t p = c.thread() / warp_size; p < data.n_pha; p += c.threads() / warp_size) {
      phase_band(c, prefix, row, group, p);
    }
  }

 private:
  using Vector = typename Lane::Vector;

  template <class C>
  KERNEL_FN Vector sum_of_list(const C& c, const std::uint32_t* prefix, const std::uint32_t* entries,
                               std::uint32_t begin, std::uint32_t end) const {
    const std::uint32_t lane = c.thread() % warp_size;
    const std::uint32_t part = lane % Lane::parts;
    Vector sum{};
    for (std::uint32_t i = begin + lane / Lane::parts; i < end; i += Lane::slots) {
      const auto value =
          *reinterpret_cast<const Vector*>(prefix + static_cast<std::size_t>(entries[i]) * Lanes + part * Lane::width);
      for (unsigned v = 0; v < Lane::width; ++v) sum.word[v] += value.word[v];
    }
    for (unsigned v = 0; v < Lane::width; ++v) sum.word[v] = c.template sum_of_lanes<Lane::parts>(sum.word[v]);
    return sum;
  }

  template <class C>
  KERNEL_FN void phase_band(const C& c, const std::uint32_t* prefix, std::int64_t row, std::int64_t group,
                            std::uint32_t p) const {
    const std::uint32_t lane = c.thread() % warp_size;
    const std::uint32_t part = lane % Lane::parts;
    const std::int64_t at = row * data.n_pha + p;
    const std::uint32_t n_bins = data.n_bins;
    const std::uint32_t first_band = static_cast<std::uint32_t>(group) * Lanes + part * Lane::width;
    const std::int64_t out = at * data.n_amp + first_band;
    const ThreadPairs<Lanes> pairs(data, row, group, at, part);
    IndexSum index[Lane::width];
    float x[Lane::width] = {};
    float y[Lane::width] = {};
    const auto sum = [&](std::uint32_t begin, std::uint32_t end) {
      return sum_of_list(c, prefix, pairs.entries, begin, end);
    };
    pairs.for_each_bin(sum, [&](std::uint32_t bin, unsigned v, float w) {
      index[v].add(w);
      x[v] += w * bin_cos[bin];
      y[v] += w * bin_sin[bin];
      if (distribution != nullptr && lane < Lane::parts && first_band + v < data.n_amp) {
        distribution[(out + v) * n_bins + bin] = w;
      }
    });
    if (lane >= Lane::parts) return;
    for (unsigned v = 0; v < Lane::width && first_band + v < data.n_amp; ++v) {
      const float value = index[v].index(static_cast<float>(n_bins), data.log_n_bins);
      const bool defined = value == value;
      pac[out + v] = defined ? value : undefined;
      preferred_phase[out + v] = defined ? angle<Scalar>(y[v], x[v]) : undefined;
      quality[out + v] = defined ? data.lists.empty_bin[at] : std::uint8_t{2};
      for (std::uint32_t j = 0; distribution != nullptr && j < n_bins; ++j) {
        float& share = distribution[(out + v) * n_bins + j];
        share = defined ? share / index[v].shares : undefined;
      }
    }
  }
};

}  // namespace pac::kernels
