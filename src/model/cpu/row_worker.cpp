// One row from samples to results, by a team of one or more threads.
#include "model/cpu/row_worker.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "kernels/quantisation.hpp"
#include "model/cpu/row_layout.hpp"
#include "model/cpu/stage_clock.hpp"
#include "model/row_tables.hpp"

namespace pac::cpu {
namespace {

constexpr std::int64_t pairs_per_tile = lanes / 2;

/// Lanes of a tile that hold a band.
int lanes_of(std::int64_t tile, std::int64_t n_bands) {
  return static_cast<int>(std::min<std::int64_t>(lanes, n_bands - tile * lanes));
}

/// Numbers of elements of a team's arrays: taken by the constructor, foretold by predicted_bytes().
struct Sizes {
  Sizes(const Plan& plan, std::int64_t longest, int members)
      : time(padded(plan.n_times)),
        n_pha(BandTables::by_tiles(plan) ? (plan.n_pha() + lanes - 1) / lanes * lanes
                                         : plan.n_pha() + plan.n_pha() % 2),
        surrogate(plan.n_perm > 0),
        slots(RowWorker::tile_slots(plan, members)),
        prefix((surrogate ? 2 * plan.n_times + 64 : time) * lanes),
        a(2 * (longest + 64)),
        b(a) {
    if (!BandTables::by_tiles(plan)) return;
    a = std::max(a, plan.hilbert == Hilbert::extended
                        ? BandTransformPlan::work_floats(plan.hilbert_length)
                        : BandTransformPlan::cropped_work_floats(longest, plan.hilbert_length));
    b = std::max(b, lanes * time / static_cast<std::int64_t>(sizeof(float)));
  }
  std::int64_t time;   ///< samples of a row, padded
  std::int64_t n_pha;  ///< phase bands, padded to what is transformed together
  bool surrogate;
  std::int64_t slots;
  std::int64_t prefix;  ///< of one slot
  std::int64_t a, b;    ///< floats of a member's buffers
};

}  // namespace

std::int64_t RowWorker::tile_slots(const Plan& plan, int members) {
  return BandTables::by_tiles(plan) ? std::min<std::int64_t>(members, (plan.n_amp() + lanes - 1) / lanes) : 1;
}

RowWorker::RowWorker(const BandTables& tables, const LaneOps& ops, int members)
    : tables_(tables), ops_(ops), members_(members), barrier_(members) {
  const Plan& plan = tables.plan;
  if (tables.long_rows) {
    long_row_ = std::make_unique<LongRow>(tables, ops, members, barrier_);
    bytes_ = long_row_->bytes();
    return;
  }
  const Sizes size(plan, tables.longest(), members);
  const auto take = [&](auto& array, std::int64_t count) {
    array = std::decay_t<decltype(array)>(count);
    bytes_ += array.bytes();
  };
  for (int m = 0; m < members; ++m) {
    Member& own = member_.emplace_back();
    take(own.a, size.a);
    take(own.b, size.b);
    take(own.c, size.b);
    take(own.sums, shift_group * plan.n_bins * lanes);
    take(own.p, plan.n_bins * lanes);
    take(own.changes, size.time);
  }
  for (const auto& filter : tables.lengths) {
    take(spectra_.emplace_back(), 2 * (filter->length / 2 + 1));
    if (filter->bands) take(ordered_.emplace_back(), BandTransformPlan::ordered_floats(filter->length));
  }
  take(bins_, size.n_pha * size.time);
  take(times_, size.n_pha * size.time);
  take(jumps_, size.n_pha * size.time);
  take(weights_, size.n_pha * plan.n_bins);
  take(samples_, size.n_pha * plan.n_bins);
  take(amplitudes_, size.slots * lanes * size.time);
  take(silence_, 2 * size.time);
  std::fill_n(silence_.data(), 2 * size.time, 0.0F);
  take(amplitude_sum_, size.slots * lanes);
  take(prefix_, size.slots * size.prefix);
  prefix_size_ = size.prefix;
  take(total_, size.slots * lanes);
  boundaries_.resize(static_cast<std::size_t>(size.n_pha));
  empty_bin_.resize(static_cast<std::size_t>(size.n_pha));
  for (std::int64_t p = 0; p < size.n_pha; ++p) {
    Boundaries& b = boundaries_[static_cast<std::size_t>(p)];
    b.samples = samples_.data() + p * plan.n_bins;
    b.time = times_.data() + p * size.time;
    b.jumps = jumps_.data() + p * size.time;
  }
}

std::int64_t RowWorker::predicted_bytes(const Plan& plan, std::int64_t longest, int members) {
  if (LongGeometry::applies(plan)) return LongRow::predicted_bytes(plan, members);
  const Sizes size(plan, longest, members);
  const std::int64_t per_member =
      4 * (size.a + 2 * size.b) + plan.n_bins * lanes * 4 * (shift_group + 1) + 4 * size.time;
  const std::int64_t per_phase_sample = 1 + 4 + 8;  // bins, times, jumps
  return members * per_member + size.n_pha * size.time * per_phase_sample +
         size.slots * (4 * lanes * size.time + 4 * size.prefix) + 8 * size.time + 3 * 4 * (longest + 2) +
         (BandTables::by_tiles(plan) ? 3 * 4 * BandTransformPlan::ordered_floats(longest) : 0);
}

void RowWorker::make_spectrum(const FilterLength& filter, std::span<const float> row, double mean, float scale,
                              float* spectrum, Member& own) const {
  const Plan& plan = tables_.plan;
  float* const circle = own.a.data();
  const float* const first = row.data() + plan.pad;
  const std::int64_t tail = filter.length - filter.pad;
  for (std::int64_t t = 0; t < plan.n_times + filter.pad; ++t) circle[t] = first[t] * scale;
  std::fill(circle + plan.n_times + filter.pad, circle + tail, 0.0F);
  for (std::int64_t t = 0; t < filter.pad; ++t) circle[tail + t] = first[t - filter.pad] * scale;
  filter.real_forward(circle, spectrum);
  const auto offset = static_cast<float>(mean * static_cast<double>(scale));
  for (std::int64_t i = 0; i < 2 * (filter.length / 2 + 1); ++i)
    spectrum[i] += offset * filter.box[static_cast<std::size_t>(i)];
}

RowWorker::Signals RowWorker::analytic(const BandPair& pair, Member& own) const {
  const FilterLength& filter = *pair.filter;
  float* const a = own.a.data();
  float* const b = own.b.data();
  float* const c = own.c.data();
  ops_.apply_gain(of_length(spectra_, filter), pair.gain.data(), filter.length, a);
  if (tables_.plan.hilbert == Hilbert::extended) {
    (*filter.backward)(a, b);
    ops_.hilbert(a, a, filter.length, 1.0F);
    (*filter.backward)(a, c);
    return {b, c};
  }
  const std::int64_t n = tables_.plan.hilbert_length;
  (*filter.backward)(a, b);
  std::fill(b + 2 * tables_.plan.n_times, b + 2 * n, 0.0F);
  (*tables_.hilbert_forward)(b, a);
  ops_.hilbert(a, a, n, 1.0F / static_cast<float>(n));
  (*tables_.hilbert_backward)(a, c);
  return {b, c};
}

void RowWorker::phase_pair(std::int64_t pair, Member& own) {
  const std::int64_t time = padded(tables_.plan.n_times);
  const auto [y, h] = analytic(tables_.pha[static_cast<std::size_t>(pair)], own);
  std::uint8_t* const first = bins_.data() + 2 * pair * time;
  ops_.phase_bins(y, h, tables_.plan.n_times, tables_.edges, first, first + time);
}

void RowWorker::phase_tile(std::int64_t tile, Member& own) {
  const Plan& plan = tables_.plan;
  std::uint8_t* bins[lanes];
  for (int lane = 0; lane < lanes; ++lane) bins[lane] = bins_.data() + (tile * lanes + lane) * padded(plan.n_times);
  const BandTile& bands = tables_.pha_tiles[static_cast<std::size_t>(tile)];
  const float* const row = of_length(ordered_, *bands.filter);
  const int n = lanes_of(tile, plan.n_pha());
  auto* const bytes = reinterpret_cast<std::uint8_t*>(own.b.data());
  if (plan.hilbert == Hilbert::extended) {
    ops_.band_phase_bins(bands.filter->bands->view(), row, bands.gain.data(), n, own.a.data(), plan.n_times,
                         tables_.edges, bytes, bins);
  } else {
    ops_.cropped_phase_bins(tables_.cropped(bands), row, bands.gain.data(), n, own.a.data(), plan.n_times,
                            tables_.edges, bytes, bins);
  }
}

void RowWorker::describe_bins(std::int64_t p, Member& own) {
  const Plan& plan = tables_.plan;
  const auto at = static_cast<std::size_t>(p);
  Boundaries& b = boundaries_[at];
  ops_.boundaries(bins_.data() + p * padded(plan.n_times), plan.n_times, static_cast<int>(plan.n_bins),
                  own.changes.data(), b);
  empty_bin_[at] = 0;
  for (std::int64_t j = 0; j < plan.n_bins; ++j) {
    if (b.samples[j] == 0) empty_bin_[at] = 1;
    const float mean_weight = b.samples[j] == 0 ? 0.0F : 1.0F / static_cast<float>(b.samples[j]);
    weights_[p * plan.n_bins + j] = plan.bin_statistic == BinStatistic::mean ? mean_weight : 1.0F;
  }
}

void RowWorker::amplitude_pair(std::int64_t tile, std::int64_t k, Member& own) {
  const std::int64_t n_times = tables_.plan.n_times;
  const auto [y, h] = analytic(tables_.amp[static_cast<std::size_t>(tile * pairs_per_tile + k)], own);
  ops_.amplitude(y, h, n_times, amplitudes_.data() + k * 2 * padded(n_times), amplitude_sum_.data() + 2 * k);
}

void RowWorker::tile_amplitudes(std::int64_t tile, float* a, double* sum, Member& own) const {
  const Plan& plan = tables_.plan;
  const BandTile& bands = tables_.amp_tiles[static_cast<std::size_t>(tile)];
  const float* const row = of_length(ordered_, *bands.filter);
  const int n = lanes_of(tile, plan.n_amp());
  if (plan.hilbert == Hilbert::extended) {
    ops_.band_amplitudes(bands.filter->bands->view(), row, bands.gain.data(), n, own.a.data(), plan.n_times, a, sum);
  } else {
    ops_.cropped_amplitudes(tables_.cropped(bands), row, bands.gain.data(), n, own.a.data(), plan.n_times, a, sum);
  }
}

void RowWorker::make_prefix(std::int64_t tile, std::int64_t slot, const float* tile_amplitudes) {
  const Plan& plan = tables_.plan;
  alignas(64) std::array<float, lanes> scale{};
  for (std::int64_t lane = 0; lane < lanes; ++lane) {
    const bool present = tile * lanes + lane < plan.n_amp();
    const double sum = present ? amplitude_sum_[slot * lanes + lane] : 0;
    scale[static_cast<std::size_t>(lane)] = kernels::integer_scale(sum, plan.n_times);
  }
  std::uint32_t* const prefix = prefix_.data() + slot * prefix_size_;
  std::uint32_t* const total = total_.data() + slot * lanes;
  const bool twice = plan.n_perm > 0;
  if (!tables_.amp_tiles.empty()) {
    ops_.prefix_sums_of_lanes(tile_amplitudes, scale.data(), plan.n_times, twice, prefix, total);
    return;
  }
  const float* pairs[pairs_per_tile];
  for (std::int64_t k = 0; k < pairs_per_tile; ++k) {
    const bool present = tile * pairs_per_tile + k < static_cast<std::int64_t>(tables_.amp.size());
    pairs[k] = present ? tile_amplitudes + k * 2 * padded(plan.n_times) : silence_.data();
  }
  ops_.prefix_sums(pairs, scale.data(), plan.n_times, twice, prefix, total);
}

void RowWorker::amplitudes_of(std::int64_t first_tile, std::int64_t n_tiles, int member) {
  Member& own = member_[static_cast<std::size_t>(member)];
  StageClock clock(own.seconds);
  const Plan& plan = tables_.plan;
  if (!tables_.amp_tiles.empty()) {  // a member a tile
    if (member >= n_tiles) return;
    float* const a = amplitudes_.data() + member * lanes * padded(plan.n_times);
    tile_amplitudes(first_tile + member, a, amplitude_sum_.data() + member * lanes, own);
    clock.finish(Stage::analytic);
    make_prefix(first_tile + member, member, a);
    clock.finish(Stage::bin_sums);
    return;
  }
  const std::int64_t before = first_tile * pairs_per_tile;  // all members one tile
  const std::int64_t n_pairs = std::min(pairs_per_tile, static_cast<std::int64_t>(tables_.amp.size()) - before);
  for (std::int64_t k = member; k < n_pairs; k += members_) amplitude_pair(first_tile, k, own);
  barrier_.wait();
  clock.finish(Stage::analytic);
  if (member == 0) make_prefix(first_tile, 0, amplitudes_.data());
  clock.finish(Stage::bin_sums);
}

void RowWorker::compute(const RowBlock& rows, std::int64_t i, Comodulogram& result, int member) {
  if (long_row_) return long_row_->compute(rows, i, result, member);
  const Plan& plan = tables_.plan;
  Member& own = member_[static_cast<std::size_t>(member)];
  const auto shared_out = [&](std::int64_t count, auto&& work) {
    for (std::int64_t k = member; k < count; k += members_) work(k);
  };
  std::vector<std::int64_t> shifts = surrogate_shifts(plan, rows.rows.first + i);
  std::sort(shifts.begin(), shifts.end());  // neighbouring shifts read neighbouring prefix sums
  const bool constant = rows.constant[static_cast<std::size_t>(i)] != 0;

  StageClock clock(own.seconds);
  const double mean = constant ? 0 : rows.mean[static_cast<std::size_t>(i)];
  const float scale = scale_of(rows.row(i), mean);
  shared_out(static_cast<std::int64_t>(tables_.lengths.size()), [&](std::int64_t k) {
    const auto g = static_cast<std::size_t>(k);
    make_spectrum(*tables_.lengths[g], rows.row(i), mean, scale, spectra_[g].data(), own);
    if (!tables_.lengths[g]->bands) return;
    (plan.hilbert == Hilbert::extended ? ops_.order_spectrum : ops_.order_real_spectrum)(
        tables_.lengths[g]->bands->view(), spectra_[g].data(), ordered_[g].data());
  });
  barrier_.wait();
  clock.finish(Stage::spectrum);

  shared_out(static_cast<std::int64_t>(tables_.pha.size()), [&](std::int64_t pair) { phase_pair(pair, own); });
  shared_out(static_cast<std::int64_t>(tables_.pha_tiles.size()), [&](std::int64_t tile) { phase_tile(tile, own); });
  barrier_.wait();
  clock.finish(Stage::analytic);
  shared_out(plan.n_pha(), [&](std::int64_t p) { describe_bins(p, own); });
  clock.finish(Stage::bin_sums);

  const std::int64_t slots = tile_slots(plan, members_);
  for (std::int64_t first = 0; first < tables_.n_tiles(); first += slots) {
    const std::int64_t n_tiles = std::min(slots, tables_.n_tiles() - first);
    amplitudes_of(first, n_tiles, member);
    barrier_.wait();
    shared_out(plan.n_pha() * n_tiles, [&](std::int64_t k) {
      pairs_of_phase(k % plan.n_pha(), first + k / plan.n_pha(), k / plan.n_pha(), shifts, result, i, own);
    });
    barrier_.wait();  // the slots may be filled again
  }
}

StageSeconds RowWorker::take_seconds(int member) {
  if (long_row_) return long_row_->take_seconds(member);
  return std::exchange(member_[static_cast<std::size_t>(member)].seconds, StageSeconds{});
}

}  // namespace pac::cpu
