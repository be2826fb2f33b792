// See scaling_model.hpp.
#include "core/scaling_model.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <numeric>
#include <utility>

#include "core/shard.hpp"

namespace pac {
namespace {

double number(std::int64_t n) { return static_cast<double>(n); }

double transform(std::int64_t length) { return number(length) * std::log2(number(std::max<std::int64_t>(length, 2))); }

/// Rows that a rank's threads work through one after the other, each with a core of its own.
double own_turns(std::int64_t rows, std::int64_t threads) {
  if (rows == 0) return 0;
  return rows >= threads ? number((rows + threads - 1) / threads) : 1 / number(threads / rows);
}

/// How many times longer work takes when so many ranks of a node are at it.
double slowness(std::int64_t ranks, const Nodes& nodes) {
  return std::max(1.0, number(ranks * nodes.threads) / number(nodes.cores_per_node));
}

Bound compute_bound(std::int64_t rows, std::int64_t ranks, std::int64_t on_node, const Nodes& nodes) {
  if (!nodes.devices && slowness(std::min(on_node, rows), nodes) > 1) return Bound::shared_cores;
  return rows < ranks ? Bound::too_few_rows : Bound::compute;
}

}  // namespace

PerRowStage row_work(const Plan& plan) {
  constexpr double logarithm = 20;  // additions that one costs
  const double extended = transform(plan.extended());
  const double hilbert = plan.hilbert == Hilbert::cropped ? 2 * transform(plan.hilbert_length) : 0;
  const double bands = number(plan.n_pha() + plan.n_amp());
  const double sums =
      plan.expected_boundaries() * number(plan.n_amp()) + logarithm * number(plan.pairs() * plan.n_bins);
  return {extended, bands * (extended + hilbert), bands * number(plan.n_times) + sums, number(plan.n_perm) * sums};
}

std::int64_t gathers_of(const Plan& plan) {
  const MapShape maps = plan.map_shape();
  const std::int64_t of_a_measure = maps.maps_per_measure() + (maps.surrogate_max ? 1 : 0);
  // preferred phase and quality too
  return static_cast<std::int64_t>(maps.measures.size()) * of_a_measure + 2 + (maps.distributions ? 1 : 0);
}

double turns_of(std::int64_t rows, std::int64_t ranks, const Nodes& nodes) {
  const std::int64_t most = shard_of(rows, ranks, 0).count;
  if (nodes.devices) return number(most);
  const std::int64_t on_node = std::min(ranks, nodes.ranks_per_node);
  const std::int64_t least = shard_of(rows, ranks, on_node - 1).count;
  const double longest = own_turns(most, nodes.threads);
  if (least == most) return longest * slowness(on_node, nodes);
  const std::int64_t with_more = std::min(rows % ranks, on_node);
  const double common = std::min(own_turns(least, nodes.threads), longest);
  return common * slowness(on_node, nodes) + (longest - common) * slowness(with_more, nodes);
}

Nodes readers_of(Nodes nodes) {
  nodes.threads = 1;
  nodes.devices = false;
  return nodes;
}

ScalingPrediction predict(std::int64_t rows, std::int64_t ranks, const Nodes& nodes, const ScalingCosts& costs) {
  const std::int64_t on_node = std::min(ranks, nodes.ranks_per_node);
  const std::int64_t most = shard_of(rows, ranks, 0).count;
  const std::int64_t tile = costs.rows_per_tile > 0 ? std::min(costs.rows_per_tile, std::max<std::int64_t>(most, 1))
                                                    : std::max<std::int64_t>(most, 1);
  const std::int64_t rounds = std::max<std::int64_t>(1, (most + tile - 1) / tile);
  ScalingPrediction out;

  const double turns = turns_of(rows, ranks, nodes);
  for (std::size_t s = 0; s < n_row_stages; ++s) out.stage_s[s] = turns * costs.row_s[s];
  out.compute_s = std::accumulate(out.stage_s.begin(), out.stage_s.end(), 0.0);

  // A shared file system serves all rows one after the other.
  out.read_s = costs.read_row_s * (costs.shared_reading ? number(rows) : turns_of(rows, ranks, readers_of(nodes)));
  out.upload_s = costs.upload_row_s * number(most);

  // Rank 0 copies its own rows and those of its node's ranks; all others come in through its node's one link. Each
  // gather asks for the counts by a tree of messages, then each rank of another node sends its rows.
  const Shard last = shard_of(rows, ranks, on_node - 1);
  const auto depth = static_cast<std::int64_t>(std::bit_width(static_cast<std::uint64_t>(ranks - 1)));
  const double near = number(last.end() * costs.result_bytes_per_row) / costs.copy_bytes_per_s;
  const double far = number((rows - last.end()) * costs.result_bytes_per_row) / costs.network_bytes_per_s;
  const double each = number(depth + 1) * costs.network_latency_s + number(ranks - on_node) * costs.message_s;
  const double latency = ranks > on_node ? number(rounds * costs.gathers) * each : 0;
  out.gather_s = near + far + latency;
  out.write_s = number(rows * costs.result_bytes_per_row) / costs.write_bytes_per_s;

  out.wall_s = out.compute_s + out.gather_s + (rounds > 1 ? out.read_s + out.upload_s : 0);
  out.job_s = out.read_s + out.upload_s + out.compute_s + out.gather_s + out.write_s;
  const std::pair<double, Bound> parts[] = {{out.compute_s, compute_bound(rows, ranks, on_node, nodes)},
                                            {out.read_s, Bound::reading},
                                            {out.upload_s, Bound::upload},
                                            {near, Bound::memory},
                                            {far, Bound::network},
                                            {latency, Bound::latency},
                                            {out.write_s, Bound::writing}};
  const auto less = [](const auto& a, const auto& b) { return a.first < b.first; };
  const auto& largest = *std::max_element(std::begin(parts), std::end(parts), less);
  out.bound = largest.second;
  out.bound_share = out.job_s > 0 ? largest.first / out.job_s : 0;
  return out;
}

}  // namespace pac
