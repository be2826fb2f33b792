// The Hilbert transform of a whole row, delivered block by block.
#include "model/cpu/row_hilbert.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

#include "model/cpu/box_hilbert.hpp"

namespace pac::cpu {
namespace {

constexpr double pi = std::numbers::pi;
constexpr std::int64_t reach = LongGeometry::near_reach;
constexpr std::int64_t step = LongGeometry::decimation;
constexpr std::int64_t half_width = LongGeometry::low_pass_reach;

/// 1 within the near part, 0 beyond it: a Gaussian's integral, whose spectrum is below 1e-7 beyond 10 / reach cycles a
/// sample.
double near_weight(double lag) {
  constexpr double middle = static_cast<double>(reach) / 2;
  return std::abs(lag) >= static_cast<double>(reach) ? 0 : std::erfc((std::abs(lag) - middle) / (middle / 4)) / 2;
}

/// Modified Bessel function of order 0.
double bessel_i0(double x) {
  double sum = 1;
  double term = 1;
  for (int k = 1; k < 60; ++k) {
    term *= x * x / (4.0 * k * k);
    sum += term;
  }
  return sum;
}

/// Low-pass for decimation and interpolation by `step`: sinc times a Kaiser window (Kaiser 1974; 120 dB), its
/// transition between 10 / reach and 1 / step - 10 / reach cycles a sample.
std::vector<double> low_pass() {
  constexpr double beta = 12.26;
  std::vector<double> taps(2 * half_width);
  for (std::int64_t i = 0; i < 2 * half_width; ++i) {
    const double t = static_cast<double>(i - half_width);
    const double x = pi * t / static_cast<double>(step);
    const double edge = t / static_cast<double>(half_width);
    taps[static_cast<std::size_t>(i)] =
        (i == half_width ? 1 : std::sin(x) / x) * bessel_i0(beta * std::sqrt(1 - edge * edge)) / bessel_i0(beta);
  }
  return taps;
}

/// Imaginary parts of the spectrum of an odd kernel [length, circular], over the length; uses the kernel's memory.
AlignedArray<float> odd_spectrum(const AlignedArray<float>& kernel, const Fft& forward, std::int64_t length) {
  const AlignedArray<float> spectrum(length + 32);
  forward(kernel.data(), spectrum.data());
  AlignedArray<float> imaginary(length / 2 + 1);
  for (std::int64_t f = 0; f <= length / 2; ++f) imaginary[f] = spectrum[2 * f + 1] / static_cast<float>(length);
  return imaginary;
}

void times_imaginary(float* spectrum, const float* imaginary, std::int64_t length) {
  for (std::int64_t f = 0; f <= length / 2; ++f) {
    const float re = spectrum[2 * f];
    spectrum[2 * f] = -spectrum[2 * f + 1] * imaginary[f];
    spectrum[2 * f + 1] = re * imaginary[f];
  }
}

}  // namespace

RowHilbert::RowHilbert(const LongGeometry& geometry)
    : geometry_(geometry),
      near_forward_(Transform::real_forward, geometry.near_length),
      near_backward_(Transform::real_backward, geometry.near_length),
      far_forward_(Transform::real_forward, geometry.far_length),
      far_backward_(Transform::real_backward, geometry.far_length),
      low_pass_(low_pass()),
      interpolation_(low_pass_.begin(), low_pass_.end()) {
  const std::int64_t length = geometry_.near_length;
  const AlignedArray<float> near(length + 32);
  std::fill_n(near.data(), length + 32, 0.0F);
  for (std::int64_t d = 1; d < reach; d += 2) {  // even lags are 0
    const auto lag = static_cast<double>(d);
    near[d] = static_cast<float>(2 / (pi * lag) * near_weight(lag));
    near[length - d] = -near[d];
  }
  near_kernel_ = odd_spectrum(near, near_forward_, length);
  make_far_kernels();
}

void RowHilbert::make_far_kernels() {
  // What the near part leaves of the circle's kernel, at multiples of the decimation.
  const CircleKernel circle(geometry_.period);
  const std::int64_t length = geometry_.far_length;
  const AlignedArray<float> slow(length + 32);
  const AlignedArray<float> alternating(length + 32);
  std::fill_n(slow.data(), length + 32, 0.0F);
  std::fill_n(alternating.data(), length + 32, 0.0F);
  for (std::int64_t k = 1; k < geometry_.grid_count; ++k) {
    std::int64_t d = k * step;
    const bool turned = 2 * d > geometry_.period;
    if (turned) d -= geometry_.period;
    if (d == 0) continue;
    const auto lag = static_cast<double>(d);
    const double near = near_weight(lag) / (pi * lag);
    const double turn = turned && geometry_.period % 2 != 0 ? -1 : 1;  // (-1)^d goes on across an odd circle's seam
    slow[k] = static_cast<float>(circle.slow(lag) - near);
    alternating[k] = static_cast<float>(turn * (circle.alternating(lag) + near));
    slow[length - k] = -slow[k];
    alternating[length - k] = -alternating[k];
  }
  slow_kernel_ = odd_spectrum(slow, far_forward_, length);
  alternating_kernel_ = odd_spectrum(alternating, far_forward_, length);
}

void RowHilbert::add_samples(const ScaledRow& row, std::int64_t first, std::int64_t count, std::int64_t turn,
                             float* out) const {
  const std::int64_t begin = std::max(first, turn - geometry_.pad);
  const std::int64_t end = std::min(first + count, turn + geometry_.n_times + geometry_.pad);
  const float* const x = row.samples.data() + geometry_.pad - turn;
  for (std::int64_t t = begin; t < end; ++t) out[t - first] += x[t] * row.scale;
}

void RowHilbert::samples(const ScaledRow& row, std::int64_t first, std::int64_t count, float* out) const {
  std::fill_n(out, count, 0.0F);
  add_samples(row, first, count, 0, out);
}

void RowHilbert::decimate(const ScaledRow& row, std::int64_t first, std::int64_t count, float* slow,
                          float* alternating) const {
  alignas(64) std::array<float, 2 * half_width> edge;
  for (std::int64_t k = first; k < first + count; ++k) {
    const std::int64_t begin = geometry_.grid_first + k * step - half_width;  // even
    const bool inside = begin >= -geometry_.pad && begin + 2 * half_width <= geometry_.n_times + geometry_.pad;
    if (!inside) samples({row.samples, 1}, begin, 2 * half_width, edge.data());
    const float* const x = inside ? row.samples.data() + geometry_.pad + begin : edge.data();
    std::array<double, 16> sum{};
    for (std::size_t i = 0; i < 2 * half_width; i += 16) {
      for (std::size_t j = 0; j < 16; ++j) sum[j] += low_pass_[i + j] * static_cast<double>(x[i + j]);
    }
    double even = 0;
    double odd = 0;
    for (std::size_t j = 0; j < 16; j += 2) {
      even += sum[j];
      odd += sum[j + 1];
    }
    slow[k] = static_cast<float>((even + odd) * static_cast<double>(row.scale));
    alternating[k] = static_cast<float>((even - odd) * static_cast<double>(row.scale));
  }
}

void RowHilbert::transform_far(float* slow, float* alternating, float* a, float* b) const {
  const std::int64_t count = geometry_.grid_count;
  const auto convolve = [&](float* series, const AlignedArray<float>& kernel) {
    std::copy_n(series, count, a);
    std::fill(a + count, a + geometry_.far_length, 0.0F);
    far_forward_(a, b);
    times_imaginary(b, kernel.data(), geometry_.far_length);
    far_backward_(b, a);
    std::copy_n(a, count, series);
  };
  convolve(slow, slow_kernel_);
  convolve(alternating, alternating_kernel_);
  for (std::int64_t k = 0; k < count; ++k) {
    const float s = slow[k];
    slow[k] = s + alternating[k];
    alternating[k] = s - alternating[k];
  }
}

const float* RowHilbert::block(const ScaledRow& row, std::int64_t first, const float* even, const float* odd, float* a,
                               float* b) const {
  const std::int64_t length = geometry_.near_length;
  const std::int64_t begin = first - reach;
  std::fill_n(a, length, 0.0F);
  for (const std::int64_t turn : {std::int64_t{0}, -geometry_.period, geometry_.period}) {
    add_samples(row, begin, geometry_.block + 2 * reach, turn, a);
  }
  near_forward_(a, b);
  times_imaginary(b, near_kernel_.data(), length);
  near_backward_(b, a);
  float* const h = a + reach;
  // The far part between decimated samples k and k + 1: 22 of them weigh in.
  const std::int64_t last =
      std::min(geometry_.block, geometry_.grid_first + (geometry_.grid_count - 12) * step - first);
  for (std::int64_t i = 0; i < last;) {
    const std::int64_t k = (first + i - geometry_.grid_first) / step;
    const std::int64_t offset = first + i - geometry_.grid_first - k * step;
    const std::int64_t count = std::min(step - offset, last - i);
    alignas(64) std::array<float, step> far{};
    for (std::int64_t j = -10; j <= 11; ++j) {
      const float* const weight = interpolation_.data() + (11 - j) * step;
      const float e = k + j < 0 ? 0.0F : even[k + j];
      const float o = k + j < 0 ? 0.0F : odd[k + j];
      for (std::size_t r = 0; r < step; r += 2) {
        far[r] += weight[r] * e;
        far[r + 1] += weight[r + 1] * o;
      }
    }
    for (std::int64_t r = 0; r < count; ++r) h[i + r] += far[static_cast<std::size_t>(offset + r)];
    i += count;
  }
  return h;
}

}  // namespace pac::cpu
