// Bodies of the cropped transform: a row's spectrum through 16 real filters, cropped to the row, and its Hilbert
// transform on a circle of its own. Three transforms of half a real signal's length each, with even times in the real
// and odd times in the imaginary parts: the filtered signal's, back from its spectrum; forward; and the Hilbert
// transform's, back. Compiled once per instruction set.
#include "model/cpu/band_passes.hpp"
#include "model/cpu/band_stores.hpp"
#include "model/cpu/lane_set.hpp"

namespace pac::cpu::PAC_LANE_SET {
namespace {

/// A forward transform is an inverse one of numbers whose parts are exchanged, and so is its result.
C exchanged(C z) { return {z.im, z.re}; }

struct ForwardJob {
  const BandTransform& plan;
  const float* signal;  ///< [size][lane] complex, in order of time

  PAC_INLINE C input(std::int64_t i) const { return exchanged(load(signal + element * plan.order[i])); }
  PAC_INLINE C with_nyquist(C x) const { return x; }
};

/// With E and O the spectra of even and odd times and w = exp(2 pi i f / N), the Hilbert transform has -i O / w and -i
/// w E (both 0 at f = 0). Packed, with Z = E + i O: i sin(2 pi f / N) Z(f) + cos(2 pi f / N) conj(Z(N/2 - f)).
struct HilbertJob {
  const BandTransform& plan;
  const float* exchanged_spectrum;  ///< [size][lane] complex
  const float* kernel;              ///< [size] (cos, sin), scaled, in the leaves' order; 0 for f = 0

  PAC_INLINE C input(std::int64_t i) const {
    const std::int64_t f = plan.order[i];
    const C z = load(exchanged_spectrum + element * f);
    const C mirrored = load(exchanged_spectrum + element * (f == 0 ? 0 : plan.size - f));
    const float c = kernel[2 * i];
    const float s = kernel[2 * i + 1];
    return {mirrored.im * c - z.re * s, z.im * s - mirrored.re * c};
  }
  PAC_INLINE C with_nyquist(C x) const { return x; }
};

/// Where a cropped transform's numbers lie in its work.
struct Places {
  float* signal;    ///< [size][lane], pairs of times
  float* spectrum;  ///< [size][lane]
  float* scratch;

  Places(const CroppedTransform& plan, float* work)
      : signal(work), spectrum(signal + element * plan.hilbert.size), scratch(spectrum + element * plan.hilbert.size) {}
};

/// Filtered signals, cropped to n_times, and their (exchanged) spectra.
template <class Rows>
[[gnu::noinline]] void filter_and_crop(const CroppedTransform& plan, Rows ordered, const float* gain,
                                       std::int64_t n_times, const Places& places) {
  const std::int64_t size = plan.hilbert.size;
  const std::int64_t n_pairs = (n_times + 1) / 2;
  float* const signal = places.signal;
  const HalvesJob<Rows> filter{plan.filter, ordered, from(ordered, 2 * plan.filter.size), gain};
  transform_once<true>(filter, places.scratch, [&](std::int64_t m, C value) {
    if (m < n_pairs) store(signal + element * m, value);
  });
  for (std::int64_t m = n_pairs; m < size; ++m) store(signal + element * m, C{});
  if (n_times % 2 != 0) {
    float* const last = signal + element * (n_pairs - 1);
    store(last, C{load(last).re, Floats{}});
  }
  transform(ForwardJob{plan.hilbert, signal}, plan.hilbert.n_passes - 1, places.spectrum, size, 0);
}

/// Filtered signals y and their Hilbert transforms h, handed to put(time, y + i h) in order of pairs of times.
template <bool Fused, class Rows, class Put>
void cropped_signals(const CroppedTransform& plan, Rows ordered, const float* gain, float* work, std::int64_t n_times,
                     Put put) {
  const Places places(plan, work);
  filter_and_crop(plan, ordered, gain, n_times, places);
  const std::int64_t n_pairs = (n_times + 1) / 2;
  const HilbertJob job{plan.hilbert, places.spectrum, plan.kernel};
  transform_once<Fused>(job, places.scratch, [n_pairs, n_times, signal = places.signal, put](std::int64_t m, C h) {
    if (m >= n_pairs) return;
    const C y = load(signal + element * m);
    put(2 * m, C{y.re, h.re});
    if (2 * m + 1 < n_times) put(2 * m + 1, C{y.im, h.im});
  });
}

}  // namespace

void order_real_spectrum(const BandTransform& plan, const float* spectrum, float* ordered) {
  float* const high = ordered + 2 * plan.size;
  for (std::int64_t i = 0; i < plan.size; ++i) {
    const std::int64_t f = plan.order[i];
    const std::int64_t m = plan.size - f;
    // Even times want S(f) + S(f + L/2), odd times their difference times e = exp(2 pi i f / L): together low = S(f) (1
    // + i e), high = conj(S(L/2 - f)) (1 - i e).
    const float c = plan.turn[2 * i];
    const float s = plan.turn[2 * i + 1];
    const float low_re = spectrum[2 * f];
    const float low_im = spectrum[2 * f + 1];
    const float high_re = spectrum[2 * m];
    const float high_im = -spectrum[2 * m + 1];
    ordered[2 * i] = low_re * (1 - s) - low_im * c;
    ordered[2 * i + 1] = low_re * c + low_im * (1 - s);
    high[2 * i] = high_re * (1 + s) + high_im * c;
    high[2 * i + 1] = high_im * (1 + s) - high_re * c;
  }
}

void cropped_amplitudes(const CroppedTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                        std::int64_t n_times, float* a, double* sum) {
  store_amplitudes(
      [&]<bool Fused>(int lane, auto put) {
        cropped_signals<Fused>(plan, OneRow{ordered}, gain + lane, work, n_times, put);
      },
      n_lanes, n_times, a, sum);
}

void cropped_phase_bins(const CroppedTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                        std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes, std::uint8_t* const* bins) {
  store_phase_bins(
      [&]<bool Fused>(int lane, auto put) {
        cropped_signals<Fused>(plan, OneRow{ordered}, gain + lane, work, n_times, put);
      },
      n_lanes, n_times, edges, bytes, bins);
}

void cropped_phasors(const CroppedTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                     std::int64_t n_times, float* const* cosine, float* const* sine) {
  store_phasors(
      [&]<bool Fused>(int lane, auto put) {
        cropped_signals<Fused>(plan, OneRow{ordered}, gain + lane, work, n_times, put);
      },
      n_lanes, cosine, sine);
}

#if !defined(PAC_LANE_WIDTH)
void mixed_cropped_phase_bins(const CroppedTransform& plan, const float* mixed, const float* gain, int n_lanes,
                              float* work, std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes,
                              std::uint8_t* const* bins) {
  store_phase_bins(
      [&]<bool Fused>(int lane, auto put) {
        cropped_signals<Fused>(plan, MixedRows{mixed}, gain + lane, work, n_times, put);
      },
      n_lanes, n_times, edges, bytes, bins);
}
#endif

}  // namespace pac::cpu::PAC_LANE_SET
