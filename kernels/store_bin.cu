// A store callback of cuFFT, compiled to an image that cuFFT links into its kernels (one image a callback, as it
// wants).
#include "kernels/callbacks.hpp"

namespace pac::kernels {

extern "C" __device__ void pacbench_store_bin(void*, unsigned long long offset, float2 value, void* info, void*) {
  store_bin(*static_cast<const CallbackInfo*>(info), offset, {value.x, value.y});
}

}  // namespace pac::kernels
