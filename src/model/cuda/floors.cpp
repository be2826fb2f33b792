// What a GPU can do at most, and the transforms of a row on it; the floors made from them: model/floors.cpp.
#include "model/cuda/floors.hpp"

#include <algorithm>
#include <vector>

#include <cuda_runtime_api.h>

#include "model/cuda/cuda_check.hpp"
#include "model/cuda/handles.hpp"

namespace pac::cuda {
namespace {

constexpr double complex = 8;        // bytes
constexpr double shared_lanes = 32;  // words a multiprocessor reads from shared memory in a clock

double number(std::int64_t n) { return static_cast<double>(n); }

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
  RowTransforms row{complex * number(geometry.pha.n_frequencies()), transform_operations(geometry.pha.length) / 2, 0};
  if (geometry.n_spectra() == 2) {
    row.spectrum_bytes += complex * number(geometry.amp.n_frequencies());
    row.forward_operations += transform_operations(geometry.amp.length) / 2;
  }
  for (const BandFamily* bands : {&geometry.pha, &geometry.amp}) {
    const double hilbert = geometry.pairs ? 2 * transform_operations(geometry.hilbert_length) : 0;
    row.inverse_operations += number(bands->n_units) * (transform_operations(bands->length) + hilbert);
  }
  return pac::floors_of(plan, row, rows, peaks);
}

}  // namespace pac::cuda
