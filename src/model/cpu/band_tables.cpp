// What all rows share on the CPU: transforms, gains, bin edges.
#include "model/cpu/band_tables.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "core/fast_length.hpp"
#include "core/fir.hpp"

namespace pac::cpu {
namespace {

/// Largest order of `count` filters from `first` on.
std::int64_t order_of(const std::vector<BandFilter>& filters, std::size_t first, std::size_t count) {
  std::int64_t order = 0;
  for (std::size_t i = first; i < std::min(first + count, filters.size()); ++i)
    order = std::max(order, filters[i].order);
  return order;
}

struct LengthChoice {
  std::int64_t length;
  std::int64_t pad;
};

/// Lengths of the filter transforms. Extended: the definition's own. Cropped: any that holds the row and its extension
/// gives the same numbers, so at most three cheap ones: for the longest, the median and the shortest filter.
std::vector<LengthChoice> filter_lengths(const Plan& plan) {
  if (plan.hilbert == Hilbert::extended) return {{plan.hilbert_length, plan.pad}};
  const bool by_tiles = BandTables::by_tiles(plan);
  const std::size_t together = by_tiles ? lanes : 2;
  std::vector<std::int64_t> orders;
  for (const auto* filters : {&plan.pha, &plan.amp}) {
    for (std::size_t i = 0; i < filters->size(); i += together) orders.push_back(order_of(*filters, i, together));
  }
  std::sort(orders.begin(), orders.end());
  std::vector<LengthChoice> choices;
  for (const std::int64_t order : {orders.front(), orders[orders.size() / 2], orders.back()}) {
    const std::int64_t least = plan.n_times + 2 * order;
    const std::int64_t length = by_tiles ? 2 * next_5_smooth((least + 1) / 2) : cheap_length(least);
    const std::int64_t pad = std::min((length - plan.n_times) / 2, plan.pad);
    // A spectrum more costs a tile as much as transforms that are a little longer.
    const std::int64_t near = by_tiles ? length / 16 : 0;
    if (!choices.empty() && length - choices.back().length <= near) choices.pop_back();
    choices.push_back({length, pad});
  }
  return choices;
}

}  // namespace

BinEdges edges_of(const PhaseEdgeTable& table) {
  const float* const lower = table.lower_cot.data();
  const bool same = table.lower_cot == table.upper_cot;
  return {table.n_edges, table.upper_base, lower, same ? lower : table.upper_cot.data()};
}

BandTables::BandTables(const Plan& wanted) : plan(wanted), direct(wanted), phase(phase_edge_table(wanted.n_bins)) {
  for (std::size_t m = 0; m < plan.measures.size(); ++m) {
    if (is_binned(plan.measures[m])) binned.push_back(m);
  }
  edges = edges_of(phase);
  if (LongGeometry::applies(plan)) {
    long_rows = std::make_unique<LongTables>(plan);
    return;
  }
  choose_lengths();
  const bool cropped = plan.hilbert == Hilbert::cropped;
  if (by_tiles(plan)) {
    if (cropped) make_hilbert();
    make_tiles(plan.pha, n_mixed(plan), pha_tiles);
    make_tiles(plan.amp, 0, amp_tiles);
  } else {
    if (cropped) {
      hilbert_forward = std::make_unique<Fft>(Transform::complex_forward, plan.hilbert_length);
      hilbert_backward = std::make_unique<Fft>(Transform::complex_backward, plan.hilbert_length);
    }
    make_pairs(plan.pha, pha);
    make_pairs(plan.amp, amp);
  }
}

bool BandTables::by_tiles(const Plan& plan) {
  if (plan.hilbert_length > BandTransformPlan::longest) return false;
  if (plan.hilbert == Hilbert::extended) return true;
  // A cropped tile's signals are packed in halves; one with few bands would cost more than their pairs.
  const std::int64_t pairs = (plan.n_pha() + 1) / 2 + (plan.n_amp() + 1) / 2;
  const std::int64_t half_tiles = (plan.n_pha() + 7) / 8 + (plan.n_amp() + 7) / 8;
  return plan.hilbert_length % 2 == 0 && pairs >= 2 * half_tiles;
}

int BandTables::n_mixed(const Plan& plan) {
  const auto last = static_cast<int>(plan.n_pha() % lanes);
  return by_tiles(plan) && last <= mixed_bands && !DirectTables::applies(plan) ? last : 0;
}

void BandTables::choose_lengths() {
  const bool tiles = by_tiles(plan);
  for (const auto& [length, pad] : filter_lengths(plan)) {
    lengths.push_back(std::make_unique<FilterLength>(
        FilterLength{length, pad, Fft(Transform::real_forward, length),
                     tiles ? nullptr : std::make_unique<Fft>(Transform::complex_backward, length),
                     tiles ? std::make_unique<BandTransformPlan>(length) : nullptr, box_spectrum(plan, length, pad)}));
  }
}

const FilterLength& BandTables::length_for(std::int64_t order) const {
  const auto fits = [&](const auto& candidate) { return candidate->pad >= order; };
  return **std::find_if(lengths.begin(), lengths.end(), fits);
}

void BandTables::make_hilbert() {
  const std::int64_t length = plan.hilbert_length;
  hilbert = std::make_unique<BandTransformPlan>(length);
  for (const std::int32_t f : hilbert->order()) {
    const double angle = 2 * std::numbers::pi * static_cast<double>(f) / static_cast<double>(length);
    const double scale = f == 0 ? 0 : 2 / static_cast<double>(length);
    hilbert_kernel.push_back(static_cast<float>(std::cos(angle) * scale));
    hilbert_kernel.push_back(static_cast<float>(std::sin(angle) * scale));
  }
}

void BandTables::make_pairs(const std::vector<BandFilter>& filters, std::vector<BandPair>& pairs) {
  for (std::size_t i = 0; i < filters.size(); i += 2) {
    const FilterLength& filter = length_for(order_of(filters, i, 2));
    const std::int64_t n_frequencies = filter.length / 2 + 1;
    BandPair pair{&filter, AlignedArray<float>(2 * n_frequencies)};
    for (std::size_t part = 0; part < 2; ++part) {
      const bool silent = i + part >= filters.size();
      const std::vector<double> gain =
          silent ? std::vector<double>() : zero_phase_gain(filters[i + part].correlation, filter.length);
      for (std::int64_t f = 0; f < n_frequencies; ++f) {
        const double value = silent ? 0 : gain[static_cast<std::size_t>(f)] / static_cast<double>(filter.length);
        pair.gain[2 * f + static_cast<std::int64_t>(part)] = static_cast<float>(value);
      }
    }
    pairs.push_back(std::move(pair));
  }
}

void BandTables::make_tiles(const std::vector<BandFilter>& filters, int n_mixed, std::vector<BandTile>& tiles) const {
  const bool extended = plan.hilbert == Hilbert::extended;
  for (std::size_t first = 0; first < filters.size(); first += lanes) {
    const FilterLength& filter = extended ? *lengths[0] : length_for(order_of(filters, first, lanes));
    const std::int64_t length = filter.length;
    const std::vector<std::int32_t>& order = filter.bands->order();
    const auto size = static_cast<std::int64_t>(order.size());
    AlignedArray<float>& tile = tiles.emplace_back(BandTile{&filter, AlignedArray<float>((size + 1) * lanes)}).gain;
    std::fill_n(tile.data(), (size + 1) * lanes, 0.0F);
    const bool mixed = n_mixed > 0 && first + lanes > filters.size();
    const std::size_t rows = mixed ? mixed_rows : 1;
    for (std::size_t band = 0; band < lanes && first + band < filters.size(); ++band) {
      const std::vector<double> gain = zero_phase_gain(filters[first + band].correlation, length);
      const auto put = [&](std::int64_t place, std::int64_t f) {
        const bool doubled = extended && f != 0 && 2 * f != length;
        const double weight = (doubled ? 2.0 : 1.0) / static_cast<double>(length);
        const auto value = static_cast<float>(gain[static_cast<std::size_t>(f)] * weight);
        std::fill_n(tile.data() + place * lanes + static_cast<std::int64_t>(band * rows), rows, value);
      };
      for (std::int64_t i = 0; i < size; ++i) {
        if (order[static_cast<std::size_t>(i)] >= 0) put(i, order[static_cast<std::size_t>(i)]);
      }
      if (length % 2 == 0) put(size, length / 2);
    }
  }
}

std::int64_t BandTables::longest() const {
  if (long_rows) return long_rows->geometry.block;
  std::int64_t most = plan.hilbert_length;
  for (const auto& filter : lengths) most = std::max(most, filter->length);
  return most;
}

std::int64_t BandTables::bytes() const {
  std::int64_t sum = long_rows ? long_rows->bytes() : 0;
  for (const auto& filter : lengths) sum += static_cast<std::int64_t>(filter->box.size() * sizeof(float));
  for (const auto* pairs : {&pha, &amp}) {
    for (const BandPair& pair : *pairs) sum += pair.gain.bytes();
  }
  for (const auto* tiles : {&pha_tiles, &amp_tiles}) {
    for (const BandTile& tile : *tiles) sum += tile.gain.bytes();
  }
  return sum;
}

void plan_transforms(const Plan& plan) {
  const DirectTables direct(plan);
  if (LongGeometry::applies(plan)) return plan_long_transforms(LongGeometry(plan));
  const bool pairs = !BandTables::by_tiles(plan);
  for (const auto& [length, pad] : filter_lengths(plan)) {
    Fft(Transform::real_forward, length);
    if (pairs) Fft(Transform::complex_backward, length);
  }
  if (pairs && plan.hilbert == Hilbert::cropped) {
    Fft(Transform::complex_forward, plan.hilbert_length);
    Fft(Transform::complex_backward, plan.hilbert_length);
  }
}

}  // namespace pac::cpu
