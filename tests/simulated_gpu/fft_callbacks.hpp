// cuFFT's callbacks on the host: the program's own functions, found by the name under which it gives them to cuFFT.
#pragma once

#include <string>

#include "kernels/callbacks.hpp"

namespace simulated {

using LoadCallback = pac::kernels::Complex (*)(const pac::kernels::CallbackInfo& info, unsigned long long offset);
using StoreCallback = void (*)(const pac::kernels::CallbackInfo& info, unsigned long long offset,
                               pac::kernels::Complex value);

struct Callbacks {
  LoadCallback load = nullptr;
  StoreCallback store = nullptr;
  const void* const* load_info_at = nullptr;  ///< read when the plan is made
  const void* const* store_info_at = nullptr;
  const void* load_info = nullptr;  ///< device memory
  const void* store_info = nullptr;
  bool set = false;
};

/// False where the program has no such callback.
bool set_callback(Callbacks& callbacks, const std::string& symbol, bool is_load, const void* const* info_at);

}  // namespace simulated
