// What a row's phases bring to its pairs of bands.
#include "model/cpu/phase_side.hpp"

#include <type_traits>

#include "model/cpu/row_layout.hpp"
#include "model/cpu/signal_filter.hpp"

namespace pac::cpu {

PhaseSide::PhaseSide(const Plan& plan) : time_(padded(plan.n_times)), n_bins_(plan.n_bins), phasors_(plan) {
  const std::int64_t n_pha = SignalFilter::padded_bands(plan);
  const auto take = [&](auto& array, std::int64_t count) {
    array = std::decay_t<decltype(array)>(count);
    bytes_ += array.bytes();
  };
  take(bins_, n_pha * time_);
  take(times_, n_pha * time_);
  take(jumps_, n_pha * time_);
  take(samples_, n_pha * n_bins_);
  take(weights_, n_pha * n_bins_);
  boundaries_.resize(static_cast<std::size_t>(n_pha));
  for (std::int64_t p = 0; p < n_pha; ++p) {
    Boundaries& b = boundaries_[static_cast<std::size_t>(p)];
    b.samples = samples_.data() + p * n_bins_;
    b.time = times_.data() + p * time_;
    b.jumps = jumps_.data() + p * time_;
  }
}

std::int64_t PhaseSide::predicted_bytes(const Plan& plan) {
  constexpr std::int64_t per_sample = 1 + 4 + 8;  // bins, times, jumps
  return SignalFilter::padded_bands(plan) * padded(plan.n_times) * per_sample + RowPhasors::predicted_bytes(plan);
}

void PhaseSide::describe(const LaneOps& ops, const Plan& plan, std::int64_t p) {
  Boundaries& b = boundaries_[static_cast<std::size_t>(p)];
  ops.boundaries(bins(p), plan.n_times, static_cast<int>(n_bins_), b);
  for (std::int64_t j = 0; j < n_bins_; ++j) {
    const bool as_mean = plan.bin_statistic == BinStatistic::mean;
    weights_[p * n_bins_ + j] = b.samples[j] == 0 ? 0.0F : as_mean ? 1.0F / static_cast<float>(b.samples[j]) : 1.0F;
  }
}

}  // namespace pac::cpu
