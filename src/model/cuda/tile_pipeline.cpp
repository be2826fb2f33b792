// Queues the stages of one tile of rows.
#include "model/cuda/tile_pipeline.hpp"

#include <cmath>
#include <limits>

#include "kernels/launch.hpp"
#include "model/cuda/cuda_check.hpp"

namespace pac::cuda {
namespace {

constexpr float nan = std::numeric_limits<float>::quiet_NaN();

std::uint32_t count32(std::int64_t n) { return static_cast<std::uint32_t>(n); }

cufftComplex* complex(kernels::Complex* p) { return reinterpret_cast<cufftComplex*>(p); }

/// Calls work.template operator()<Lanes, Staged>() for the grouping that a plan uses.
template <class Work>
void with_grouping(const Geometry& g, Work&& work) {
  if (!g.staged) return work.template operator()<8, false>();
  switch (g.lanes) {
    case 8:
      return work.template operator()<8, true>();
    case 4:
      return work.template operator()<4, true>();
    case 2:
      return work.template operator()<2, true>();
    default:
      return work.template operator()<1, true>();
  }
}

}  // namespace

struct TilePipeline::Side {
  const BandFamily& bands;
  const DeviceTables::Family& tables;
  const Transforms::Family& transforms;
  kernels::Complex* spectrum;
  bool phase;
};

template <class Body>
void TilePipeline::launch(const Body& body) const {
  check_launch(kernels::launch(body, stream_.get()));
}

TilePipeline::Side TilePipeline::side_of(bool phase) const {
  const Transforms& t = *prepared_.transforms;
  return phase ? Side{g_.pha, prepared_.tables.pha, t.pha, b_.spectrum[0], true}
               : Side{g_.amp, prepared_.tables.amp, t.amp, b_.spectrum[1], false};
}

kernels::CallbackInfo TilePipeline::callback_info(const BandFamily& bands) const {
  const bool phase = &bands == &g_.pha;
  const Side side = side_of(phase);
  void* const out = phase ? static_cast<void*>(b_.bins) : static_cast<void*>(b_.amplitudes);
  return kernels::CallbackInfo::of(side.spectrum, side.tables.gain, out, prepared_.tables.edges, count32(bands.length),
                                   count32(bands.n_bands), count32(plan_.n_times), count32(g_.stride));
}

void TilePipeline::queue(std::int64_t first, std::int64_t count, const StageClock& clock) const {
  clock.begin(stream_);
  {
    const ProfilerRange range(Stage::spectrum);
    spectrum(first, count);
    clock.finish(Stage::spectrum, stream_);
  }
  {
    const ProfilerRange range(Stage::analytic);
    analytic(side_of(true), count);
    analytic(side_of(false), count);
    clock.finish(Stage::analytic, stream_);
  }
  {
    const ProfilerRange range(Stage::bin_sums);
    bin_sums(first, count);
    clock.finish(Stage::bin_sums, stream_);
  }
  const ProfilerRange range(Stage::surrogates);
  if (plan_.n_perm > 0) surrogates(first, count);
  clock.finish(Stage::surrogates, stream_);
}

void TilePipeline::spectrum(std::int64_t first, std::int64_t count) const {
  for (const bool phase : {true, false}) {
    const Side side = side_of(phase);
    if (!side.transforms.forward) continue;  // the phase bands' spectra serve
    const kernels::RowScale* const scales = b_.scales + first;
    launch(kernels::LayCircle{b_.samples + first * plan_.extended(), scales, b_.circle, side.bands.length,
                              plan_.n_times, plan_.pad, side.bands.pad, count, g_.tile_rows});
    check(cufftExecR2C(side.transforms.forward->get(), b_.circle, complex(side.spectrum)), "transform rows");
    launch(kernels::AddMean{scales, side.tables.box, side.spectrum, side.bands.n_frequencies(), count});
  }
}

void TilePipeline::analytic(const Side& side, std::int64_t count) const {
  const BandFamily& bands = side.bands;
  const Transforms::Family& t = side.transforms;
  const std::int64_t n = g_.hilbert_length;
  cufftComplex* const filtered = complex(b_.filtered);
  if (prepared_.transforms->callbacks()) {
    check(cufftExecC2C(t.inverse.get(), filtered, filtered, CUFFT_INVERSE), "filter rows");
    return;
  }
  kernels::AnalyticView view{&b_.filtered->re, &b_.filtered->re, bands.length, bands.length, bands.n_units, g_.pairs};
  if (g_.pairs) {
    launch(kernels::ApplyPairGain{side.spectrum, side.tables.gain, b_.filtered, bands.length, bands.n_frequencies(),
                                  bands.n_units, g_.tile_rows});
    check(cufftExecC2C(t.inverse.get(), filtered, filtered, CUFFT_INVERSE), "filter rows");
    launch(kernels::ZeroTail{b_.filtered, bands.length, plan_.n_times, n, bands.n_units, g_.tile_rows});
    cufftComplex* const hilbert = complex(b_.hilbert);
    check(cufftExecC2C(t.hilbert_forward->get(), filtered, hilbert, CUFFT_FORWARD), "transform filtered rows");
    launch(kernels::HilbertTurn{b_.hilbert, n, bands.n_units, g_.tile_rows, 1.0F / static_cast<float>(n)});
    check(cufftExecC2C(t.hilbert_inverse->get(), hilbert, hilbert, CUFFT_INVERSE), "Hilbert-transform rows");
    view.imaginary = &b_.hilbert->re;
    view.imaginary_length = n;
  } else {
    launch(kernels::ApplyOneSidedGain{side.spectrum, side.tables.gain, b_.filtered, bands.length, bands.n_frequencies(),
                                      bands.n_bands, g_.tile_rows});
    check(cufftExecC2C(t.inverse.get(), filtered, filtered, CUFFT_INVERSE), "filter rows");
  }
  if (side.phase) {
    launch(kernels::ToBins{view, prepared_.tables.edges, b_.bins, g_.stride, plan_.n_times, bands.n_bands, count});
  } else {
    launch(kernels::ToAmplitudes{view, b_.amplitudes, g_.stride, plan_.n_times, bands.n_bands, count});
  }
}

kernels::PairData TilePipeline::pair_data(std::int64_t count) const {
  const bool means = plan_.bin_statistic == BinStatistic::mean;
  return {b_.lists,
          b_.prefix,
          b_.total,
          count32(plan_.n_times),
          count32(plan_.n_pha()),
          count32(plan_.n_amp()),
          count32(plan_.n_bins),
          count32(g_.n_groups),
          count32(count),
          static_cast<float>(means ? plan_.n_times : plan_.n_bins),
          static_cast<float>(std::log(static_cast<double>(plan_.n_bins)))};
}

void TilePipeline::bin_sums(std::int64_t first, std::int64_t count) const {
  launch(kernels::FindBoundaries{b_.bins, b_.lists, g_.stride, count32(plan_.n_times), count32(plan_.n_pha()),
                                 count32(plan_.n_bins), count32(count), plan_.bin_statistic == BinStatistic::mean});
  const std::int64_t at = first * plan_.pairs();
  const ResultArrays& r = b_.results;
  float* const distribution =
      r.amplitude_distribution == nullptr ? nullptr : r.amplitude_distribution + at * plan_.n_bins;
  with_grouping(g_, [&]<unsigned Lanes, bool Staged>() {
    launch(kernels::PrefixSums<Lanes>{b_.amplitudes, b_.prefix, b_.total, g_.stride, plan_.n_times,
                                      count32(plan_.n_amp()), count32(g_.n_groups), count32(count)});
    launch(kernels::BinSums<Lanes, Staged>{pair_data(count), b_.bin_sums});
  });
  launch(kernels::ModulationIndex{pair_data(count), b_.bin_sums, prepared_.tables.bin_cos, prepared_.tables.bin_sin,
                                  r.pac + at, r.preferred_phase + at, r.quality + at, distribution, nan,
                                  count32(g_.n_groups * g_.lanes)});
}

void TilePipeline::surrogates(std::int64_t first, std::int64_t count) const {
  constexpr std::int64_t wanted_blocks = 1024;  // enough for some turns on any chip
  const std::int64_t at = first * plan_.pairs();
  const ResultArrays& r = b_.results;
  float* const largest = r.surrogate_max == nullptr ? b_.largest : r.surrogate_max + first * plan_.n_perm;
  for (std::int64_t done = 0; done < plan_.n_perm; done += g_.most_shifts) {
    const std::int64_t n = std::min(g_.most_shifts, plan_.n_perm - done);
    with_grouping(g_, [&]<unsigned Lanes, bool Staged>() {
      using Sums = kernels::SurrogateSums<Lanes, Staged>;
      const std::int64_t tasks = plan_.n_pha() * kernels::ceil_div(n, Sums::Lane::slots);
      const std::int64_t fullest = kernels::ceil_div(tasks, Sums::most_threads / kernels::warp_size);
      const std::int64_t splits = std::clamp(wanted_blocks / (count * g_.n_groups), std::int64_t{1}, fullest);
      launch(Sums{pair_data(count), b_.shifts + first * plan_.n_perm, b_.surrogate_index, count32(plan_.n_perm),
                  count32(done), count32(n), count32(g_.most_shifts), count32(splits)});
    });
    launch(kernels::SurrogateMaxima{b_.surrogate_index, b_.permutation + first * plan_.n_perm, largest,
                                    count32(plan_.n_perm), count32(done), count32(n), count32(g_.most_shifts),
                                    count32(plan_.n_pha()), count32(plan_.n_amp()), count32(g_.n_groups * g_.lanes),
                                    count32(count), nan});
    launch(kernels::SurrogateStatistics{b_.surrogate_index,
                                        r.pac + at,
                                        b_.surrogate_sum,
                                        b_.surrogate_squares,
                                        b_.surrogate_count,
                                        r.pac_z + at,
                                        r.surrogate_mean + at,
                                        r.surrogate_std + at,
                                        r.exceed_count + at,
                                        r.p_value + at,
                                        count32(n),
                                        count32(g_.most_shifts),
                                        count32(plan_.n_pha()),
                                        count32(plan_.n_amp()),
                                        count32(g_.n_groups * g_.lanes),
                                        count32(count),
                                        count32(plan_.n_perm),
                                        done == 0,
                                        done + n == plan_.n_perm,
                                        nan});
  }
  const std::uint32_t pairs = count32(plan_.pairs());
  launch(kernels::RankPairs{r.pac + at, b_.surrogate_count, b_.pair_rank, pairs, count32(count)});
  launch(kernels::InferRow{r.pac + at, b_.surrogate_count, b_.pair_rank, largest, r.p_maxstat + at, r.q_fdr + at, pairs,
                           count32(plan_.n_perm), count32(count), nan});
}

}  // namespace pac::cuda
