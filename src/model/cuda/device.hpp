// The ranks' devices: whether there are any, which rank takes which.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "comm/communicator.hpp"
#include "core/config.hpp"

namespace pac::cuda {

/// A rank's device, as it was when bound.
struct Device {
  int index = 0;
  std::string name;
  std::string uuid;        ///< "GPU-xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"
  std::string pci_bus_id;  ///< "0000:17:00.0"
  std::int64_t total_bytes = 0;
  std::int64_t free_bytes = 0;
  int multiprocessors = 0;
  int capability_major = 0;
  int capability_minor = 0;
  std::size_t shared_bytes_per_block = 0;  ///< the most a block may ask for
  std::int64_t l2_bytes = 0;
};

struct Visible {
  int count = 0;
  std::string why;  ///< where count is 0
};

/// Local; never throws. Every failure to count means no devices.
Visible visible_devices() noexcept;

/// Local: free memory of the bound device, bytes. Throws Error (device).
std::int64_t free_device_bytes();

/// Collective: whether the CUDA backend is to compute. Throws AgreedError (device) where it is asked for and a rank
/// sees no device; where the choice is automatic and only some ranks see one, rank 0 says on stderr that all use the
/// CPU backend (not under --quiet).
bool wanted(const Config& config, const Communicator& communicator);

/// Collective: binds each rank to a device for the rest of the process. Throws AgreedError (device) where a rank sees
/// none, two ranks would share one without --oversubscribe, or one is too old or not to be had.
Device bind_device(const Config& config, const Communicator& communicator);

}  // namespace pac::cuda
