// LongRow's other half: what comes before the blocks (the far Hilbert transform, signals beyond the ends, units) and
// after them (sums to results).
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <utility>

#include "model/cpu/band_tables.hpp"
#include "model/cpu/long_row.hpp"
#include "model/cpu/row_layout.hpp"
#include "model/cpu/row_results.hpp"
#include "model/cpu/stage_clock.hpp"
#include "model/row_tables.hpp"

namespace pac::cpu {
void narrow_sums(const std::uint64_t* sums, std::int64_t n_bins, std::uint32_t* narrow) {
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    std::uint64_t total = 0;
    for (std::int64_t j = 0; j < n_bins; ++j) total += sums[j * lanes + lane];
    const int shift = std::max(0, static_cast<int>(std::bit_width(total)) - 30);
    const std::uint64_t half = shift > 0 ? std::uint64_t{1} << (shift - 1) : 0;
    for (std::int64_t j = 0; j < n_bins; ++j) {
      narrow[j * lanes + lane] = static_cast<std::uint32_t>((sums[j * lanes + lane] + half) >> shift);
    }
  }
}

void LongRow::make_units(double mean) {
  // A band's sum over the row stays below 2^63: |x| < 1 after scaling, |H x| < (2 / pi) (ln T + 2) < 15, a filter
  // multiplies by at most its norm; the mean passes with the gain at 0 Hz. A block's integers are rounded to 2^-30 of
  // its sum or to this unit, about 2^-34 of the row's largest sample, whichever is larger.
  const auto n_times = static_cast<double>(long_.geometry.n_times);
  for (std::size_t index = static_cast<std::size_t>(long_.n_pha_tiles); index < long_.tiles.size(); ++index) {
    const BlockTile& tile = long_.tiles[index];
    const auto amp_tile = static_cast<std::int64_t>(index) - long_.n_pha_tiles;
    for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane) {
      const double bound = 16 * n_times * (tile.norm[lane] + std::abs(tile.at_zero[lane] * mean));
      int exponent = 0;
      std::frexp(bound, &exponent);
      const bool present = static_cast<int>(lane) < tile.n_lanes;
      unit_[amp_tile * lanes + static_cast<std::int64_t>(lane)] = present ? std::ldexp(1.0, exponent - 63) : 0;
    }
  }
}

void LongRow::make_ends(const ScaledRow& row, double mean, int member) {
  const LongGeometry& g = long_.geometry;
  Member& own = member_[static_cast<std::size_t>(member)];
  const std::int64_t width = 2 * g.pad;
  float* const before = own.amplitudes.data();
  float* const behind = before + width * lanes;
  const auto n_tiles = static_cast<std::int64_t>(long_.tiles.size());
  for (std::int64_t index = member; index < n_tiles; index += members_) {
    const BlockTile& tile = long_.tiles[static_cast<std::size_t>(index)];
    double* const charges = charges_.data() + index * CutEnds::charge_doubles;
    alignas(64) std::array<double, lanes> mean_gain{};
    for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane)
      mean_gain[lane] = tile.at_zero[lane] * mean;
    const auto signals = [&](std::int64_t first, const BlockWindow& window, float* y) {
      const BlockShift shift = transform_block(row, 0, first, false, own);
      std::fill_n(y, width * lanes, 0.0F);
      float* const real = own.coefficients.data() + 2 * CutEnds::n_terms * lanes;
      std::fill_n(own.coefficients.data(), 2 * lanes, 0.0F);
      for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane) {
        real[lane] = static_cast<float>(tile.at_zero[lane] * shift.real);
      }
      ops_.block_reals(long_.transform.view(), own.spectrum.data(), tile.gain.data(), tile.n_lanes, own.work.data(),
                       window, {real, own.coefficients.data(), 1, nullptr}, y);
    };
    signals(-g.valid - g.pad, {g.pad + g.valid - width, width, 0}, before);
    signals(g.n_times - g.pad, {g.pad, width, 0}, behind);
    long_.cut_ends->charge(before, behind, mean_gain.data(), charges);
    float* const near = near_ends_.data() + index * 2 * g.window * lanes;
    long_.cut_ends->transform_window(0, before, behind, own.a.data(), own.b.data(), near);
    long_.cut_ends->transform_window(1, behind, before, own.a.data(), own.b.data(), near + g.window * lanes);
  }
}

void LongRow::finish_pair(std::int64_t p, std::int64_t tile, Comodulogram& result, std::int64_t row, Member& own) {
  const Plan& plan = tables_.plan;
  const std::int64_t width = plan.n_bins * lanes;
  std::uint64_t* const sums = member_[0].sums.data() + (tile * plan.n_pha() + p) * width;
  for (std::size_t m = 1; m < member_.size(); ++m) {
    const std::uint64_t* const theirs = member_[m].sums.data() + (tile * plan.n_pha() + p) * width;
    for (std::int64_t j = 0; j < width; ++j) sums[j] += theirs[j];
  }
  narrow_sums(sums, plan.n_bins, own.bin_sums.data());
  store_observed(tables_, ops_, p, tile, own.bin_sums.data(), weights_.data() + p * plan.n_bins, own.shares.data(),
                 result, row);
}

void LongRow::make_weights(std::int64_t p) {
  const Plan& plan = tables_.plan;
  for (std::int64_t j = 0; j < plan.n_bins; ++j) {
    std::uint64_t count = 0;
    for (const Member& member : member_) count += member.counts[p * plan.n_bins + j];
    const bool as_mean = plan.bin_statistic == BinStatistic::mean;
    // 0 marks an empty bin, whose sum is 0 in either statistic.
    weights_[p * plan.n_bins + j] = count == 0 ? 0.0F : as_mean ? 1.0F / static_cast<float>(count) : 1.0F;
  }
}

void LongRow::meet(int member) {
  barrier_.wait();  // nobody asks for blocks any more
  if (member == 0) next_block_.store(0);
  barrier_.wait();
}

void LongRow::compute(const RowBlock& rows, std::int64_t i, Comodulogram& result, int member) {
  const Plan& plan = tables_.plan;
  const LongGeometry& g = long_.geometry;
  Member& own = member_[static_cast<std::size_t>(member)];
  StageClock clock(own.seconds);
  const bool constant = rows.constant[static_cast<std::size_t>(i)] != 0;
  const ScaledRow row{rows.row(i), scale_of(rows.row(i), 0)};
  const double mean = constant ? 0 : rows.mean[static_cast<std::size_t>(i)] * static_cast<double>(row.scale);
  for (auto* sums : {&own.counts, &own.sums, &own.largest}) {
    std::fill_n(sums->data(), sums->bytes() / static_cast<std::int64_t>(sizeof(std::uint64_t)), std::uint64_t{0});
  }

  const std::int64_t piece = 64;  // decimated samples at a time
  for (std::int64_t k = member * piece; k < g.grid_count; k += members_ * piece) {
    long_.hilbert.decimate(row, k, std::min(piece, g.grid_count - k), even_.data(), odd_.data());
  }
  barrier_.wait();
  if (member == 0) {
    long_.hilbert.transform_far(even_.data(), odd_.data(), own.a.data(), own.b.data());
    make_units(mean);
  }
  clock.finish(Stage::spectrum);
  if (long_.cut_ends) make_ends(row, mean, member);
  meet(member);
  clock.finish(Stage::analytic);

  each_block([&](std::int64_t block) { add_block(begin_block(row, mean, block, own), own); });
  StageClock last(own.seconds);
  barrier_.wait();
  for (std::int64_t p = member; p < plan.n_pha(); p += members_) make_weights(p);
  barrier_.wait();
  for (std::int64_t k = member; k < plan.n_pha() * n_amp_tiles(); k += members_) {
    finish_pair(k % plan.n_pha(), k / plan.n_pha(), result, i, own);
  }
  meet(member);  // the sums may be cleared again
  last.finish(Stage::bin_sums);
  if (plan.n_perm > 0) surrogates(row, mean, rows.rows.first + i, i, result, member);
}

StageSeconds LongRow::take_seconds(int member) {
  return std::exchange(member_[static_cast<std::size_t>(member)].seconds, StageSeconds{});
}

}  // namespace pac::cpu
