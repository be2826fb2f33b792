// The table of the program's cuFFT callbacks (kernels/callbacks.hpp).
#include "fft_callbacks.hpp"

namespace simulated {

bool set_callback(Callbacks& callbacks, const std::string& symbol, bool is_load, const void* const* info_at) {
  if (symbol == "pacbench_load_gained" && is_load) {
    callbacks.load = &pac::kernels::load_gained;
  } else if (symbol == "pacbench_store_bin" && !is_load) {
    callbacks.store = &pac::kernels::store_bin;
  } else if (symbol == "pacbench_store_amplitude" && !is_load) {
    callbacks.store = &pac::kernels::store_amplitude;
  } else {
    return false;
  }
  (is_load ? callbacks.load_info_at : callbacks.store_info_at) = info_at;
  callbacks.set = true;
  return true;
}

}  // namespace simulated
