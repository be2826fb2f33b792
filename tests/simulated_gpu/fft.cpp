// The transform itself: signal by signal through contiguous buffers, so that strides are this file's.
#include "fft.hpp"

#include <complex>
#include <cstring>
#include <vector>

#include "memory.hpp"

namespace simulated {

namespace {

using pac::kernels::Complex;

/// What a buffer holds after cuFFT has used it as scratch: nothing that looks like a result.
constexpr int garbage = 0xFB;  // as a float -2.6e36

Complex load(const FftPlan& plan, const void* in, std::int64_t offset) {
  if (plan.from_real) return {static_cast<const float*>(in)[offset], 0};
  return static_cast<const Complex*>(in)[offset];
}

/// A signal's spectrum; `signal` has n elements, complex or real.
void transform_one(const FftPlan& plan, std::vector<Complex>& signal, std::vector<float>& reals, Complex* spectrum,
                   int sign) {
  auto* const result = reinterpret_cast<fftwf_complex*>(spectrum);
  if (plan.from_real) {
    for (std::size_t i = 0; i < reals.size(); ++i) reals[i] = signal[i].re;
    fftwf_execute_dft_r2c(plan.forward, reals.data(), result);
  } else {
    fftwf_execute_dft(sign < 0 ? plan.forward : plan.backward, reinterpret_cast<fftwf_complex*>(signal.data()), result);
  }
}

}  // namespace

void prepare(FftPlan& plan) {
  const auto n = static_cast<int>(plan.n);
  std::vector<float> in(static_cast<std::size_t>(2 * plan.n));
  std::vector<float> out(in.size() + 2);
  auto* const complex_in = reinterpret_cast<fftwf_complex*>(in.data());
  auto* const complex_out = reinterpret_cast<fftwf_complex*>(out.data());
  constexpr unsigned flags = FFTW_ESTIMATE | FFTW_UNALIGNED | FFTW_PRESERVE_INPUT;
  if (plan.from_real) {
    plan.forward = fftwf_plan_dft_r2c_1d(n, in.data(), complex_out, flags);
  } else {
    plan.forward = fftwf_plan_dft_1d(n, complex_in, complex_out, FFTW_FORWARD, flags);
    plan.backward = fftwf_plan_dft_1d(n, complex_in, complex_out, FFTW_BACKWARD, flags);
  }
}

void release(FftPlan& plan) {
  for (const fftwf_plan made : {plan.forward, plan.backward})
    if (made != nullptr) fftwf_destroy_plan(made);
  plan.forward = plan.backward = nullptr;
}

void transform(const FftPlan& plan, const void* in, void* out, int sign) {
  const auto n = static_cast<std::size_t>(plan.n);
  const auto out_length = static_cast<std::size_t>(plan.out.length);
  std::vector<Complex> signal(n);
  std::vector<float> reals(plan.from_real ? n : 0);
  std::vector<Complex> spectra(out_length * static_cast<std::size_t>(plan.batch));
  for (std::int64_t b = 0; b < plan.batch; ++b) {
    for (std::size_t i = 0; i < n; ++i) signal[i] = load(plan, in, plan.in.at(b, static_cast<std::int64_t>(i)));
    transform_one(plan, signal, reals, spectra.data() + static_cast<std::size_t>(b) * out_length, sign);
  }
  std::memset(plan.work_area, garbage, plan.work_bytes);
  for (std::int64_t b = 0; b < plan.batch; ++b)
    for (std::int64_t i = 0; i < plan.out.length; ++i)
      static_cast<Complex*>(out)[plan.out.at(b, i)] = spectra[static_cast<std::size_t>(b * plan.out.length + i)];
}

}  // namespace simulated
