// A store callback of cuFFT, compiled to an image that cuFFT links into its kernels (see callback_images.hpp).
#include "kernels/callbacks.hpp"

__device__ void pacbench_store_amplitude(void*, unsigned long long offset, float2 value, void* info, void*) {
  using namespace pac::kernels;
  store_amplitude(*static_cast<const CallbackInfo*>(info), offset, {value.x, value.y});
}
