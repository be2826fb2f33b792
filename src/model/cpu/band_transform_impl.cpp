// Bodies of the band transform, compiled once per instruction set. The spectrum is read in whatever order the leaves
// want it, the last pass writes results in order of time.
#include "model/cpu/band_passes.hpp"
#include "model/cpu/band_stores.hpp"
#include "model/cpu/lane_set.hpp"

namespace pac::cpu::PAC_LANE_SET {
namespace {

/// What a transform works on. A signal without negative frequencies has its samples at even times given by the
/// transform of half the length of its spectrum, and those at odd times by that of the spectrum turned by exp(2 pi i f
/// / L).
struct Job {
  const BandTransform& plan;
  const float* spectrum;  ///< [size] complex, in the leaves' order, as order_spectrum makes it
  const float* gain;      ///< [size + 1][lane], likewise
  float nyquist;  ///< what stands beside the zero frequency: spectrum at L/2, times -1 for odd times; 0 where L is odd

  PAC_INLINE C input(std::int64_t i) const {
    const Floats g = *reinterpret_cast<const Floats*>(gain + i * lanes);
    return {g * spectrum[2 * i], g * spectrum[2 * i + 1]};
  }
  PAC_INLINE C with_nyquist(C x) const {
    x.re += *reinterpret_cast<const Floats*>(gain + plan.size * lanes) * nyquist;
    return x;
  }
};

/// The analytic signals of all lanes at the times [0, n_times), handed to put(t, value) in any order.
template <class Put>
void analytic_signals(const BandTransform& plan, const float* ordered, const float* gain, float* work,
                      std::int64_t n_times, Put put) {
  const auto wanted = [&](std::int64_t t, C value) {
    if (t < n_times) put(t, value);
  };
  if (plan.length % 2 != 0) {
    transform_once(Job{plan, ordered, gain, 0}, work, wanted);
    return;
  }
  const float* const turned = ordered + 2 * plan.size;
  const float nyquist = turned[2 * plan.size];
  transform_once(Job{plan, ordered, gain, nyquist}, work, [&](std::int64_t m, C value) { wanted(2 * m, value); });
  transform_once(Job{plan, turned, gain, -nyquist}, work, [&](std::int64_t m, C value) { wanted(2 * m + 1, value); });
}

/// Phase bins of all lanes, to bytes[time][16]; Same: the edges of both half planes are the same.
template <bool Same>
void store_bins(const BandTransform& plan, const float* ordered, const float* gain, float* work, std::int64_t n_times,
                const BinEdges& edges, std::uint8_t* bytes) {
  analytic_signals(plan, ordered, gain, work, n_times, [&](std::int64_t t, C z) {
    *reinterpret_cast<BytesUnaligned*>(bytes + lanes * t) = phase_bin<Same>(z, edges);
  });
}

}  // namespace

void order_spectrum(const BandTransform& plan, const float* spectrum, float* ordered) {
  const bool even = plan.length % 2 == 0;
  float* const turned = ordered + 2 * plan.size;
  for (std::int64_t i = 0; i < plan.size; ++i) {
    const std::int64_t f = plan.order[i];
    const float re = f < 0 ? 0.0F : spectrum[2 * f];
    const float im = f < 0 ? 0.0F : spectrum[2 * f + 1];
    ordered[2 * i] = re;
    ordered[2 * i + 1] = im;
    if (!even) continue;
    turned[2 * i] = re * plan.turn[2 * i] - im * plan.turn[2 * i + 1];
    turned[2 * i + 1] = re * plan.turn[2 * i + 1] + im * plan.turn[2 * i];
  }
  if (even) turned[2 * plan.size] = spectrum[plan.length];
}

void band_amplitudes(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                     std::int64_t n_times, float* a, double* sum) {
  for (int lane = 0; lane < n_lanes; lane += width) {
    Floats partial{};
    analytic_signals(plan, ordered, gain + lane, work, n_times, [&](std::int64_t t, C z) {
      const Floats value = square_root(z.re * z.re + z.im * z.im);
      *reinterpret_cast<Floats*>(a + lanes * t + lane) = value;
      partial += value;
    });
    for (int i = 0; i < width; ++i) sum[lane + i] = static_cast<double>(partial[i]);
  }
}

void band_phase_bins(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                     std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes, std::uint8_t* const* bins) {
  for (int lane = 0; lane < n_lanes; lane += width) {
    if (edges.lower_cot == edges.upper_cot) {
      store_bins<true>(plan, ordered, gain + lane, work, n_times, edges, bytes + lane);
    } else {
      store_bins<false>(plan, ordered, gain + lane, work, n_times, edges, bytes + lane);
    }
  }
  for (std::int64_t t = 0; t < n_times; t += 16) transpose_bytes(bytes + lanes * t, bins, t);
}

void band_phasors(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                  std::int64_t n_times, float* const* cosine, float* const* sine) {
  for (int lane = 0; lane < n_lanes; lane += width) {
    analytic_signals(plan, ordered, gain + lane, work, n_times,
                     [&](std::int64_t t, C z) { store_phasor(z, t, n_lanes - lane, cosine + lane, sine + lane); });
  }
}

}  // namespace pac::cpu::PAC_LANE_SET
