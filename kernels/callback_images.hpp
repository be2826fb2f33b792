// The callbacks' link-time images, as cufftXtSetJITCallback wants them: symbol and bytes, one image a callback. cuFFT
// compiles a C++ declaration of each symbol into a function of its own: so callbacks are C++ functions of the global
// namespace. One that is extern "C", or in a namespace, is not found, and cufftMakePlan* fails with
// CUFFT_INTERNAL_ERROR and no more words.
#pragma once

#include <cstddef>

namespace pac::kernels {

struct CallbackImage {
  const char* symbol;
  const void* bytes;
  std::size_t size;
};

CallbackImage load_gained_image();
CallbackImage store_bin_image();
CallbackImage store_amplitude_image();

}  // namespace pac::kernels
