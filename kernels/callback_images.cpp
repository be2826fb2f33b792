// The callbacks' link-time images; the arrays are made from load_gained.cu and the store_*.cu when the program is
// built.
#include "kernels/callback_images.hpp"

#include "load_gained_image.h"
#include "store_amplitude_image.h"
#include "store_bin_image.h"

namespace pac::kernels {

CallbackImage load_gained_image() { return {"pacbench_load_gained", load_gained_image_, sizeof load_gained_image_}; }
CallbackImage store_bin_image() { return {"pacbench_store_bin", store_bin_image_, sizeof store_bin_image_}; }
CallbackImage store_amplitude_image() {
  return {"pacbench_store_amplitude", store_amplitude_image_, sizeof store_amplitude_image_};
}

}  // namespace pac::kernels
