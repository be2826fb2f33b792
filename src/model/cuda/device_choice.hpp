// Which rank takes which of the devices it sees. Plain values, no device.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace pac::cuda {

/// What a rank sees: its host and the UUIDs of its devices, in the order of their indices.
struct RankView {
  std::string host;
  std::vector<std::string> uuids;
};

/// The index of the device that each rank takes. As many ranks as possible have one to themselves, whichever subset of
/// its host's devices each of them sees; where all see all, the ranks of a host take them in turn.
std::vector<std::size_t> choose_devices(const std::vector<RankView>& ranks);

/// One line where two ranks share a device - which, how many devices each host shows, the remedy -, else empty.
std::string sharing_complaint(const std::vector<RankView>& ranks, const std::vector<std::size_t>& choice);

}  // namespace pac::cuda
