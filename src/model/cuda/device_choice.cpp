// Which rank takes which of the devices it sees.
#include "model/cuda/device_choice.hpp"

#include <map>
#include <set>
#include <utility>

namespace pac::cuda {
namespace {

using Key = std::pair<std::string, std::string>;  // host, UUID

Key key_of(const RankView& rank, std::size_t index) { return {rank.host, rank.uuids[index]}; }

/// Ranks matched to devices, one each: a device that is free, else one whose owner can move to another.
class Matching {
 public:
  explicit Matching(const std::vector<RankView>& ranks) : ranks_(ranks), choice_(ranks.size()) {}

  /// Whether the rank has got a device to itself.
  bool place(std::size_t rank) {
    std::set<Key> tried;
    return place(rank, tried);
  }

  /// Lets the rank have the device that fewest ranks have.
  void share(std::size_t rank) {
    std::size_t best = 0;
    for (std::size_t i = 1; i < ranks_[rank].uuids.size(); ++i) {
      if (users_[key_of(ranks_[rank], i)] < users_[key_of(ranks_[rank], best)]) best = i;
    }
    ++users_[key_of(ranks_[rank], best)];
    choice_[rank] = best;
  }

  [[nodiscard]] const std::vector<std::size_t>& choice() const { return choice_; }

 private:
  bool place(std::size_t rank, std::set<Key>& tried) {
    const RankView& view = ranks_[rank];
    for (std::size_t i = 0; i < view.uuids.size(); ++i) {
      if (!owner_.contains(key_of(view, i))) return take(rank, i);
    }
    for (std::size_t i = 0; i < view.uuids.size(); ++i) {
      const Key key = key_of(view, i);
      if (tried.insert(key).second && place(owner_.at(key), tried)) return take(rank, i);
    }
    return false;
  }

  bool take(std::size_t rank, std::size_t index) {
    owner_[key_of(ranks_[rank], index)] = rank;
    users_[key_of(ranks_[rank], index)] = 1;
    choice_[rank] = index;
    return true;
  }

  const std::vector<RankView>& ranks_;
  std::vector<std::size_t> choice_;
  std::map<Key, std::size_t> owner_;
  std::map<Key, int> users_;
};

std::string count_of(std::size_t n, const char* noun) { return std::to_string(n) + " " + noun + (n == 1 ? "" : "s"); }

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
    if (told++ == most) return text + ", and so on for " + count_of(hosts.size(), "host");
    text += (text.empty() ? "" : ", ") + host + " shows " + count_of(shown.first.size(), "GPU") + " to " +
            count_of(shown.second, "rank");
  }
  return text;
}

}  // namespace

std::vector<std::size_t> choose_devices(const std::vector<RankView>& ranks) {
  Matching matching(ranks);
  std::vector<std::size_t> without;
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    if (!matching.place(r)) without.push_back(r);
  }
  for (const std::size_t r : without) matching.share(r);
  return matching.choice();
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
