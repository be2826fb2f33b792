// A batched one-dimensional transform as cuFFT describes it, carried out through FFTW.
#pragma once

#include <cstdint>

#include <cuda_runtime_api.h>
#include <fftw3.h>

#include "kernels/context.hpp"

namespace simulated {

/// Where the elements of one side lie: element i of signal b at b * distance + i * stride.
struct Layout {
  std::int64_t stride = 1;
  std::int64_t distance = 0;
  std::int64_t length = 0;  ///< elements of one signal

  [[nodiscard]] std::int64_t at(std::int64_t signal, std::int64_t i) const { return signal * distance + i * stride; }
  [[nodiscard]] std::int64_t extent(std::int64_t batch) const { return at(batch - 1, length - 1) + 1; }
};

struct FftPlan {
  bool made = false;
  bool from_real = false;
  std::int64_t n = 0;
  std::int64_t batch = 0;
  Layout in;
  Layout out;
  bool allocates = true;  ///< its own work area
  bool owns_work_area = false;
  void* work_area = nullptr;
  std::size_t work_bytes = 0;
  cudaStream_t stream = nullptr;
  fftwf_plan forward = nullptr;
  fftwf_plan backward = nullptr;
};

/// Makes the FFTW plans. To be called under lock().
void prepare(FftPlan& plan);
void release(FftPlan& plan);

/// Runs the transform on memory that has been checked. sign: -1 forward, 1 backward.
void transform(const FftPlan& plan, const void* in, void* out, int sign);

}  // namespace simulated
