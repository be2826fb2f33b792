// LongRow's surrogates. Only the prefix sums of one amplitude tile are held for the whole row. Phases come block by
// block: a circular shift by s pairs a block with the amplitudes s later, a window that crosses the row's end at most
// once, so that prefix sums that go on for a block beyond it serve all shifts. The window of one shift stays in the
// core's cache while all phase bands read it.
#include <algorithm>
#include <array>
#include <cmath>

#include "model/cpu/band_tables.hpp"
#include "model/cpu/long_row.hpp"
#include "model/cpu/row_results.hpp"
#include "model/cpu/stage_clock.hpp"

namespace pac::cpu {

/// As many as need 16 MB of sums a member: phases are made anew for the rest.
std::int64_t LongRow::shifts_at_once(const Plan& plan) {
  const std::int64_t each = plan.n_pha() * plan.n_bins * lanes * static_cast<std::int64_t>(sizeof(std::uint64_t));
  return std::clamp<std::int64_t>((std::int64_t{16} << 20) / each, 1, plan.n_perm);
}

void LongRow::make_row_prefix(const ScaledRow& row, double mean, std::int64_t tile, int member) {
  // Integers as large as a block's sum below 2^30 allows: sums over any window, which meets three blocks at most, stay
  // below 2^32, and prefix sums need not be more than right modulo 2^32.
  const LongGeometry& g = long_.geometry;
  Member& own = member_[static_cast<std::size_t>(member)];
  alignas(64) std::array<float, lanes> scale{};
  for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane) {
    const std::int64_t at = tile * lanes + static_cast<std::int64_t>(lane);
    std::uint64_t largest = 0;
    for (const Member& one : member_) largest = std::max(largest, one.largest[at]);
    const double ceiling = (1073741823.0 - static_cast<double>(g.valid)) * (1 - 1e-3);
    if (largest > 0) scale[lane] = static_cast<float>(ceiling / (static_cast<double>(largest) * unit_[at]));
  }
  each_block([&](std::int64_t index) {
    const Block block = begin_block(row, mean, index, own);
    alignas(64) std::array<double, lanes> sum{};
    amplitudes(block, tile, sum.data(), own);
    StageClock clock(own.seconds);
    ops_.prefix_sums_of_lanes(own.amplitudes.data(), scale.data(), block.count, false,
                              row_prefix_.data() + block.first * lanes, totals_.data() + index * lanes);
    clock.finish(Stage::surrogates);
  });
  meet(member);
  StageClock clock(own.seconds);
  if (member == 0) {
    std::array<std::uint32_t, lanes> before{};
    for (std::int64_t k = 0; k < g.n_blocks * lanes; ++k) {
      std::uint32_t& sum = before[static_cast<std::size_t>(k % lanes)];
      const std::uint32_t total = totals_[k];
      totals_[k] = sum;
      sum += total;
    }
    // The first block once more behind the row's end; the offset of what is not yet added is the total.
    for (std::int64_t t = 0; t <= g.valid; ++t) {
      const std::uint32_t* const from = row_prefix_.data() + t * lanes;
      const bool second = t == g.valid;  // stands in the second block, whose offset is still to come
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        row_prefix_[(g.n_times + t) * lanes + lane] =
            from[lane] + before[static_cast<std::size_t>(lane)] + (second ? totals_[lanes + lane] : 0);
      }
    }
  }
  barrier_.wait();
  each_block([&](std::int64_t index) {
    const std::int64_t first = index * g.valid;
    const std::int64_t end = std::min(first + g.valid, g.n_times);
    const std::uint32_t* const offset = totals_.data() + index * lanes;
    for (std::int64_t t = first; t < end; ++t) {
      for (std::int64_t lane = 0; lane < lanes; ++lane) row_prefix_[t * lanes + lane] += offset[lane];
    }
  });
  meet(member);
  clock.finish(Stage::surrogates);
}

void LongRow::add_shifted(const Block& block, std::span<const std::int64_t> shifts, Member& own) {
  const Plan& plan = tables_.plan;
  const std::int64_t width = plan.n_bins * lanes;
  std::uint64_t* sums = own.shifted.data();
  for (const std::int64_t shift : shifts) {
    const std::int64_t begin = (block.first + shift) % plan.n_times;
    const std::uint32_t* const prefix = row_prefix_.data() + begin * lanes;
    alignas(64) std::array<std::uint32_t, lanes> total{};
    for (std::int64_t lane = 0; lane < lanes; ++lane) {
      total[static_cast<std::size_t>(lane)] = prefix[block.count * lanes + lane] - prefix[lane];
    }
    for (std::int64_t p = 0; p < plan.n_pha(); ++p, sums += width) {
      ops_.bin_sums(prefix, total.data(), own.boundaries[static_cast<std::size_t>(p)], static_cast<int>(plan.n_bins),
                    own.bin_sums.data());
      for (std::int64_t j = 0; j < width; ++j) sums[j] += own.bin_sums[j];
    }
  }
}

void LongRow::take_statistics(std::int64_t p, std::span<const std::int64_t> permutation, Member& own) {
  const Plan& plan = tables_.plan;
  const std::int64_t width = plan.n_bins * lanes;
  alignas(64) std::array<float, lanes> value{};
  for (std::size_t k = 0; k < permutation.size(); ++k) {
    const std::int64_t at = (static_cast<std::int64_t>(k) * plan.n_pha() + p) * width;
    std::uint64_t* const sums = member_[0].shifted.data() + at;
    for (std::size_t m = 1; m < member_.size(); ++m) {
      for (std::int64_t j = 0; j < width; ++j) sums[j] += member_[m].shifted[at + j];
    }
    narrow_sums(sums, plan.n_bins, own.bin_sums.data());
    for (std::int64_t m = 0; m < std::ssize(plan.measures); ++m) {
      TileSurrogates& tile = statistics_[m * plan.n_pha() + p];
      binned_values(ops_, plan.measures[static_cast<std::size_t>(m)], own.bin_sums.data(), 1,
                    weights_.data() + p * plan.n_bins, static_cast<int>(plan.n_bins), value.data());
      ops_.accumulate(value.data(), 1, tile.observed.data(), tile.sum.data(), tile.squares.data(), tile.reached.data(),
                      own.largest_surrogate.data() + m * plan.n_perm + permutation[k]);
    }
  }
}

void LongRow::surrogates(const ScaledRow& row, double mean, std::int64_t global_row, std::int64_t i,
                         Comodulogram& result, int member) {
  const Plan& plan = tables_.plan;
  Member& own = member_[static_cast<std::size_t>(member)];
  const SortedShifts sorted = sorted_shifts(plan, global_row);
  std::fill_n(own.largest_surrogate.data(), n_largest(plan), no_surrogate);
  const std::int64_t at_once = shifts_at_once(plan);
  for (std::int64_t tile = 0; tile < n_amp_tiles(); ++tile) {
    make_row_prefix(row, mean, tile, member);
    for (std::int64_t p = member; p < plan.n_pha(); p += members_) {
      for (std::int64_t m = 0; m < std::ssize(plan.measures); ++m) {
        const MeasureMaps& maps = result.of(static_cast<std::size_t>(m));
        statistics_[m * plan.n_pha() + p] = no_surrogates(maps, TilePlace(plan, p, tile, i));
      }
    }
    for (std::int64_t done = 0; done < plan.n_perm; done += at_once) {
      const auto first = static_cast<std::size_t>(done);
      const auto count = static_cast<std::size_t>(std::min(at_once, plan.n_perm - done));
      const auto some = std::span(sorted.shifts).subspan(first, count);
      const auto permutation = std::span(sorted.permutation).subspan(first, count);
      std::fill_n(own.shifted.data(), at_once * plan.n_pha() * plan.n_bins * lanes, std::uint64_t{0});
      each_block([&](std::int64_t index) {
        const Block block = begin_block(row, mean, index, own);
        phases(block, own);
        StageClock clock(own.seconds);
        add_shifted(block, some, own);
        clock.finish(Stage::surrogates);
      });
      meet(member);
      StageClock clock(own.seconds);
      for (std::int64_t p = member; p < plan.n_pha(); p += members_) {
        take_statistics(p, permutation, own);
      }
      barrier_.wait();  // the sums may be cleared again
      clock.finish(Stage::surrogates);
    }
    for (std::int64_t p = member; p < plan.n_pha(); p += members_) {
      for (std::int64_t m = 0; m < std::ssize(plan.measures); ++m) {
        store_statistics(statistics_[m * plan.n_pha() + p], plan.n_perm, result.of(static_cast<std::size_t>(m)),
                         TilePlace(plan, p, tile, i));
      }
    }
  }
  barrier_.wait();  // all pairs are stored
  if (member != 0) return;
  std::vector<float*> largest;
  for (Member& one : member_) largest.push_back(one.largest_surrogate.data());
  finish_row(largest, plan, result, i);
}

}  // namespace pac::cpu
