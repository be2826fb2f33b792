// Measures that are sums over samples, not over phase bins.
#include "model/cpu/direct_sums.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

#include "core/fast_length.hpp"
#include "model/cpu/row_layout.hpp"
#include "model/cpu/surrogate_statistics.hpp"

namespace pac::cpu {
namespace {

using Complex = std::complex<double>;

/// Numbers of floats: taken by the constructors, foretold by predicted_bytes().
struct Sizes {
  explicit Sizes(const Plan& plan)
      : time(padded(plan.n_times)),
        spectrum(plan.n_perm > 0 ? 2 * time : 0),
        with_phase(plan.map_shape().has(Measure::plv)),
        scratch(2 * padded(with_phase ? next_5_smooth(plan.n_times) : plan.n_times)),
        series((plan.n_pha() + plan.n_pha() % 2) * time) {}
  std::int64_t time;
  std::int64_t spectrum;  ///< of one signal
  bool with_phase;
  std::int64_t scratch;  ///< of one buffer
  std::int64_t series;   ///< cosines of all phase bands, which are made in pairs
};

constexpr auto float_bytes = static_cast<std::int64_t>(sizeof(float));

/// Sum over t of f(t), in double precision.
template <class Value>
auto sum_of(std::int64_t count, Value f) {
  decltype(f(count)) sum = 0;
  for (std::int64_t t = 0; t < count; ++t) sum += f(t);
  return sum;
}

/// Without std::abs's care for squares out of range: signals are scaled.
double magnitude(Complex z) { return std::sqrt(std::norm(z)); }

}  // namespace

bool DirectTables::applies(const Plan& plan) {
  return !std::all_of(plan.measures.begin(), plan.measures.end(), is_binned);
}

DirectTables::DirectTables(const Plan& plan) : n_times(plan.n_times), n_perm(plan.n_perm) {
  for (std::size_t m = 0; m < plan.measures.size(); ++m) {
    const Measure measure = plan.measures[m];
    if (!is_binned(measure)) (measure == Measure::plv ? of_phase : of_amplitude).push_back(m);
  }
  if (!applies(plan)) return;
  if (n_perm > 0) correlation = std::make_unique<Fft>(Transform::complex_forward, n_times);
  if (of_phase.empty()) return;
  hilbert_length = next_5_smooth(n_times);
  real_forward = std::make_unique<Fft>(Transform::real_forward, hilbert_length);
  real_backward = std::make_unique<Fft>(Transform::real_backward, hilbert_length);
}

RowPhasors::RowPhasors(const Plan& plan) {
  if (!DirectTables::applies(plan)) return;
  const Sizes size(plan);
  time_ = size.time;
  cosine_ = AlignedArray<float>(size.series);
  sine_ = AlignedArray<float>(size.series);
  spectrum_ = AlignedArray<float>(plan.n_pha() * size.spectrum);
  sum_.resize(static_cast<std::size_t>(plan.n_pha()));
}

std::int64_t RowPhasors::predicted_bytes(const Plan& plan) {
  const Sizes size(plan);
  return DirectTables::applies(plan) ? (2 * size.series + plan.n_pha() * size.spectrum) * float_bytes : 0;
}

void RowPhasors::finish(const DirectTables& tables, std::int64_t p, float* scratch) {
  const std::int64_t n_times = tables.n_times;
  float* const x = cosine(p);
  float* const y = sine(p);
  const auto phasor = [&](std::int64_t t) { return Complex(static_cast<double>(x[t]), static_cast<double>(y[t])); };
  sum_[static_cast<std::size_t>(p)] = sum_of(n_times, phasor);
  std::fill(x + n_times, x + time_, 0.0F);
  std::fill(y + n_times, y + time_, 0.0F);
  if (!tables.correlation) return;
  for (std::int64_t t = 0; t < n_times; ++t) {
    scratch[2 * t] = x[t];
    scratch[2 * t + 1] = y[t];
  }
  (*tables.correlation)(scratch, spectrum_.data() + 2 * p * time_);
}

DirectSums::DirectSums(const Plan& plan, const DirectTables& tables, const LaneOps& ops) : tables_(tables), ops_(ops) {
  if (!DirectTables::applies(plan)) return;
  const Sizes size(plan);
  amplitude_.re = AlignedArray<float>(size.time);
  amplitude_.spectrum = AlignedArray<float>(size.spectrum);
  if (size.with_phase) {
    phase_.re = AlignedArray<float>(size.time);
    phase_.im = AlignedArray<float>(size.time);
    phase_.spectrum = AlignedArray<float>(size.spectrum);
  }
  a_ = AlignedArray<float>(size.scratch);
  b_ = AlignedArray<float>(size.scratch);
}

std::int64_t DirectSums::bytes() const {
  std::int64_t sum = a_.bytes() + b_.bytes();
  for (const Modulator* m : {&amplitude_, &phase_}) sum += m->re.bytes() + m->im.bytes() + m->spectrum.bytes();
  return sum;
}

std::int64_t DirectSums::predicted_bytes(const Plan& plan) {
  if (!DirectTables::applies(plan)) return 0;
  const Sizes size(plan);
  const std::int64_t phase = size.with_phase ? 2 * size.time + size.spectrum : 0;
  return (size.time + size.spectrum + phase + 2 * size.scratch) * float_bytes;
}

void DirectSums::set_amplitude(const float* a, std::int64_t stride, float scale) {
  const std::int64_t n_times = tables_.n_times;
  float* const centred = amplitude_.re.data();
  const auto amplitude = [&](std::int64_t t) { return static_cast<double>(a[t * stride]); };
  const double mean = sum_of(n_times, amplitude) / static_cast<double>(n_times);
  amplitude_.mean = mean;
  unit_ = 1 / static_cast<double>(scale);
  for (std::int64_t t = 0; t < n_times; ++t) centred[t] = static_cast<float>(amplitude(t) - mean);
  std::fill(centred + n_times, centred + padded(n_times), 0.0F);
  const double squares = sum_of(n_times, [&](std::int64_t t) {
    const double difference = amplitude(t) - mean;
    return difference * difference;
  });
  deviation_ = std::sqrt(squares / static_cast<double>(n_times - 1));
  if (tables_.correlation) transform(amplitude_);
  if (!tables_.of_phase.empty()) set_phase(a, stride);
}

void DirectSums::set_phase(const float* a, std::int64_t stride) {
  const std::int64_t n_times = tables_.n_times;
  const std::int64_t length = tables_.hilbert_length;
  float* const x = a_.data();
  float* const h = b_.data();
  for (std::int64_t t = 0; t < n_times; ++t) x[t] = a[t * stride];
  std::fill(x + n_times, x + length, 0.0F);
  (*tables_.real_forward)(x, h);
  const float scale = 1.0F / static_cast<float>(length);
  x[0] = x[1] = 0;
  for (std::int64_t f = 1; f <= length / 2; ++f) {  // times -i
    x[2 * f] = h[2 * f + 1] * scale;
    x[2 * f + 1] = -h[2 * f] * scale;
  }
  if (length % 2 == 0) x[length] = x[length + 1] = 0;
  (*tables_.real_backward)(x, h);
  const auto phasor = [&](std::int64_t t) {
    const auto re = static_cast<double>(a[t * stride]);
    const auto im = static_cast<double>(h[t]);
    const double radius = std::sqrt(re * re + im * im);
    return radius > 0 ? Complex(re / radius, im / radius) : Complex(1);
  };
  phase_.mean = sum_of(n_times, phasor) / static_cast<double>(n_times);
  for (std::int64_t t = 0; t < n_times; ++t) {
    const Complex centred = phasor(t) - phase_.mean;
    phase_.re[t] = static_cast<float>(centred.real());
    phase_.im[t] = static_cast<float>(centred.imag());
  }
  std::fill(phase_.re.data() + n_times, phase_.re.data() + padded(n_times), 0.0F);
  std::fill(phase_.im.data() + n_times, phase_.im.data() + padded(n_times), 0.0F);
  if (tables_.correlation) transform(phase_);
}

void DirectSums::transform(Modulator& m) {
  for (std::int64_t t = 0; t < tables_.n_times; ++t) {
    a_[2 * t] = m.re[t];
    a_[2 * t + 1] = m.im.data() == nullptr ? 0.0F : m.im[t];
  }
  (*tables_.correlation)(a_.data(), m.spectrum.data());
}

double DirectSums::value(Measure measure, Complex centred, const Modulator& m, Complex phasor_sum) const {
  const auto n_times = static_cast<double>(tables_.n_times);
  if (!(amplitude_.mean.real() > 0)) return std::numeric_limits<double>::quiet_NaN();
  if (measure == Measure::ndpac) return magnitude(centred) / (deviation_ * n_times);
  const double length = magnitude(centred + std::conj(m.mean) * phasor_sum) / n_times;
  return measure == Measure::mvl ? length * unit_ : length;
}

void DirectSums::store_observed(const RowPhasors& phasors, std::int64_t p, Comodulogram& result, std::size_t at) const {
  const auto store = [&](const Modulator& m, std::span<const std::size_t> measures) {
    if (measures.empty()) return;
    std::array<double, 2> sum{};
    ops_.phasor_sums(m.re.data(), m.im.data(), phasors.cosine(p), phasors.sine(p), padded(tables_.n_times), sum.data());
    for (const std::size_t i : measures) {
      MeasureMaps& maps = result.of(i);
      maps.pac[at] = static_cast<float>(value(maps.measure, {sum[0], sum[1]}, m, phasors.sum(p)));
    }
  };
  store(amplitude_, tables_.of_amplitude);
  store(phase_, tables_.of_phase);
}

void DirectSums::store_surrogates(const RowPhasors& phasors, std::int64_t p, std::span<const std::int64_t> shifts,
                                  std::span<const std::int64_t> permutation, float* largest, Comodulogram& result,
                                  std::size_t at) {
  const auto store = [&](const Modulator& m, std::span<const std::size_t> measures) {
    if (measures.empty()) return;
    // sum over s of C(s) exp(-2 pi i f s / T) = P(-f) conj(M(-f)): a forward transform of P conj(M), over T, is C.
    ops_.times_conjugate(phasors.spectrum(p), m.spectrum.data(), tables_.n_times, a_.data());
    (*tables_.correlation)(a_.data(), b_.data());
    const auto n_times = static_cast<double>(tables_.n_times);
    for (const std::size_t i : measures) {
      MeasureMaps& maps = result.of(i);
      float* const most = largest + static_cast<std::int64_t>(i) * tables_.n_perm;
      SurrogateSums sums;
      for (std::size_t k = 0; k < shifts.size(); ++k) {
        const float* const c = b_.data() + 2 * (shifts[k] % tables_.n_times);
        const Complex centred(static_cast<double>(c[0]) / n_times, static_cast<double>(c[1]) / n_times);
        const auto surrogate = static_cast<float>(value(maps.measure, centred, m, phasors.sum(p)));
        sums.add(surrogate, maps.pac[at]);
        float& so_far = most[permutation[k]];
        if (surrogate > so_far) so_far = surrogate;
      }
      store_statistics(sums, tables_.n_perm, maps, at);
    }
  };
  store(amplitude_, tables_.of_amplitude);
  store(phase_, tables_.of_phase);
}

}  // namespace pac::cpu
