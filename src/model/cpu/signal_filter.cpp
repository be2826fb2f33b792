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
  mixed_.n_bands = BandTables::n_mixed(tables.plan);
  if (mixed_.n_bands > 0) {
    mixed_.filter = tables.pha_tiles.back().filter;
    const std::int64_t floats = BandTransformPlan::ordered_floats(mixed_.filter->length);
    for (int row = 0; row < mixed_rows; ++row) take(mixed_.ordered.emplace_back(), floats);
    mixed_.scaled.resize(mixed_rows);
    take(mixed_.spectra, mixed_rows * floats);
    take(mixed_.bins, (mixed_rows - 1) * mixed_.n_bands * padded(tables.plan.n_times));
  }
  for (const auto& filter : tables.lengths) {
    if (!filter->bands) take(spectra_.emplace_back(), 2 * (filter->length / 2 + 1));
    const bool own = filter->bands && filter.get() != mixed_.filter;
    if (filter->bands) take(ordered_.emplace_back(), own ? BandTransformPlan::ordered_floats(filter->length) : 0);
  }
}

std::int64_t SignalFilter::predicted_bytes(const Plan& plan, std::int64_t longest, int members) {
  const Sizes size(plan, longest);
  const std::int64_t mixed = BandTables::n_mixed(plan);
  return members * 4 * (size.a + 2 * size.b) + 3 * 4 * (longest + 2) + 3 * 4 * size.ordered +
         (mixed > 0 ? mixed_rows * (2 * 4 * size.ordered + mixed * padded(plan.n_times)) : 0);
}

SignalFilter::Scaled SignalFilter::scaled(const RowBlock& rows, std::int64_t i) {
  const bool constant = rows.constant[static_cast<std::size_t>(i)] != 0;
  const double mean = constant ? 0 : rows.mean[static_cast<std::size_t>(i)];
  return {mean, scale_of(rows.row(i), mean)};
}

void SignalFilter::make_spectrum(const FilterLength& filter, std::span<const float> row, const Scaled& by,
                                 float* spectrum, Member& own) const {
  const Plan& plan = tables_.plan;
  float* const circle = own.a.data();
  const float* const first = row.data() + plan.pad;
  const std::int64_t tail = filter.length - filter.pad;
  for (std::int64_t t = 0; t < plan.n_times + filter.pad; ++t) circle[t] = first[t] * by.scale;
  std::fill(circle + plan.n_times + filter.pad, circle + tail, 0.0F);
  for (std::int64_t t = 0; t < filter.pad; ++t) circle[tail + t] = first[t - filter.pad] * by.scale;
  filter.real_forward(circle, spectrum);
  const auto offset = static_cast<float>(by.mean * static_cast<double>(by.scale));
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

void SignalFilter::order_spectrum(const FilterLength& filter, std::span<const float> row, const Scaled& by,
                                  float* ordered, Member& own) const {
  float* const spectrum = own.b.data();
  make_spectrum(filter, row, by, spectrum, own);
  const bool extended = tables_.plan.hilbert == Hilbert::extended;
  (extended ? ops_.order_spectrum : ops_.order_real_spectrum)(filter.bands->view(), spectrum, ordered);
}

float SignalFilter::transform(const RowBlock& rows, std::int64_t i, Shard company, int member) {
  Member& own = member_[static_cast<std::size_t>(member)];
  own.place = i - company.first;
  own.company = company.count;
  const bool first = own.place == 0;
  const bool mixed = mixed_.n_bands > 0;
  if (mixed && first) {
    shared_out(company.count, member, [&](std::int64_t k) {
      const auto place = static_cast<std::size_t>(k);
      mixed_.scaled[place] = scaled(rows, i + k);
      order_spectrum(*mixed_.filter, rows.row(i + k), mixed_.scaled[place], mixed_.ordered[place].data(), own);
    });
  }
  const Scaled by = mixed && !first ? mixed_.scaled[static_cast<std::size_t>(own.place)] : scaled(rows, i);
  shared_out(static_cast<std::int64_t>(tables_.lengths.size()), member, [&](std::int64_t k) {
    const auto g = static_cast<std::size_t>(k);
    const FilterLength& filter = *tables_.lengths[g];
    if (!filter.bands) return make_spectrum(filter, rows.row(i), by, spectra_[g].data(), own);
    if (&filter != mixed_.filter) order_spectrum(filter, rows.row(i), by, ordered_[g].data(), own);
  });
  barrier_.wait();
  return by.scale;
}

const float* SignalFilter::ordered(const FilterLength& filter, const Member& own) const {
  if (&filter == mixed_.filter) return mixed_.ordered[static_cast<std::size_t>(own.place)].data();
  return of_length(ordered_, filter);
}

void SignalFilter::mixed_phase_tile(std::uint8_t* all, std::int64_t tile, Member& own) {
  const Plan& plan = tables_.plan;
  const std::int64_t time = padded(plan.n_times);
  std::uint8_t* const first = all + tile * lanes * time;
  const auto later = [&](std::int64_t row) { return mixed_.bins.data() + (row - 1) * mixed_.n_bands * time; };
  if (own.place > 0) {
    std::copy_n(later(own.place), mixed_.n_bands * time, first);
    return;
  }
  const float* spectra[mixed_rows];
  std::uint8_t* bins[lanes];
  for (std::int64_t lane = 0; lane < lanes; ++lane) bins[lane] = first + lane * time;  // of no band: behind the bands
  for (std::int64_t row = 0; row < mixed_rows; ++row) {
    spectra[row] = mixed_.ordered[static_cast<std::size_t>(row < own.company ? row : 0)].data();
    for (std::int64_t band = 0; band < mixed_.n_bands; ++band) {
      bins[mixed_rows * band + row] = (row == 0 ? first : later(row)) + band * time;
    }
  }
  ops_.mix_spectra(spectra, BandTransformPlan::ordered_floats(mixed_.filter->length), mixed_.spectra.data());
  store_bins(tables_.pha_tiles[static_cast<std::size_t>(tile)], mixed_.spectra.data(),
             static_cast<int>(mixed_rows * mixed_.n_bands), true, bins, own);
}

void SignalFilter::store_bins(const BandTile& bands, const float* spectra, int n_lanes, bool mixed,
                              std::uint8_t* const* bins, Member& own) const {
  auto* const bytes = reinterpret_cast<std::uint8_t*>(own.b.data());
  if (tables_.plan.hilbert == Hilbert::extended) {
    const auto store = mixed ? ops_.mixed_band_phase_bins : ops_.band_phase_bins;
    store(bands.filter->bands->view(), spectra, bands.gain.data(), n_lanes, own.a.data(), tables_.plan.n_times,
          tables_.edges, bytes, bins);
  } else {
    const auto store = mixed ? ops_.mixed_cropped_phase_bins : ops_.cropped_phase_bins;
    store(tables_.cropped(bands), spectra, bands.gain.data(), n_lanes, own.a.data(), tables_.plan.n_times,
          tables_.edges, bytes, bins);
  }
}

void SignalFilter::phase_tile(std::uint8_t* all, const RowPhasors* phasors, std::int64_t tile, Member& own) const {
  const Plan& plan = tables_.plan;
  std::uint8_t* bins[lanes];
  for (int lane = 0; lane < lanes; ++lane) bins[lane] = all + (tile * lanes + lane) * padded(plan.n_times);
  const BandTile& bands = tables_.pha_tiles[static_cast<std::size_t>(tile)];
  const float* const row = ordered(*bands.filter, own);
  const int n = lanes_of(tile, plan.n_pha());
  store_bins(bands, row, n, false, bins, own);
  if (phasors == nullptr) return;
  float* cosine[lanes];
  float* sine[lanes];
  for (int lane = 0; lane < n; ++lane) {
    cosine[lane] = phasors->cosine(tile * lanes + lane);
    sine[lane] = phasors->sine(tile * lanes + lane);
  }
  if (plan.hilbert == Hilbert::extended) {
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
  const auto n_tiles = static_cast<std::int64_t>(tables_.pha_tiles.size());
  shared_out(n_tiles, member, [&](std::int64_t tile) {
    if (mixed_.n_bands > 0 && tile == n_tiles - 1) return mixed_phase_tile(bins, tile, own);
    phase_tile(bins, phasors, tile, own);
  });
  barrier_.wait();
}

void SignalFilter::tile_amplitudes(const BandTile& bands, int n_lanes, float* a, double* sum, Member& own) const {
  const std::int64_t n_times = tables_.plan.n_times;
  const float* const row = ordered(*bands.filter, own);
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
