// The least time of each stage on a GPU.
//
// Bytes and operations of one row that no way of doing this pipeline avoids, whatever its tiles and kernels; what
// stages pass to each other counts as written once and read once. T samples, pad on each side, P phase and A amplitude
// bands, F = L / 2 + 1 frequencies of a spectrum (one with `extended`, one per family of bands with `cropped`),
// N length of the Hilbert transform, K surrogates:
//
//   stage       bytes moved                                  operations
//   spectrum    4 (T + 2 pad) + 8 F a spectrum               2.5 L log2 L a spectrum
//   analytic    8 F a spectrum + P T (bins) + 4 A T          extended: 5 L log2 L a band; cropped: 5 (L log2 L +
//               (amplitudes)                                 2 N log2 N) for two bands
//   bin_sums    P T + 4 A T + 9 P A (index, preferred        A words from shared memory a boundary
//               phase, quality) + 4 P A n_bins if stored
//   surrogates  4 A T (prefix sums) + 28 P A (seven maps)     K A words from shared memory a boundary
//
// 5 n log2 n operations is what a complex transform of length n is counted as by convention (FFTW, cuFFT); a real one
// counts half. A phase of centre frequency f crosses n_bins edges a turn: n_bins f T / fs boundaries are expected, at
// most one a sample. A boundary needs one prefix sum of every amplitude band and surrogate, one word of 4 bytes.
#include "model/cuda/floors.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

#include <cuda_runtime_api.h>

#include "model/cuda/cuda_check.hpp"
#include "model/cuda/handles.hpp"

namespace pac::cuda {
namespace {

constexpr double word = 4;           // bytes: float, prefix sum
constexpr double complex = 8;        // bytes
constexpr double pair_bytes = 9;     // modulation index, preferred phase, quality
constexpr double pair_maps = 7;      // of surrogates: mean, standard deviation, z, count, p, maxstat, fdr
constexpr double shared_lanes = 32;  // words a multiprocessor reads from shared memory in a clock

double number(std::int64_t n) { return static_cast<double>(n); }

double transform_operations(std::int64_t length) {
  return 5 * number(length) * std::log2(number(std::max<std::int64_t>(length, 1)));
}

/// Lanes of a multiprocessor that multiply and add in single precision (CUDA C++ Programming Guide, arithmetic
/// instructions): 64 in compute capability 8.0, 128 in later ones.
double float_lanes(const Device& device) {
  return device.capability_major == 8 && device.capability_minor == 0 ? 64 : 128;
}

/// Seconds of a copy of so many bytes within the device: the median of some, after one that is not counted.
double copy_s(std::int64_t bytes) {
  constexpr int copies = 7;
  const DeviceMemory from(bytes);
  const DeviceMemory to(bytes);
  const Stream stream;
  const Event begin(Event::Timing::on);
  const Event end(Event::Timing::on);
  check(cudaMemsetAsync(from.as(), 0, static_cast<std::size_t>(bytes), stream.get()), "fill memory");
  std::vector<double> seconds;
  for (int i = 0; i <= copies; ++i) {
    begin.record(stream);
    check(cudaMemcpyAsync(to.as(), from.as(), static_cast<std::size_t>(bytes), cudaMemcpyDeviceToDevice, stream.get()),
          "copy within the device");
    end.record(stream);
    end.synchronize();
    if (i > 0) seconds.push_back(end.seconds_since(begin));
  }
  std::nth_element(seconds.begin(), seconds.begin() + copies / 2, seconds.end());
  return seconds[copies / 2];
}

}  // namespace

Peaks peaks_of(const Device& device, double clock_hz, double copy_bytes_per_s) {
  const double clocks = device.multiprocessors * clock_hz;
  return {copy_bytes_per_s, clocks * float_lanes(device) * 2, clocks * shared_lanes};
}

std::optional<Peaks> measure_peaks(const Device& device) {
  constexpr std::int64_t most = std::int64_t{1} << 30;
  const std::int64_t bytes = std::min(most, free_device_bytes() / 4) / 4096 * 4096;
  if (bytes < 2 * device.l2_bytes || bytes == 0) return std::nullopt;
  int clock_khz = 0;
  check(cudaDeviceGetAttribute(&clock_khz, cudaDevAttrClockRate, device.index), "ask for the device's clock");
  const double seconds = copy_s(bytes);
  if (seconds <= 0 || clock_khz <= 0) return std::nullopt;
  return peaks_of(device, 1e3 * clock_khz, 2 * number(bytes) / seconds);
}

StageFloors floors_of(const Plan& plan, const Geometry& geometry, std::int64_t rows, const Peaks& peaks) {
  const double n = number(rows);
  const double bins = number(plan.n_pha() * plan.n_times);
  const double amplitudes = word * number(plan.n_amp() * plan.n_times);
  const double distribution = plan.distributions ? word * number(plan.n_bins) : 0;
  double spectra = complex * number(geometry.pha.n_frequencies());
  double forward = transform_operations(geometry.pha.length) / 2;
  if (geometry.n_spectra() == 2) {
    spectra += complex * number(geometry.amp.n_frequencies());
    forward += transform_operations(geometry.amp.length) / 2;
  }
  double inverse = 0;
  for (const BandFamily* bands : {&geometry.pha, &geometry.amp}) {
    const double hilbert = geometry.pairs ? 2 * transform_operations(geometry.hilbert_length) : 0;
    inverse += number(bands->n_units) * (transform_operations(bands->length) + hilbert);
  }
  const double words = plan.expected_boundaries() * number(plan.n_amp());

  StageFloors floors;
  const auto set = [&](Stage stage, double row_bytes, double row_operations, double per_s) {
    floors[static_cast<std::size_t>(stage)] = {n * row_bytes / peaks.bytes_per_s, n * row_operations / per_s};
  };
  set(Stage::spectrum, word * number(plan.extended()) + spectra, forward, peaks.flops_per_s);
  set(Stage::analytic, spectra + bins + amplitudes, inverse, peaks.flops_per_s);
  set(Stage::bin_sums, bins + amplitudes + number(plan.pairs()) * (pair_bytes + distribution), words,
      peaks.shared_words_per_s);
  if (plan.n_perm > 0) {
    set(Stage::surrogates, amplitudes + number(plan.pairs()) * pair_maps * word, number(plan.n_perm) * words,
        peaks.shared_words_per_s);
  }
  return floors;
}

}  // namespace pac::cuda
