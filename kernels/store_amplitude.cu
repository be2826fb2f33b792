// A store callback of cuFFT, compiled to an image that cuFFT links into its kernels (one image a callback, as it
// wants).
#include "kernels/callbacks.hpp"

namespace pac::kernels {

extern "C" __device__ void pacbench_store_amplitude(void*, unsigned long long offset, float2 value, void* info, void*) {
  store_amplitude(*static_cast<const CallbackInfo*>(info), offset, {value.x, value.y});
}

}  // namespace pac::kernels
