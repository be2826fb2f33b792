// Queues the stages of one tile of rows.
#include "model/cuda/tile_pipeline.hpp"

#include <cmath>

#include "model/cuda/grouping.hpp"

namespace pac::cuda {
namespace {

cufftComplex* complex(kernels::Complex* p) { return reinterpret_cast<cufftComplex*>(p); }

}  // namespace

struct TilePipeline::Side {
  const BandFamily& bands;
  const DeviceTables::Family& tables;
  const Transforms::Family& transforms;
  kernels::Complex* spectrum;
  bool phase;
};

TilePipeline::Side TilePipeline::side_of(bool phase) const {
  const Transforms& t = *prepared_.transforms;
  return phase ? Side{g_.pha, prepared_.tables.pha, t.pha, b_.spectrum[0], true}
               : Side{g_.amp, prepared_.tables.amp, t.amp, b_.spectrum[1], false};
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
  if (g_.fused) {
    launch(kernels::BandSignals{
        side.spectrum, side.tables.gain, side.tables.filter, prepared_.tables.hilbert, prepared_.tables.edges,
        side.phase ? b_.bins : nullptr, side.phase ? nullptr : b_.amplitudes, g_.stride, count32(bands.n_frequencies()),
        count32(plan_.n_times), count32(bands.n_bands), count32(bands.n_units), count32(count)});
    return;
  }
  cufftComplex* const filtered = complex(b_.filtered);
  kernels::AnalyticView view{&b_.filtered->re, &b_.filtered->re, bands.length, bands.length, bands.n_units, g_.pairs};
  if (g_.pairs) {
    launch(kernels::ApplyPairGain{side.spectrum, side.tables.gain, b_.filtered, bands.length, bands.n_frequencies(),
                                  bands.n_units, g_.tile_rows});
    check(cufftExecC2C(t.inverse->get(), filtered, filtered, CUFFT_INVERSE), "filter rows");
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
    check(cufftExecC2C(t.inverse->get(), filtered, filtered, CUFFT_INVERSE), "filter rows");
  }
  if (side.phase) {
    launch(kernels::ToBins{view, prepared_.tables.edges, b_.bins, g_.stride, plan_.n_times, bands.n_bands, count});
    if (g_.vectors) launch(kernels::ToPhasors{view, b_.phasors, g_.stride, plan_.n_times, bands.n_bands, count});
  } else {
    launch(kernels::ToAmplitudes{view, b_.amplitudes, g_.stride, plan_.n_times, bands.n_bands, count});
    if (g_.envelope_length > 0) envelopes(count);
  }
}

void TilePipeline::envelopes(std::int64_t count) const {
  const std::int64_t n = g_.envelope_length;
  const std::int64_t pairs = g_.amp_pairs();
  launch(
      kernels::PackPairs{b_.amplitudes, b_.filtered, g_.stride, plan_.n_times, n, plan_.n_amp(), count, g_.tile_rows});
  cufftComplex* const turned = complex(b_.hilbert);
  const FftPlan& transform = *prepared_.transforms->envelope;
  check(cufftExecC2C(transform.get(), complex(b_.filtered), turned, CUFFT_FORWARD), "transform amplitudes");
  launch(kernels::HilbertTurn{b_.hilbert, n, pairs, g_.tile_rows, 1.0F / static_cast<float>(n)});
  check(cufftExecC2C(transform.get(), turned, turned, CUFFT_INVERSE), "Hilbert-transform amplitudes");
  const kernels::AnalyticView view{&b_.filtered->re, &b_.hilbert->re, n, n, pairs, true};
  launch(kernels::ToPhasors{view, b_.amp_phasors, g_.stride, plan_.n_times, plan_.n_amp(), count});
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
  float* const distribution = rows_of(r.amplitude_distribution, at * plan_.n_bins);
  with_grouping(g_, [&]<unsigned Lanes, bool Staged>() {
    launch(kernels::PrefixSums<Lanes>{b_.amplitudes, b_.prefix, b_.total, g_.stride, plan_.n_times,
                                      count32(plan_.n_amp()), count32(g_.n_groups), count32(count)});
    launch(kernels::BinSums<Lanes, Staged>{pair_data(count), b_.bin_sums});
  });
  launch(kernels::ModulationIndex{pair_data(count), b_.bin_sums, prepared_.tables.bin_cos, prepared_.tables.bin_sin,
                                  modulation_index(at), r.preferred_phase.data() + at, r.quality + at, distribution,
                                  nan, padded_amp()});
  other_measures(first, count);
}

}  // namespace pac::cuda
