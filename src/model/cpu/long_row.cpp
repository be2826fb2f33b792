// One long row, block by block, by a team of one or more threads.
#include "model/cpu/long_row.hpp"

#include <algorithm>
#include <cmath>
#include <type_traits>

#include "model/cpu/band_tables.hpp"
#include "model/cpu/row_layout.hpp"
#include "model/cpu/row_results.hpp"
#include "model/cpu/stage_clock.hpp"

namespace pac::cpu {
/// Names and sizes of all arrays, once: take(array of a member or of the team, member, elements).
template <class Take>
void LongRow::for_each_array(const Plan& plan, int members, Take take) {
  const LongGeometry g(plan);
  const auto n = static_cast<std::int64_t>(members);
  const std::int64_t time = padded(g.valid);
  const std::int64_t n_pha = (plan.n_pha() + lanes - 1) / lanes * lanes;
  const std::int64_t amp_tiles = (plan.n_amp() + lanes - 1) / lanes;
  const std::int64_t n_tiles = n_pha / lanes + amp_tiles;
  const std::int64_t window_floats = g.cropped ? CutEnds::window_floats(g) : 0;
  const std::int64_t scratch = std::max({RowHilbert::near_floats(g), RowHilbert::far_floats(g), window_floats});
  take(&Member::a, n, scratch);
  take(&Member::b, n, scratch);
  take(&Member::signal, n, 2 * g.block + 32);
  take(&Member::spectrum, n, 2 * g.block + 32);
  take(&Member::work, n, BandTransformPlan::block_work_floats(g.block));
  take(&Member::amplitudes, n, std::max(time, 4 * g.pad) * lanes);
  take(&Member::series, n, g.cropped ? time * lanes : 0);
  take(&Member::coefficients, n, 2 * CutEnds::n_terms * lanes + lanes);
  take(&Member::bins, n, n_pha * time);
  take(&Member::times, n, n_pha * time);
  take(&Member::jumps, n, n_pha * time);
  take(&Member::samples, n, n_pha * plan.n_bins);
  take(&Member::prefix, n, time * lanes);
  take(&Member::bin_sums, n, plan.n_bins * lanes);
  take(&Member::shares, n, plan.n_bins * lanes);
  take(&Member::counts, n, plan.n_pha() * plan.n_bins);
  take(&Member::sums, n, amp_tiles * plan.n_pha() * plan.n_bins * lanes);
  take(&Member::largest, n, amp_tiles * lanes);
  take(&LongRow::even_, 1, g.grid_count);
  take(&LongRow::odd_, 1, g.grid_count);
  take(&LongRow::charges_, 1, n_tiles * CutEnds::charge_doubles);
  take(&LongRow::near_ends_, 1, g.cropped ? n_tiles * 2 * g.window * lanes : 0);
  take(&LongRow::unit_, 1, amp_tiles * lanes);
  take(&LongRow::weights_, 1, plan.n_pha() * plan.n_bins);
  if (plan.n_perm == 0) return;
  take(&Member::shifted, n, shifts_at_once(plan) * plan.n_pha() * plan.n_bins * lanes);
  take(&LongRow::row_prefix_, 1, (g.n_times + g.valid + 1) * lanes);
  take(&LongRow::totals_, 1, g.n_blocks * lanes);
  take(&LongRow::statistics_, 1, std::ssize(plan.measures) * plan.n_pha());
  take(&Member::largest_surrogate, n, n_largest(plan));
}

LongRow::LongRow(const BandTables& tables, const LaneOps& ops, int members, TeamBarrier& barrier)
    : tables_(tables),
      long_(*tables.long_rows),
      ops_(ops),
      members_(members),
      barrier_(barrier),
      member_(static_cast<std::size_t>(members)) {
  const auto take = [&]<class Owner, class T>(AlignedArray<T> Owner::*array, std::int64_t, std::int64_t count) {
    const auto make = [&](Owner& owner) {
      owner.*array = AlignedArray<T>(count);
      std::fill_n((owner.*array).data(), count, T{});
      bytes_ += (owner.*array).bytes();
    };
    if constexpr (std::is_same_v<Owner, Member>) {
      for (Member& own : member_) make(own);
    } else {
      make(*this);
    }
  };
  for_each_array(tables.plan, members, take);
  const std::int64_t time = padded(long_.geometry.valid);
  for (Member& own : member_) {
    own.boundaries.resize(static_cast<std::size_t>(tables.plan.n_pha()));
    for (std::int64_t p = 0; p < tables.plan.n_pha(); ++p) {
      Boundaries& b = own.boundaries[static_cast<std::size_t>(p)];
      b.samples = own.samples.data() + p * tables.plan.n_bins;
      b.time = own.times.data() + p * time;
      b.jumps = own.jumps.data() + p * time;
    }
    own.box.reserve(static_cast<std::size_t>(long_.geometry.block));
  }
}

std::int64_t LongRow::predicted_bytes(const Plan& plan, int members) {
  std::int64_t sum = members * LongGeometry(plan).block * static_cast<std::int64_t>(sizeof(double));  // Member::box
  for_each_array(plan, members,
                 [&]<class Owner, class T>(AlignedArray<T> Owner::*, std::int64_t owners, std::int64_t count) {
                   sum += owners * count * static_cast<std::int64_t>(sizeof(T));
                 });
  return sum;
}

LongRow::BlockShift LongRow::transform_block(const ScaledRow& row, double mean, std::int64_t first, bool with_hilbert,
                                             Member& own) {
  const std::int64_t block = long_.geometry.block;
  const std::int64_t used = std::min(block, long_.geometry.n_times + long_.geometry.pad - first);
  float* const z = own.signal.data();
  const float* h = nullptr;
  if (with_hilbert) h = long_.hilbert.block(row, first, even_.data(), odd_.data(), own.a.data(), own.b.data());
  float* const x = own.spectrum.data();  // free until the transform
  long_.hilbert.samples(row, first, block, x);
  own.box.assign(static_cast<std::size_t>(block), 0.0);
  if (h != nullptr && long_.mean && mean != 0) {
    long_.mean->fill(first, std::span(own.box).first(static_cast<std::size_t>(used)));
  }
  // Double precision until the block's constant is gone: what is left is as small as the signal.
  BlockShift shift;
  for (std::int64_t t = 0; t < used; ++t) {
    double& value = own.box[static_cast<std::size_t>(t)];
    value = value * mean + (h != nullptr ? static_cast<double>(h[t]) : 0.0);
    shift.real += static_cast<double>(x[t]);
    shift.imaginary += value;
  }
  shift.real /= static_cast<double>(used);
  shift.imaginary /= static_cast<double>(used);
  for (std::int64_t t = 0; t < block; ++t) {
    z[2 * t] = static_cast<float>(static_cast<double>(x[t]) - shift.real);
    z[2 * t + 1] = static_cast<float>(own.box[static_cast<std::size_t>(t)] - shift.imaginary);
  }
  long_.forward(z, own.spectrum.data());
  return shift;
}

BlockCorrection LongRow::correction_of(std::int64_t index, const Block& block, Member& own) {
  const BlockTile& tile = long_.tiles[static_cast<std::size_t>(index)];
  float* const real = own.coefficients.data() + 2 * CutEnds::n_terms * lanes;
  float* const imaginary = own.coefficients.data();
  BlockCorrection correction{real, imaginary, 1, nullptr};
  const double* const charges = charges_.data() + index * CutEnds::charge_doubles;
  if (block.far) {
    CutEnds::coefficients(block.pull, charges, block.first, imaginary);
    correction.n_terms = block.pull.terms;
  } else {
    std::fill_n(imaginary, 2 * lanes, 0.0F);
    if (long_.cut_ends) {
      const float* const near = near_ends_.data() + index * 2 * long_.geometry.window * lanes;
      long_.cut_ends->fill(ops_, block.first, block.count, charges, near, own.box, own.series.data());
      correction.series = own.series.data();
    }
  }
  for (std::size_t lane = 0; lane < lanes; ++lane) {
    real[lane] = static_cast<float>(tile.at_zero[lane] * (block.shift.real + block.mean));
    const auto constant = static_cast<float>(tile.at_zero[lane] * block.shift.imaginary);
    imaginary[lane] += constant;
    imaginary[static_cast<std::size_t>(correction.n_terms) * lanes + lane] += constant;
  }
  return correction;
}

LongRow::Block LongRow::begin_block(const ScaledRow& row, double mean, std::int64_t index, Member& own) {
  const LongGeometry& g = long_.geometry;
  StageClock clock(own.seconds);
  Block block;
  block.first = index * g.valid;
  block.count = std::min(g.valid, g.n_times - block.first);
  block.mean = mean;
  block.shift = transform_block(row, mean, block.first - g.pad, true, own);
  block.window = {g.pad, block.count, 2.0F / static_cast<float>(block.count)};
  block.far = long_.cut_ends && long_.cut_ends->is_far(block.first, block.count);
  if (block.far) {
    block.pull = long_.cut_ends->pull(block.first, block.count, CutEnds::left | CutEnds::right | CutEnds::mean);
  } else if (long_.cut_ends) {
    own.box.resize(static_cast<std::size_t>(block.count));
    long_.cut_ends->fill_mean(block.first, own.box);
  }
  clock.finish(Stage::spectrum);
  return block;
}

void LongRow::phases(const Block& block, Member& own) {
  const Plan& plan = tables_.plan;
  const std::int64_t time = padded(long_.geometry.valid);
  StageClock clock(own.seconds);
  for (std::int64_t tile = 0; tile < long_.n_pha_tiles; ++tile) {
    const BlockTile& filters = long_.tiles[static_cast<std::size_t>(tile)];
    std::uint8_t* bins[lanes];
    for (int lane = 0; lane < lanes; ++lane) bins[lane] = own.bins.data() + (tile * lanes + lane) * time;
    ops_.block_phase_bins(long_.transform.view(), own.spectrum.data(), filters.gain.data(), filters.n_lanes,
                          own.work.data(), block.window, correction_of(tile, block, own), tables_.edges,
                          reinterpret_cast<std::uint8_t*>(own.amplitudes.data()), bins);
  }
  clock.finish(Stage::analytic);
  for (std::int64_t p = 0; p < plan.n_pha(); ++p) {
    ops_.boundaries(own.bins.data() + p * time, block.count, static_cast<int>(plan.n_bins),
                    own.boundaries[static_cast<std::size_t>(p)]);
  }
  clock.finish(Stage::bin_sums);
}

void LongRow::amplitudes(const Block& block, std::int64_t amp_tile, double* sum, Member& own) {
  const std::int64_t index = long_.n_pha_tiles + amp_tile;
  const BlockTile& filters = long_.tiles[static_cast<std::size_t>(index)];
  StageClock clock(own.seconds);
  ops_.block_amplitudes(long_.transform.view(), own.spectrum.data(), filters.gain.data(), filters.n_lanes,
                        own.work.data(), block.window, correction_of(index, block, own), own.amplitudes.data(), sum);
  clock.finish(Stage::analytic);
}

void LongRow::add_block(const Block& block, Member& own) {
  const Plan& plan = tables_.plan;
  phases(block, own);
  for (std::int64_t p = 0; p < plan.n_pha(); ++p) {
    const Boundaries& b = own.boundaries[static_cast<std::size_t>(p)];
    for (std::int64_t j = 0; j < plan.n_bins; ++j) own.counts[p * plan.n_bins + j] += b.samples[j];
  }
  for (std::int64_t tile = 0; tile < n_amp_tiles(); ++tile) {
    alignas(64) std::array<double, lanes> sum{};
    amplitudes(block, tile, sum.data(), own);
    StageClock clock(own.seconds);
    add_amplitudes(tile, block.count, sum.data(), own);
    clock.finish(Stage::bin_sums);
  }
}

void LongRow::add_amplitudes(std::int64_t tile, std::int64_t count, const double* sum, Member& own) {
  // Integers of a block: as fine as its sum below 2^30 allows, in the row's unit times a power of two.
  const Plan& plan = tables_.plan;
  alignas(64) std::array<float, lanes> scale{};
  std::array<int, lanes> shift{};
  for (std::size_t lane = 0; lane < static_cast<std::size_t>(lanes); ++lane) {
    const double unit = unit_[tile * lanes + static_cast<std::int64_t>(lane)];
    if (!(sum[lane] > 0) || unit == 0) continue;
    int exponent = 0;
    std::frexp(sum[lane] / unit, &exponent);
    shift[lane] = std::max(0, exponent - 30);
    scale[lane] = static_cast<float>(std::ldexp(1 / unit, -shift[lane]));
  }
  alignas(64) std::array<std::uint32_t, lanes> total{};
  ops_.prefix_sums_of_lanes(own.amplitudes.data(), scale.data(), count, false, own.prefix.data(), total.data());
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    std::uint64_t& largest = own.largest[tile * lanes + lane];
    largest = std::max(largest, static_cast<std::uint64_t>(total[static_cast<std::size_t>(lane)])
                                    << shift[static_cast<std::size_t>(lane)]);
  }
  const std::int64_t width = plan.n_bins * lanes;
  for (std::int64_t p = 0; p < plan.n_pha(); ++p) {
    ops_.bin_sums(own.prefix.data(), total.data(), own.boundaries[static_cast<std::size_t>(p)],
                  static_cast<int>(plan.n_bins), own.bin_sums.data());
    std::uint64_t* const sums = own.sums.data() + (tile * plan.n_pha() + p) * width;
    for (std::int64_t j = 0; j < width; j += lanes) {
      for (std::int64_t lane = 0; lane < lanes; ++lane) {
        sums[j + lane] += static_cast<std::uint64_t>(own.bin_sums[j + lane]) << shift[static_cast<std::size_t>(lane)];
      }
    }
  }
}

}  // namespace pac::cpu
