// A load callback of cuFFT, compiled to an image that cuFFT links into its kernels (one image a callback, as it wants).
#include "kernels/callbacks.hpp"

namespace pac::kernels {

extern "C" __device__ float2 pacbench_load_gained(void*, unsigned long long offset, void* info, void*) {
  const Complex value = load_gained(*static_cast<const CallbackInfo*>(info), offset);
  return make_float2(value.re, value.im);
}

}  // namespace pac::kernels
