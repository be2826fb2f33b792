// Where the ranks of a job run, and what about it costs speed or misleads.
#include "bench/placement.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "bench/terminal.hpp"
#include "core/config.hpp"
#include "core/count_text.hpp"
#include "core/matching.hpp"

namespace pac {
namespace {

/// The ranks of one host.
struct Host {
  std::string name;
  std::vector<std::size_t> ranks;
};

std::vector<Host> hosts_of(std::span<const RankInfo> ranks) {
  std::vector<Host> hosts;  // in the order of their first ranks
  std::map<std::string, std::size_t> places;
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    const auto [place, fresh] = places.try_emplace(ranks[r].host, hosts.size());
    if (fresh) hosts.push_back({ranks[r].host, {}});
    hosts[place->second].ranks.push_back(r);
  }
  return hosts;
}

std::vector<std::int64_t> cpus_of(const RankInfo& rank) {
  ChannelList list;  // spelled alike
  parse("cpus", rank.cpus, list);
  return list.indices;
}

std::string shared_cores(const Host& host, std::span<const RankInfo> ranks) {
  std::vector<std::vector<std::int64_t>> cpus;  // of each of the host's ranks
  std::vector<std::size_t> rank_of;             // of each thread, an index of `cpus`
  std::set<std::int64_t> cores;
  for (const std::size_t r : host.ranks) {
    if (ranks[r].cpus.empty()) return "";
    rank_of.insert(rank_of.end(), static_cast<std::size_t>(ranks[r].threads), cpus.size());
    cpus.push_back(cpus_of(ranks[r]));
    cores.insert(cpus.back().begin(), cpus.back().end());
  }
  if (rank_of.size() > cores.size()) {
    const std::size_t share = cores.size() / host.ranks.size();
    return "host " + host.name + ": " + count_text(std::ssize(rank_of), "thread") + " of " +
           count_text(std::ssize(host.ranks), "rank") + " share " + count_text(std::ssize(cores), "core") + "; use " +
           (share > 0 ? "--threads " + std::to_string(share) : "fewer ranks") +
           ", or give ranks more cores (mpirun --bind-to none, srun --cpus-per-task)";
  }
  Matching<std::vector<std::int64_t>> matching([&](std::size_t thread) -> auto& { return cpus[rank_of[thread]]; });
  for (std::size_t thread = 0; thread < rank_of.size(); ++thread) {
    if (matching.place(thread)) continue;
    const std::size_t r = host.ranks[rank_of[thread]];
    return "host " + host.name + ": threads of rank " + std::to_string(r) + ", bound to " + ranks[r].cpus +
           ", share cores while others idle (" + count_text(std::ssize(rank_of), "thread") + ", " +
           count_text(std::ssize(cores), "core") +
           "); use --threads 1, or bind ranks apart (mpirun --map-by slot:PE=N, srun --cpu-bind=cores)";
  }
  return "";
}

std::string lone_devices(const Host& host, std::span<const RankInfo> ranks) {
  std::set<std::string> uuids;
  for (const std::size_t r : host.ranks) {
    if (ranks[r].visible_devices != 1) return "";
    uuids.insert(ranks[r].device_uuid);
  }
  if (uuids.size() < 2) return "";
  return "host " + host.name + ": each rank sees one of " + count_text(std::ssize(uuids), "GPU") +
         " alone, so NCCL may not reach one from another directly; let ranks see all (srun --gpu-bind=none)";
}

std::string clock_difference(std::span<const RankInfo> ranks) {
  constexpr double most_s = 0.5;
  std::size_t low = 0;
  std::size_t high = 0;
  for (std::size_t r = 0; r < ranks.size(); ++r) {
    if (ranks[r].clock_offset_s < ranks[low].clock_offset_s) low = r;
    if (ranks[r].clock_offset_s > ranks[high].clock_offset_s) high = r;
  }
  const double apart_s = ranks[high].clock_offset_s - ranks[low].clock_offset_s;
  if (!(apart_s > most_s)) return "";
  const auto who = [&](std::size_t r) { return "host " + ranks[r].host + " (rank " + std::to_string(r) + ")"; };
  return "the clock of " + who(high) + " is " + number_text("%.3g s", apart_s) + " ahead of that of " + who(low) +
         "; set them by one time server (chrony, ntpd)";
}

}  // namespace

std::string cpu_list(std::span<const int> cpus) {
  std::string text;
  for (std::size_t i = 0; i < cpus.size();) {
    std::size_t end = i + 1;
    while (end < cpus.size() && cpus[end] == cpus[end - 1] + 1) ++end;
    text += (text.empty() ? "" : ",") + std::to_string(cpus[i]);
    if (end > i + 1) text += "-" + std::to_string(cpus[end - 1]);
    i = end;
  }
  return text;
}

std::vector<std::string> placement_warnings(std::span<const RankInfo> ranks) {
  std::vector<std::string> warnings;
  if (ranks.empty()) return warnings;
  const std::vector<Host> hosts = hosts_of(ranks);
  for (const auto& found : {shared_cores, lone_devices}) {
    std::string first;
    std::size_t others = 0;
    for (const Host& host : hosts) {
      const std::string line = found(host, ranks);
      if (first.empty()) {
        first = line;
      } else if (!line.empty()) {
        ++others;
      }
    }
    if (!first.empty())
      warnings.push_back(first +
                         (others > 0 ? "; so on " + count_text(static_cast<std::int64_t>(others), "other host") : ""));
  }
  const std::string clocks = clock_difference(ranks);
  if (!clocks.empty()) warnings.push_back(clocks);
  return warnings;
}

}  // namespace pac
