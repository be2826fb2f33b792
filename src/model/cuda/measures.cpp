// TilePipeline's second half: values of all measures and their surrogates' statistics.
#include <algorithm>

#include "model/cuda/grouping.hpp"
#include "model/cuda/tile_pipeline.hpp"

namespace pac::cuda {

float* TilePipeline::modulation_index(std::int64_t at) const {
  for (const MeasureArrays& maps : b_.results.measures) {
    if (maps.measure == Measure::mi) return maps.pac.data() + at;
  }
  return b_.modulation_index;
}

void TilePipeline::other_measures(std::int64_t first, std::int64_t count) const {
  if (g_.vectors) {
    launch(kernels::AmplitudeMoments{b_.amplitudes, b_.moments, g_.stride, plan_.n_times, count32(plan_.n_amp()),
                                     count32(count)});
    launch(kernels::PhasorSums{b_.phasors, b_.phasor_sums, g_.stride, plan_.n_times, count32(plan_.n_pha()),
                               count32(count)});
  }
  for (const MeasureArrays& maps : b_.results.measures) {
    float* const values = maps.pac.data() + first * plan_.pairs();
    if (maps.measure == Measure::mi) continue;
    if (maps.measure == Measure::hr) {
      launch(kernels::HeightsRatio{pair_data(count), b_.bin_sums, values, padded_amp()});
    } else {
      Shifts observed;
      observed.padded_amp = plan_.n_amp();
      vector_sums(maps.measure, first, count, observed, values);
    }
  }
}

void TilePipeline::vector_sums(Measure measure, std::int64_t first, std::int64_t count, const Shifts& s,
                               float* out) const {
  const std::uint8_t* const quality = b_.results.quality + first * plan_.pairs();
  const auto sums = [&]<bool Staged, class Value>(const Value* values) {
    launch(kernels::VectorSums<Staged, Value>{b_.phasors,
                                              values,
                                              quality,
                                              b_.scales + first,
                                              b_.moments,
                                              b_.phasor_sums,
                                              s.shifts,
                                              measure == Measure::mvl ? out : nullptr,
                                              measure == Measure::ndpac ? out : nullptr,
                                              measure == Measure::plv ? out : nullptr,
                                              g_.stride,
                                              count32(plan_.n_times),
                                              count32(plan_.n_pha()),
                                              count32(plan_.n_amp()),
                                              count32(s.padded_amp),
                                              count32(count),
                                              count32(plan_.n_perm),
                                              count32(s.done),
                                              count32(s.count),
                                              count32(s.extent),
                                              nan});
  };
  const auto of = [&]<class Value>(const Value* values) {
    return g_.vectors_staged ? sums.template operator()<true>(values) : sums.template operator()<false>(values);
  };
  return measure == Measure::plv ? of(b_.amp_phasors) : of(b_.amplitudes);
}

void TilePipeline::shifted_bins(Measure measure, std::int64_t first, std::int64_t count, const Shifts& s) const {
  constexpr std::int64_t wanted_blocks = 1024;  // enough for some turns on any chip
  with_grouping(g_, [&]<unsigned Lanes, bool Staged>() {
    const auto sums = [&]<class Summary>(Summary) {
      using Sums = kernels::SurrogateSums<Lanes, Staged, Summary>;
      const std::int64_t tasks = plan_.n_pha() * kernels::ceil_div(s.count, Sums::Lane::slots);
      const std::int64_t fullest = kernels::ceil_div(tasks, Sums::most_threads / kernels::warp_size);
      const std::int64_t splits = std::clamp(wanted_blocks / (count * g_.n_groups), std::int64_t{1}, fullest);
      launch(Sums{pair_data(count), b_.shifts + first * plan_.n_perm, b_.surrogate_index, count32(plan_.n_perm),
                  count32(s.done), count32(s.count), count32(g_.most_shifts), count32(splits)});
    };
    return measure == Measure::hr ? sums(kernels::HeightSum{}) : sums(kernels::IndexSum{});
  });
}

void TilePipeline::surrogates(std::int64_t first, std::int64_t count) const {
  for (const MeasureArrays& maps : b_.results.measures) surrogates_of(maps, first, count);
}

void TilePipeline::surrogates_of(const MeasureArrays& maps, std::int64_t first, std::int64_t count) const {
  const std::int64_t at = first * plan_.pairs();
  const float* const observed = maps.pac.data() + at;
  float* const largest = maps.surrogate_max.empty() ? b_.largest : maps.surrogate_max.data() + first * plan_.n_perm;
  for (std::int64_t done = 0; done < plan_.n_perm; done += g_.most_shifts) {
    const std::int64_t n = std::min(g_.most_shifts, plan_.n_perm - done);
    const Shifts shifts{b_.shifts + first * plan_.n_perm, done, n, g_.most_shifts, padded_amp()};
    if (is_binned(maps.measure)) {
      shifted_bins(maps.measure, first, count, shifts);
    } else {
      vector_sums(maps.measure, first, count, shifts, b_.surrogate_index);
    }
    launch(kernels::SurrogateMaxima{b_.surrogate_index, b_.permutation + first * plan_.n_perm, largest,
                                    count32(plan_.n_perm), count32(done), count32(n), count32(g_.most_shifts),
                                    count32(plan_.n_pha()), count32(plan_.n_amp()), padded_amp(), count32(count), nan});
    launch(kernels::SurrogateStatistics{b_.surrogate_index,
                                        observed,
                                        b_.surrogate_sum,
                                        b_.surrogate_squares,
                                        b_.surrogate_count,
                                        maps.pac_z.data() + at,
                                        maps.surrogate_mean.data() + at,
                                        maps.surrogate_std.data() + at,
                                        maps.exceed_count.data() + at,
                                        maps.p_value.data() + at,
                                        count32(n),
                                        count32(g_.most_shifts),
                                        count32(plan_.n_pha()),
                                        count32(plan_.n_amp()),
                                        padded_amp(),
                                        count32(count),
                                        count32(plan_.n_perm),
                                        done == 0,
                                        done + n == plan_.n_perm,
                                        nan});
  }
  launch(kernels::InferRow{observed, b_.surrogate_count, largest, b_.tally, b_.rate, maps.p_maxstat.data() + at,
                           maps.q_fdr.data() + at, count32(plan_.pairs()), count32(plan_.n_perm), count32(count), nan});
}

}  // namespace pac::cuda
