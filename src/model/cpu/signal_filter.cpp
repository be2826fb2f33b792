// One signal from samples to phase bins and amplitudes of all bands.
#include "model/cpu/signal_filter.hpp"

#include <algorithm>
#include <type_traits>

#include "model/cpu/row_layout.hpp"
#include "model/row_tables.hpp"

namespace pac::cpu {
namespace {

constexpr std::int64_t pairs_per_tile = lanes / 2;

/// Lanes of a tile that hold a band.
int lanes_of(std::int64_t tile, std::int64_t n_bands) {
  return static_cast<int>(std::min<std::int64_t>(lanes, n_bands - tile * lanes));
}

/// Floats of a member's buffers a, and b or c, and of the ordered spectrum.
struct Sizes {
  Sizes(const Plan& plan, std::int64_t longest) : a(2 * (longest + 64)), b(a) {
    if (!BandTables::by_tiles(plan)) return;
    a = std::max(a, plan.hilbert == Hilbert::extended
                        ? BandTransformPlan::work_floats(plan.hilbert_length)
                        : BandTransformPlan::cropped_work_floats(longest, plan.hilbert_length));
    b = std::max(b, lanes * padded(plan.n_times) / static_cast<std::int64_t>(sizeof(float)));
    ordered = BandTransformPlan::ordered_floats(longest);
  }
  std::int64_t a, b;
  std::int64_t ordered = 0;
};

}  // namespace

std::int64_t SignalFilter::padded_bands(const Plan& plan) {
  const std::int64_t together = BandTables::by_tiles(plan) ? lanes : 2;
  return (plan.n_pha() + together - 1) / together * together;
}

std::int64_t SignalFilter::slots(const Plan& plan, int members) {
  return BandTables::by_tiles(plan) ? std::min<std::int64_t>(members, (plan.n_amp() + lanes - 1) / lanes) : 1;
}

SignalFilter::SignalFilter(const BandTables& tables, const LaneOps& ops, int members, TeamBarrier& barrier)
    : tables_(tables), ops_(ops), members_(members), barrier_(barrier) {
  const Sizes size(tables.plan, tables.longest());
  const auto take = [&](auto& array, std::int64_t count) {
    array = std::decay_t<decltype(array)>(count);
    bytes_ += array.bytes();
  };
  for (int m = 0; m < members; ++m) {
    Member& own = member_.emplace_back();
    take(own.a, size.a);
    take(own.b, size.b);
    take(own.c, size.b);
  }
  for (const auto& filter : tables.lengths) {
    take(spectra_.emplace_back(), 2 * (filter->length / 2 + 1));
    if (filter->bands) take(ordered_.emplace_back(), BandTransformPlan::ordered_floats(filter->length));
  }
}

std::int64_t SignalFilter::predicted_bytes(const Plan& plan, std::int64_t longest, int members) {
  const Sizes size(plan, longest);
  return members * 4 * (size.a + 2 * size.b) + 3 * 4 * (longest + 2) + 3 * 4 * size.ordered;
}

void SignalFilter::make_spectrum(const FilterLength& filter, std::span<const float> row, double mean, float scale,
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

SignalFilter::Signals SignalFilter::analytic(const BandPair& pair, Member& own) const {
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

float SignalFilter::transform(const RowBlock& rows, std::int64_t i, int member) {
  const bool constant = rows.constant[static_cast<std::size_t>(i)] != 0;
  const double mean = constant ? 0 : rows.mean[static_cast<std::size_t>(i)];
  const float scale = scale_of(rows.row(i), mean);
  shared_out(static_cast<std::int64_t>(tables_.lengths.size()), member, [&](std::int64_t k) {
    const auto g = static_cast<std::size_t>(k);
    make_spectrum(*tables_.lengths[g], rows.row(i), mean, scale, spectra_[g].data(),
                  member_[static_cast<std::size_t>(member)]);
    if (!tables_.lengths[g]->bands) return;
    const bool extended = tables_.plan.hilbert == Hilbert::extended;
    const auto order = extended ? ops_.order_spectrum : ops_.order_real_spectrum;
    order(tables_.lengths[g]->bands->view(), spectra_[g].data(), ordered_[g].data());
  });
  barrier_.wait();
  return scale;
}

void SignalFilter::phase_tile(std::uint8_t* all, const RowPhasors* phasors, std::int64_t tile, Member& own) const {
  const Plan& plan = tables_.plan;
  std::uint8_t* bins[lanes];
  for (int lane = 0; lane < lanes; ++lane) bins[lane] = all + (tile * lanes + lane) * padded(plan.n_times);
  const BandTile& bands = tables_.pha_tiles[static_cast<std::size_t>(tile)];
  const float* const row = of_length(ordered_, *bands.filter);
  const int n = lanes_of(tile, plan.n_pha());
  const bool extended = plan.hilbert == Hilbert::extended;
  auto* const bytes = reinterpret_cast<std::uint8_t*>(own.b.data());
  if (extended) {
    ops_.band_phase_bins(bands.filter->bands->view(), row, bands.gain.data(), n, own.a.data(), plan.n_times,
                         tables_.edges, bytes, bins);
  } else {
    ops_.cropped_phase_bins(tables_.cropped(bands), row, bands.gain.data(), n, own.a.data(), plan.n_times,
                            tables_.edges, bytes, bins);
  }
  if (phasors == nullptr) return;
  float* cosine[lanes];
  float* sine[lanes];
  for (int lane = 0; lane < n; ++lane) {
    cosine[lane] = phasors->cosine(tile * lanes + lane);
    sine[lane] = phasors->sine(tile * lanes + lane);
  }
  if (extended) {
    ops_.band_phasors(bands.filter->bands->view(), row, bands.gain.data(), n, own.a.data(), plan.n_times, cosine, sine);
  } else {
    ops_.cropped_phasors(tables_.cropped(bands), row, bands.gain.data(), n, own.a.data(), plan.n_times, cosine, sine);
  }
}

void SignalFilter::phases(std::uint8_t* bins, const RowPhasors* phasors, int member) {
  const std::int64_t time = padded(tables_.plan.n_times);
  Member& own = member_[static_cast<std::size_t>(member)];
  shared_out(static_cast<std::int64_t>(tables_.pha.size()), member, [&](std::int64_t pair) {
    const auto [y, h] = analytic(tables_.pha[static_cast<std::size_t>(pair)], own);
    ops_.phase_bins(y, h, tables_.plan.n_times, tables_.edges, bins + 2 * pair * time, bins + (2 * pair + 1) * time);
    if (phasors == nullptr) return;
    float* const cosine[2] = {phasors->cosine(2 * pair), phasors->cosine(2 * pair + 1)};
    float* const sine[2] = {phasors->sine(2 * pair), phasors->sine(2 * pair + 1)};
    ops_.phasors(y, h, tables_.plan.n_times, cosine, sine);
  });
  shared_out(static_cast<std::int64_t>(tables_.pha_tiles.size()), member,
             [&](std::int64_t tile) { phase_tile(bins, phasors, tile, own); });
  barrier_.wait();
}

void SignalFilter::tile_amplitudes(const BandTile& bands, int n_lanes, float* a, double* sum, Member& own) const {
  const std::int64_t n_times = tables_.plan.n_times;
  const float* const row = of_length(ordered_, *bands.filter);
  if (tables_.plan.hilbert == Hilbert::extended) {
    ops_.band_amplitudes(bands.filter->bands->view(), row, bands.gain.data(), n_lanes, own.a.data(), n_times, a, sum);
  } else {
    ops_.cropped_amplitudes(tables_.cropped(bands), row, bands.gain.data(), n_lanes, own.a.data(), n_times, a, sum);
  }
}

void SignalFilter::amplitudes(const AmplitudeSide& side, std::int64_t first, std::int64_t n_tiles, int member) {
  Member& own = member_[static_cast<std::size_t>(member)];
  const Plan& plan = tables_.plan;
  if (!tables_.amp_tiles.empty()) {  // a member a tile
    if (member >= n_tiles) return;
    const std::int64_t tile = first + member;
    tile_amplitudes(tables_.amp_tiles[static_cast<std::size_t>(tile)], lanes_of(tile, plan.n_amp()),
                    side.amplitudes(member), side.sums(member), own);
    return;
  }
  const auto all_pairs = static_cast<std::int64_t>(tables_.amp.size());  // all members one tile
  shared_out(std::min(pairs_per_tile, all_pairs - first * pairs_per_tile), member, [&](std::int64_t k) {
    const auto [y, h] = analytic(tables_.amp[static_cast<std::size_t>(first * pairs_per_tile + k)], own);
    ops_.amplitude(y, h, plan.n_times, side.amplitudes(0) + k * 2 * padded(plan.n_times), side.sums(0) + 2 * k);
  });
  barrier_.wait();
}

}  // namespace pac::cpu
