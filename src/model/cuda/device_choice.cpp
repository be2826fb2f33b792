// Which rank takes which of the devices it sees.
#include "model/cuda/device_choice.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <utility>

#include "core/count_text.hpp"
#include "core/matching.hpp"

namespace pac::cuda {
namespace {

using Key = std::pair<std::string, std::string>;  // host, UUID

Key key_of(const RankView& rank, std::size_t index) { return {rank.host, rank.uuids[index]}; }

/// "node1 shows 2 GPUs to 4 ranks, node2 ...", a few hosts of many.
std::string hosts_text(const std::vector<RankView>& ranks) {
  constexpr std::size_t most = 4;
  std::map<std::string, std::pair<std::set<std::string>, std::size_t>> hosts;
  for (const RankView& rank : ranks) {
    auto& [devices, count] = hosts[rank.host];
    devices.insert(rank.uuids.begin(), rank.uuids.end());
    ++count;
  }
  std::string text;
  std::size_t told = 0;
  for (const auto& [host, shown] : hosts) {
    if (told++ == most) return text + ", and so on for " + count_text(std::ssize(hosts), "host");
    text += (text.empty() ? "" : ", ") + host + " shows " + count_text(std::ssize(shown.first), "GPU") + " to " +
            count_text(static_cast<std::int64_t>(shown.second), "rank");
  }
  return text;
}

}  // namespace

std::vector<std::size_t> choose_devices(const std::vector<RankView>& ranks) {
  std::vector<std::vector<Key>> seen(ranks.size());
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    for (std::size_t i = 0; i < ranks[r].uuids.size(); ++i) seen[r].push_back(key_of(ranks[r], i));
  }
  Matching<std::vector<Key>> matching([&](std::size_t rank) -> auto& { return seen[rank]; });
  std::vector<std::size_t> without;
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    if (!matching.place(r)) without.push_back(r);
  }
  std::vector<std::size_t> choice(ranks.size());
  std::map<Key, int> users;
  for (const auto& [key, rank] : matching.owners()) {
    choice[rank] = static_cast<std::size_t>(std::find(seen[rank].begin(), seen[rank].end(), key) - seen[rank].begin());
    users[key] = 1;
  }
  for (const std::size_t rank : without) {  // they have the device that fewest ranks have
    const auto fewer = [&](const Key& a, const Key& b) { return users[a] < users[b]; };
    const auto least = std::min_element(seen[rank].begin(), seen[rank].end(), fewer);
    ++users[*least];
    choice[rank] = static_cast<std::size_t>(least - seen[rank].begin());
  }
  return choice;
}

std::string sharing_complaint(const std::vector<RankView>& ranks, const std::vector<std::size_t>& choice) {
  std::map<Key, std::size_t> first;
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    const Key key = key_of(ranks[r], choice[r]);
    const auto [place, fresh] = first.try_emplace(key, r);
    if (fresh) continue;
    return "ranks " + std::to_string(place->second) + " and " + std::to_string(r) + " have one GPU between them, " +
           key.second + " of host " + key.first + " (" + hosts_text(ranks) +
           "); start one rank per GPU (fewer ranks per node), let ranks see more (SLURM: --gpus-per-node, "
           "--gpu-bind=none), or allow it with --oversubscribe";
  }
  return "";
}

}  // namespace pac::cuda
