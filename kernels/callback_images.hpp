// The callbacks' link-time images, as cufftXtSetJITCallback wants them: symbol and bytes.
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
