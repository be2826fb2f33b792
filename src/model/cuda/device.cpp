// The ranks' devices: whether there are any, which rank takes which.
#include "model/cuda/device.hpp"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <sstream>
#include <vector>

#include "core/error.hpp"
#include "model/cuda/cuda_check.hpp"
#include "model/cuda/device_choice.hpp"

namespace pac::cuda {
namespace {

constexpr int oldest_capability_major = 8;

std::string uuid_text(const cudaUUID_t& uuid) {
  constexpr const char* digits = "0123456789abcdef";
  std::string text = "GPU-";
  for (std::size_t i = 0; i < sizeof uuid.bytes; ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) text += '-';
    const auto byte = static_cast<unsigned char>(uuid.bytes[i]);
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

cudaDeviceProp properties_of(int index) {
  cudaDeviceProp properties{};
  check(cudaGetDeviceProperties(&properties, index), "read a device's properties");
  return properties;
}

std::string no_device_reason() {
  const char* const chosen = std::getenv("CUDA_VISIBLE_DEVICES");
  if (chosen == nullptr) return "no GPU is visible on this host";
  if (*chosen == '\0') return "no GPU is visible (CUDA_VISIBLE_DEVICES is empty)";
  return std::string("no GPU is visible (CUDA_VISIBLE_DEVICES=") + chosen + " names none of this host's)";
}

/// What this rank sees as one text, host first, for the others. Throws Error (device) where it sees none.
std::string view_text(const std::string& host) {
  const Visible visible = visible_devices();
  if (visible.count == 0) throw Error(Exit::device, "CUDA: " + visible.why + "; use --backend cpu, or auto");
  std::string text = host;
  for (int i = 0; i < visible.count; ++i) text += " " + uuid_text(properties_of(i).uuid);
  return text;
}

RankView view_of(const std::string& text) {
  std::istringstream words(text);
  RankView view;
  words >> view.host;
  for (std::string uuid; words >> uuid;) view.uuids.push_back(uuid);
  return view;
}

struct DeviceBytes {
  std::int64_t free = 0;
  std::int64_t total = 0;
};

/// Of the bound device.
DeviceBytes device_bytes() {
  std::size_t free = 0;
  std::size_t total = 0;
  check(cudaMemGetInfo(&free, &total), "read a device's free memory");
  return {static_cast<std::int64_t>(free), static_cast<std::int64_t>(total)};
}

/// Takes the device for this process; local.
Device take_device(int index, const std::string& host) {
  const cudaDeviceProp properties = properties_of(index);
  Device device;
  device.index = index;
  device.name = properties.name;
  device.uuid = uuid_text(properties.uuid);
  std::array<char, 32> bus{};
  check(cudaDeviceGetPCIBusId(bus.data(), static_cast<int>(bus.size()), index), "read a device's place");
  device.pci_bus_id = bus.data();
  call_device("GPU " + std::to_string(index) + " of host " + host + " (" + device.name + ", " + device.uuid + ", PCI " +
              device.pci_bus_id + ")");
  device.capability_major = properties.major;
  device.capability_minor = properties.minor;
  if (device.capability_major < oldest_capability_major) {
    throw Error(Exit::device, "CUDA: GPU " + std::to_string(index) + " of host " + host + " (" + device.name +
                                  ") has compute capability " + std::to_string(properties.major) + "." +
                                  std::to_string(properties.minor) +
                                  ", 8.0 is the least; choose another GPU with "
                                  "CUDA_VISIBLE_DEVICES, or use --backend cpu");
  }
  device.multiprocessors = properties.multiProcessorCount;
  device.shared_bytes_per_block = properties.sharedMemPerBlockOptin;
  device.l2_bytes = properties.l2CacheSize;
  check(cudaSetDevice(index), "choose a device");
  check(cudaFree(nullptr), "open a device");  // makes the context, now rather than within what is timed
  const DeviceBytes bytes = device_bytes();
  device.free_bytes = bytes.free;
  device.total_bytes = bytes.total;
  return device;
}

/// What the ranks that see no device say, in rank order.
struct Lacking {
  std::int64_t ranks = 0;
  std::size_t first = 0;
  std::string words;  ///< of the first: its reason
  std::string host;
};

/// Collective.
Lacking lacking_devices(const Communicator& communicator) {
  const Visible visible = visible_devices();
  const auto all = communicator.all_gather(visible.count > 0 ? "" : communicator.host() + " " + visible.why);
  Lacking lacking;
  for (std::size_t r = 0; r < all.size(); ++r) {
    if (all[r].empty() || lacking.ranks++ > 0) continue;
    lacking.first = r;
    lacking.host = all[r].substr(0, all[r].find(' '));
    lacking.words = all[r].substr(all[r].find(' ') + 1);
  }
  return lacking;
}

}  // namespace

Visible visible_devices() noexcept {
  Visible visible;
  const cudaError_t status = cudaGetDeviceCount(&visible.count);
  if (status == cudaSuccess && visible.count > 0) return visible;
  static_cast<void>(cudaGetLastError());
  visible.count = 0;
  switch (status) {
    case cudaSuccess:
    case cudaErrorNoDevice:
      visible.why = no_device_reason();
      break;
    case cudaErrorInsufficientDriver:
      visible.why = driver_complaint();
      break;
    default:
      visible.why = std::string("CUDA cannot count the GPUs: ") + cudaGetErrorString(status);
  }
  return visible;
}

std::int64_t free_device_bytes() { return device_bytes().free; }

bool wanted(const Config& config, const Communicator& communicator) {
  if (config.backend == Backend::cpu) return false;
  const Lacking lacking = lacking_devices(communicator);
  if (lacking.ranks == 0) return true;
  const bool by_all = lacking.ranks == communicator.size();
  if (config.backend == Backend::cuda) {
    const std::string who = by_all ? ""
                                   : std::to_string(lacking.ranks) + " of " + std::to_string(communicator.size()) +
                                         " ranks see no GPU, first rank " + std::to_string(lacking.first) +
                                         " on host " + lacking.host + ": ";
    throw AgreedError(Exit::device,
                      {"--backend cuda: " + who + lacking.words + "; " +
                       (by_all ? "" : "start ranks on hosts with GPUs alone, or ") + "use --backend cpu, or auto"});
  }
  if (!by_all && communicator.is_root() && !config.quiet) {
    std::fprintf(stderr,
                 "pacbench: %lld of %d ranks see no GPU, first rank %zu on host %s (%s): all use the CPU backend\n",
                 static_cast<long long>(lacking.ranks), communicator.size(), lacking.first, lacking.host.c_str(),
                 lacking.words.c_str());
  }
  return false;
}

Device bind_device(const Config& config, const Communicator& communicator) {
  std::string mine;
  communicator.agree([&] { mine = view_text(communicator.host()); });
  std::vector<RankView> ranks;
  for (const std::string& text : communicator.all_gather(mine)) ranks.push_back(view_of(text));
  const auto choice = choose_devices(ranks);
  const std::string complaint = config.oversubscribe ? "" : sharing_complaint(ranks, choice);
  if (!complaint.empty()) throw AgreedError(Exit::device, {complaint});
  Device device;
  communicator.agree([&] {
    device = take_device(static_cast<int>(choice[static_cast<std::size_t>(communicator.rank())]), communicator.host());
  });
  return device;
}

}  // namespace pac::cuda
