// One row from samples to results, by a team of one or more threads.
#include "model/cpu/row_worker.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>
#include <utility>

namespace pac::cpu {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();
constexpr std::int64_t pairs_per_tile = lanes / 2;

std::int64_t padded(std::int64_t n_times) { return (n_times + 63) / 64 * 64; }

class StageClock {
 public:
  explicit StageClock(StageSeconds& seconds) : seconds_(seconds) {}
  void finish(Stage stage) {
    const auto now = std::chrono::steady_clock::now();
    seconds_[static_cast<std::size_t>(stage)] += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }
  void restart() { last_ = std::chrono::steady_clock::now(); }

 private:
  StageSeconds& seconds_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// The power of two that brings the largest magnitude of a row near 1: results do not depend on it, squares stay in range.
float scale_of(std::span<const float> row, double mean) {
  float largest = static_cast<float>(std::abs(mean));
  for (const float x : row) largest = std::max(largest, std::abs(x));
  if (!(largest > 0)) return 1;
  int exponent = 0;
  std::frexp(largest, &exponent);
  return std::ldexp(1.0F, std::clamp(-exponent, -126, 126));
}

}  // namespace

RowWorker::RowWorker(const BandTables& tables, int members)
    : tables_(tables), ops_(lane_ops()), members_(members), barrier_(members) {
  const Plan& plan = tables.plan;
  const std::int64_t time = padded(plan.n_times);
  const std::int64_t n_pha = plan.n_pha() + plan.n_pha() % 2;
  const bool surrogate = plan.n_perm > 0;
  const auto take = [&](auto& array, std::int64_t count) {
    array = std::decay_t<decltype(array)>(count);
    bytes_ += array.bytes();
  };
  for (int m = 0; m < members; ++m) {
    Member& own = member_.emplace_back();
    for (auto* buffer : {&own.a, &own.b, &own.c}) take(*buffer, 2 * (tables.longest() + 64));
    take(own.sums, shift_group * plan.n_bins * lanes);
    take(own.p, plan.n_bins * lanes);
  }
  for (const auto& filter : tables.lengths) take(spectra_.emplace_back(), 2 * (filter->length / 2 + 1));
  take(bins_, n_pha * time);
  take(times_, n_pha * time);
  take(left_bins_, n_pha * time);
  take(jumps_, n_pha * time);
  take(weights_, n_pha * plan.n_bins);
  if (surrogate) take(sorted_, n_pha * time);
  if (surrogate) take(starts_, n_pha * (plan.n_bins + 1));
  take(amplitudes_, pairs_per_tile * 2 * time);
  take(silence_, 2 * time);
  std::fill_n(silence_.data(), 2 * time, 0.0F);
  take(prefix_, (surrogate ? 2 * plan.n_times + 64 : time) * lanes);
  boundaries_.resize(static_cast<std::size_t>(n_pha));
  empty_bin_.resize(static_cast<std::size_t>(n_pha));
  for (std::int64_t p = 0; p < n_pha; ++p) {
    Boundaries& b = boundaries_[static_cast<std::size_t>(p)];
    b.time = times_.data() + p * time;
    b.bin = left_bins_.data() + p * time;
    b.jumps = jumps_.data() + p * time;
    b.sorted = surrogate ? sorted_.data() + p * time : nullptr;
    b.start = surrogate ? starts_.data() + p * (plan.n_bins + 1) : nullptr;
  }
}

std::int64_t RowWorker::predicted_bytes(const Plan& plan, std::int64_t longest, int members) {
  const std::int64_t time = padded(plan.n_times);
  const std::int64_t n_pha = plan.n_pha() + plan.n_pha() % 2;
  const bool surrogate = plan.n_perm > 0;
  const std::int64_t per_member = 3 * 8 * (longest + 64) + plan.n_bins * lanes * 4 * (shift_group + 1);
  const std::int64_t per_sample = n_pha * (1 + 4 + 1 + 8 + (surrogate ? 4 : 0)) + 8 * (pairs_per_tile + 1) + 4 * lanes;
  return members * per_member + time * per_sample + (surrogate ? plan.n_times * 4 * lanes : 0) + 3 * 4 * (longest + 2);
}

const float* RowWorker::spectrum_of(const FilterLength& filter) const {
  const auto same = [&](const auto& candidate) { return candidate.get() == &filter; };
  const auto found = std::find_if(tables_.lengths.begin(), tables_.lengths.end(), same);
  return spectra_[static_cast<std::size_t>(found - tables_.lengths.begin())].data();
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
  for (std::int64_t i = 0; i < 2 * (filter.length / 2 + 1); ++i) spectrum[i] += offset * filter.box[i];
}

RowWorker::Signals RowWorker::analytic(const BandPair& pair, Member& own) const {
  const FilterLength& filter = *pair.filter;
  float* const a = own.a.data();
  float* const b = own.b.data();
  float* const c = own.c.data();
  ops_.apply_gain(spectrum_of(filter), pair.gain.data(), filter.length, a);
  if (tables_.plan.hilbert == Hilbert::extended) {
    filter.backward(a, b);
    ops_.hilbert(a, a, filter.length, 1.0F);
    filter.backward(a, c);
    return {b, c};
  }
  const std::int64_t n = tables_.plan.hilbert_length;
  filter.backward(a, b);
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

void RowWorker::amplitude_pair(std::int64_t tile, std::int64_t k, Member& own) {
  const auto [y, h] = analytic(tables_.amp[static_cast<std::size_t>(tile * pairs_per_tile + k)], own);
  ops_.amplitude(y, h, tables_.plan.n_times, amplitudes_.data() + k * 2 * padded(tables_.plan.n_times),
                 amplitude_sum_.data() + 2 * k);
}

void RowWorker::make_prefix(std::int64_t tile) {
  // Integers as large as the row's sum allows: it stays below 2^31, so that sums of any samples do, and a second turn below 2^32.
  const std::int64_t n_times = tables_.plan.n_times;
  const double ceiling = (2147483647.0 - static_cast<double>(n_times)) * (1 - 1e-6);
  const float* a[pairs_per_tile];
  alignas(64) std::array<float, lanes> scale{};
  for (std::int64_t k = 0; k < pairs_per_tile; ++k) {
    const std::int64_t pair = tile * pairs_per_tile + k;
    const bool present = pair < static_cast<std::int64_t>(tables_.amp.size());
    a[k] = present ? amplitudes_.data() + k * 2 * padded(n_times) : silence_.data();
    for (std::int64_t part = 0; part < 2; ++part) {
      const double sum = amplitude_sum_[static_cast<std::size_t>(2 * k + part)];
      const bool audible = present && 2 * pair + part < tables_.plan.n_amp() && sum > 0;
      scale[static_cast<std::size_t>(2 * k + part)] = audible ? static_cast<float>(ceiling / sum) : 0.0F;
    }
  }
  ops_.prefix_sums(a, scale.data(), n_times, tables_.plan.n_perm > 0, prefix_.data(), total_.data());
}

void RowWorker::observed(std::int64_t p, std::int64_t tile, Comodulogram& result, std::int64_t row, const float* index,
                         const Member& own) const {
  const Plan& plan = tables_.plan;
  const std::int64_t n_amp = std::min<std::int64_t>(lanes, plan.n_amp() - tile * lanes);
  const std::int64_t base = (row * plan.n_pha() + p) * plan.n_amp() + tile * lanes;
  for (std::int64_t lane = 0; lane < n_amp; ++lane) {
    float x = 0;
    float y = 0;
    for (std::int64_t j = 0; j < plan.n_bins; ++j) {
      x += own.p[j * lanes + lane] * tables_.bin_cos[static_cast<std::size_t>(j)];
      y += own.p[j * lanes + lane] * tables_.bin_sin[static_cast<std::size_t>(j)];
    }
    const auto at = static_cast<std::size_t>(base + lane);
    const bool undefined = std::isnan(index[lane]);
    const auto quality = undefined ? Quality::undefined
                         : empty_bin_[static_cast<std::size_t>(p)] != 0 ? Quality::empty_phase_bin
                                                                        : Quality::good;
    result.pac[at] = index[lane];
    result.preferred_phase[at] = undefined ? nan : std::atan2(y, x);
    result.quality[at] = static_cast<std::uint8_t>(quality);
    for (std::int64_t j = 0; plan.distributions && j < plan.n_bins; ++j) {
      result.amplitude_distribution[at * static_cast<std::size_t>(plan.n_bins) + static_cast<std::size_t>(j)] =
          own.p[j * lanes + lane];
    }
  }
}

void RowWorker::surrogates(std::int64_t p, std::int64_t tile, const std::vector<std::int64_t>& shifts,
                           const float* observed_index, Comodulogram& result, std::int64_t row, Member& own) const {
  const Plan& plan = tables_.plan;
  const Boundaries& b = boundaries_[static_cast<std::size_t>(p)];
  const float* const weight = weights_.data() + p * plan.n_bins;
  alignas(64) std::array<double, lanes> sum{};
  alignas(64) std::array<double, lanes> squares{};
  alignas(64) std::array<std::uint32_t, lanes> count{};
  alignas(64) std::array<float, lanes> index{};
  for (std::size_t k = 0; k < shifts.size(); k += shift_group) {
    const std::size_t used = std::min<std::size_t>(shift_group, shifts.size() - k);
    std::array<std::int64_t, shift_group> group;
    group.fill(shifts[k]);
    std::copy_n(shifts.begin() + static_cast<std::ptrdiff_t>(k), used, group.begin());
    ops_.shifted_bin_sums(prefix_.data(), total_.data(), b, static_cast<int>(plan.n_bins), group.data(),
                          own.sums.data());
    for (std::size_t g = 0; g < used; ++g) {
      ops_.modulation_index(own.sums.data() + static_cast<std::int64_t>(g) * plan.n_bins * lanes, weight,
                            static_cast<int>(plan.n_bins), index.data(), nullptr);
      ops_.accumulate(index.data(), observed_index, sum.data(), squares.data(), count.data());
    }
  }
  const std::int64_t n_amp = std::min<std::int64_t>(lanes, plan.n_amp() - tile * lanes);
  const std::int64_t base = (row * plan.n_pha() + p) * plan.n_amp() + tile * lanes;
  const auto n_perm = static_cast<double>(plan.n_perm);
  for (std::int64_t lane = 0; lane < n_amp; ++lane) {
    const auto i = static_cast<std::size_t>(lane);
    const auto at = static_cast<std::size_t>(base + lane);
    const double mean = sum[i] / n_perm;
    const double deviation = std::sqrt(std::max(0.0, squares[i] / n_perm - mean * mean));
    const bool undefined = std::isnan(observed_index[lane]);
    result.surrogate_mean[at] = undefined ? nan : static_cast<float>(mean);
    result.surrogate_std[at] = undefined ? nan : static_cast<float>(deviation);
    result.pac_z[at] = undefined || !(deviation > 0)
                           ? nan
                           : static_cast<float>((static_cast<double>(observed_index[lane]) - mean) / deviation);
    result.p_value[at] = undefined ? nan : static_cast<float>((1.0 + count[i]) / (1.0 + n_perm));
  }
}

void RowWorker::pairs_of_phase(std::int64_t p, std::int64_t tile, const std::vector<std::int64_t>& shifts,
                               Comodulogram& result, std::int64_t row, Member& own) {
  const auto n_bins = static_cast<int>(tables_.plan.n_bins);
  alignas(64) std::array<float, lanes> index{};
  StageClock clock(own.seconds);
  ops_.bin_sums(prefix_.data(), total_.data(), boundaries_[static_cast<std::size_t>(p)], n_bins, own.sums.data());
  ops_.modulation_index(own.sums.data(), weights_.data() + p * n_bins, n_bins, index.data(), own.p.data());
  observed(p, tile, result, row, index.data(), own);
  clock.finish(Stage::bin_sums);
  if (shifts.empty()) return;
  surrogates(p, tile, shifts, index.data(), result, row, own);
  clock.finish(Stage::surrogates);
}

void RowWorker::compute(const RowBlock& rows, std::int64_t i, Comodulogram& result, int member) {
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
  });
  barrier_.wait();
  clock.finish(Stage::spectrum);

  shared_out(static_cast<std::int64_t>(tables_.pha.size()), [&](std::int64_t pair) { phase_pair(pair, own); });
  barrier_.wait();
  clock.finish(Stage::analytic);

  shared_out(plan.n_pha(), [&](std::int64_t p) {
    const std::uint8_t* const bins = bins_.data() + p * padded(plan.n_times);
    const auto n_bins = static_cast<int>(plan.n_bins);
    ops_.boundaries(bins, plan.n_times, n_bins, boundaries_[static_cast<std::size_t>(p)]);
    std::array<std::uint32_t, 256> samples{};
    for (std::int64_t t = 0; t < plan.n_times; ++t) ++samples[bins[t]];
    empty_bin_[static_cast<std::size_t>(p)] = 0;
    for (int j = 0; j < n_bins; ++j) {
      const std::uint32_t n = samples[static_cast<std::size_t>(j)];
      if (n == 0) empty_bin_[static_cast<std::size_t>(p)] = 1;
      const float mean_weight = n == 0 ? 0.0F : 1.0F / static_cast<float>(n);
      weights_[p * n_bins + j] = plan.bin_statistic == BinStatistic::mean ? mean_weight : 1.0F;
    }
  });
  clock.finish(Stage::bin_sums);

  for (std::int64_t tile = 0; tile < tables_.n_tiles(); ++tile) {
    const auto n_pairs = std::min<std::int64_t>(pairs_per_tile, static_cast<std::int64_t>(tables_.amp.size()) - tile * pairs_per_tile);
    shared_out(n_pairs, [&](std::int64_t k) { amplitude_pair(tile, k, own); });
    barrier_.wait();
    clock.finish(Stage::analytic);
    if (member == 0) make_prefix(tile);
    barrier_.wait();
    clock.finish(Stage::bin_sums);
    shared_out(plan.n_pha(), [&](std::int64_t p) { pairs_of_phase(p, tile, shifts, result, i, own); });
    clock.restart();
  }
}

StageSeconds RowWorker::take_seconds(int member) {
  return std::exchange(member_[static_cast<std::size_t>(member)].seconds, StageSeconds{});
}

}  // namespace pac::cpu
