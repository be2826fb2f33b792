// What bin sums are tested with: bins and amplitudes of some rows, the bodies that make lists and prefix sums of them,
// and the modulation index from the same integers in extended precision.
#pragma once

#include <cmath>
#include <limits>

#include "kernels/bodies.hpp"
#include "poisoned.hpp"

namespace pac::kernels {

/// Mostly forward by one bin, as a phase goes, with steps back and jumps.
inline void random_bins(std::uint8_t* bins, std::int64_t n_times, std::int64_t n_bins, unsigned seed) {
  std::mt19937 random(seed);
  const auto n = static_cast<unsigned>(n_bins);
  unsigned bin = word_of(random) % n;
  for (std::int64_t t = 0; t < n_times; ++t) {
    const unsigned draw = word_of(random) % 100;
    if (draw < 30) bin += 1;
    if (draw >= 97) bin += word_of(random) % n;
    if (draw == 50) bin += n - 1;
    bin %= n;
    bins[t] = static_cast<std::uint8_t>(bin);
  }
}

/// Rows of bins and amplitudes; tiles are padded to tile_rows.
struct Extent {
  std::int64_t n_times = 301;
  std::int64_t n_bins = 18;
  std::int64_t n_pha = 3;
  std::int64_t n_amp = sanitized ? 5 : 11;
  std::int64_t n_rows = 2;
  std::int64_t tile_rows = 3;
  bool means = true;

  [[nodiscard]] std::int64_t stride() const { return ceil_div(n_times, 64) * 64; }
};

struct Tile {
  Extent e;
  std::vector<std::uint8_t> bins;  ///< [tile_rows][n_pha][stride]
  std::vector<float> amplitudes;   ///< [tile_rows][n_amp][stride]

  explicit Tile(const Extent& extent, unsigned seed = 1)
      : e(extent),
        bins(index(e.tile_rows * e.n_pha * e.stride()), 0xEE),  // no bin where no sample is
        amplitudes(index(e.tile_rows * e.n_amp * e.stride())) {
    for (std::int64_t i = 0; i < e.n_rows * e.n_pha; ++i) {
      random_bins(bins.data() + i * e.stride(), e.n_times, e.n_bins, seed * 1000 + static_cast<unsigned>(i));
    }
    std::mt19937 random(seed);
    std::uniform_real_distribution<float> uniform(0, 3);
    for (float& a : amplitudes) a = uniform(random);  // what lies behind n_times must not matter
  }
  [[nodiscard]] const std::uint8_t* bins_of(std::int64_t row, std::int64_t p) const {
    return bins.data() + (row * e.n_pha + p) * e.stride();
  }
  [[nodiscard]] float* amplitudes_of(std::int64_t row, std::int64_t a) {
    return amplitudes.data() + (row * e.n_amp + a) * e.stride();
  }
};

/// Lists of a tile, for FindBoundaries to fill.
struct Lists {
  std::int64_t capacity;
  Poisoned<std::uint32_t> entries, starts, ends;
  Poisoned<float> weights;
  Poisoned<std::uint8_t> empty_bin, last_bin;

  explicit Lists(const Extent& e)
      : capacity(BoundaryLists::capacity_for(e.n_times, e.n_bins)),
        entries(e.tile_rows * e.n_pha * capacity),
        starts(e.tile_rows * e.n_pha * 3 * e.n_bins),
        ends(starts.size()),
        weights(e.tile_rows * e.n_pha * e.n_bins),
        empty_bin(e.tile_rows * e.n_pha),
        last_bin(e.tile_rows * e.n_pha) {}

  [[nodiscard]] BoundaryLists view() {
    return {entries.data(), starts.data(), ends.data(), weights.data(), empty_bin.data(), last_bin.data(), capacity};
  }
};

inline FindBoundaries find_boundaries(const Tile& tile, Lists& lists) {
  const Extent& e = tile.e;
  return {tile.bins.data(), lists.view(),      e.stride(),        count32(e.n_times),
          count32(e.n_pha), count32(e.n_bins), count32(e.n_rows), e.means};
}

/// Prefix sums of a tile in groups of Lanes bands, for PrefixSums to fill.
template <unsigned Lanes>
struct Prefix {
  std::int64_t n_groups;
  Poisoned<std::uint32_t> sums;   ///< [tile_rows][group][time][Lanes]
  Poisoned<std::uint32_t> total;  ///< [tile_rows][group][Lanes]

  explicit Prefix(const Extent& e)
      : n_groups(ceil_div(e.n_amp, Lanes)),
        sums(e.tile_rows * n_groups * e.n_times * Lanes),
        total(e.tile_rows * n_groups * Lanes) {}

  [[nodiscard]] std::uint32_t at(const Extent& e, std::int64_t row, std::int64_t a, std::int64_t time) const {
    const std::int64_t group = row * n_groups + a / Lanes;
    return time == e.n_times ? total[group * Lanes + a % Lanes] : sums[(group * e.n_times + time) * Lanes + a % Lanes];
  }
};

template <unsigned Lanes>
PrefixSums<Lanes> prefix_sums(const Tile& tile, Prefix<Lanes>& prefix) {
  const Extent& e = tile.e;
  return {tile.amplitudes.data(), prefix.sums.data(),       prefix.total.data(), e.stride(), e.n_times,
          count32(e.n_amp),       count32(prefix.n_groups), count32(e.n_rows)};
}

template <unsigned Lanes>
PairData pair_data(const Extent& e, Lists& lists, Prefix<Lanes>& prefix) {
  return {lists.view(),
          prefix.sums.data(),
          prefix.total.data(),
          count32(e.n_times),
          count32(e.n_pha),
          count32(e.n_amp),
          count32(e.n_bins),
          count32(prefix.n_groups),
          count32(e.n_rows),
          static_cast<float>(e.means ? e.n_times : e.n_bins),
          static_cast<float>(std::log(static_cast<double>(e.n_bins)))};
}

/// Results of BinSums over a tile.
struct Observed {
  Poisoned<float> pac, preferred_phase, distribution;
  Poisoned<std::uint8_t> quality;
  std::vector<float> bin_cos, bin_sin;

  explicit Observed(const Extent& e)
      : pac(e.tile_rows * e.n_pha * e.n_amp),
        preferred_phase(pac.size()),
        distribution(pac.size() * e.n_bins),
        quality(pac.size()) {
    for (std::int64_t j = 0; j < e.n_bins; ++j) {
      const double centre = -M_PI + (static_cast<double>(j) + 0.5) * 2 * M_PI / static_cast<double>(e.n_bins);
      bin_cos.push_back(static_cast<float>(std::cos(centre)));
      bin_sin.push_back(static_cast<float>(std::sin(centre)));
    }
  }
};

/// Observed sums and their indices, both bodies run by run(body).
template <unsigned Lanes, bool Staged, class Run>
void observe(const PairData& data, Observed& out, const Run& run, bool distributions = true) {
  const std::uint32_t padded_amp = data.n_groups * Lanes;
  const std::int64_t count = static_cast<std::int64_t>(data.n_rows) * data.n_pha * data.n_bins * 2 * padded_amp;
  Poisoned<std::uint32_t> sums(count);
  run(BinSums<Lanes, Staged>{data, sums.data()});
  EXPECT_TRUE(sums.guards_untouched());
  run(ModulationIndex{data, sums.data(), out.bin_cos.data(), out.bin_sin.data(), out.pac.data(),
                      out.preferred_phase.data(), out.quality.data(), distributions ? out.distribution.data() : nullptr,
                      std::numeric_limits<float>::quiet_NaN(), padded_amp});
}

/// Calls work.template operator()<Lanes, Staged>() for each way of grouping bands; under ThreadSanitizer for the first.
template <class Work>
void for_each_grouping(const Work& work) {
  std::size_t done = 0;
#define PACBENCH_WORK(lanes, staged)                   \
  if (most_cases > 1 || done++ == 0) {                 \
    SCOPED_TRACE("lanes " #lanes ", staged " #staged); \
    work.template operator()<lanes, staged>();         \
  }
  PACBENCH_GROUPINGS(PACBENCH_WORK)
#undef PACBENCH_WORK
}

/// A pair's results from the integers that were summed, sample by sample.
struct PlainPair {
  long double index = 0;
  std::vector<long double> share;  ///< [bin]
  long double x = 0;               ///< resultant
  long double y = 0;
  bool empty_bin = false;
};

template <unsigned Lanes>
PlainPair plain_pair(const Tile& tile, const Prefix<Lanes>& prefix, std::int64_t row, std::int64_t p, std::int64_t a,
                     std::int64_t shift = 0) {
  const Extent& e = tile.e;
  std::vector<long double> sum(index(e.n_bins));
  std::vector<long double> count(index(e.n_bins));
  for (std::int64_t t = 0; t < e.n_times; ++t) {
    const std::int64_t at = (t + shift) % e.n_times;
    sum[tile.bins_of(row, p)[t]] += prefix.at(e, row, a, at + 1) - prefix.at(e, row, a, at);
    count[tile.bins_of(row, p)[t]] += 1;
  }
  PlainPair pair;
  long double all = 0;
  for (std::size_t j = 0; j < sum.size(); ++j) {
    pair.share.push_back(count[j] == 0 ? 0 : e.means ? sum[j] / count[j] : sum[j]);
    pair.empty_bin = pair.empty_bin || count[j] == 0;
    all += pair.share.back();
  }
  pair.index = 1;
  for (std::size_t j = 0; j < sum.size(); ++j) {
    long double& share = pair.share[j];
    share /= all;
    if (share > 0) pair.index += share * std::log(share) / std::log(static_cast<long double>(e.n_bins));
    const auto centre = (static_cast<long double>(j) + 0.5L) * 2 / static_cast<long double>(e.n_bins) - 1;
    pair.x += share * std::cos(static_cast<long double>(M_PI) * centre);
    pair.y += share * std::sin(static_cast<long double>(M_PI) * centre);
  }
  if (!(all > 0)) pair.index = std::numeric_limits<long double>::quiet_NaN();
  return pair;
}

}  // namespace pac::kernels
