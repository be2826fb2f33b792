// A load callback of cuFFT, compiled to an image that cuFFT links into its kernels (see callback_images.hpp).
#include "kernels/callbacks.hpp"

__device__ float2 pacbench_load_gained(void*, unsigned long long offset, void* info, void*) {
  using namespace pac::kernels;
  const Complex value = load_gained(*static_cast<const CallbackInfo*>(info), offset);
  return make_float2(value.re, value.im);
}
