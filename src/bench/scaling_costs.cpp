// See scaling_costs.hpp.
#include "bench/scaling_costs.hpp"

#include <algorithm>
#include <numeric>

#include "bench/terminal.hpp"
#include "core/count_text.hpp"
#include "core/error.hpp"
#include "core/shard.hpp"
#include "model/stages.hpp"

namespace pac {
namespace {

constexpr double usual_copy_bytes_per_s = 4e9;  // results within a host's memory
constexpr double usual_message_s = 2e-6;        // of rank 0's time for a message from another node
constexpr double upload_bytes_per_s = 12e9;     // PCIe 3.0 x16

double number(std::int64_t n) { return static_cast<double>(n); }

std::string rate_text(double bytes_per_s) { return number_text("%.6g MB/s", bytes_per_s / 1e6); }
std::string time_text(double seconds) { return readable({"", "s", seconds}); }

/// The run's own plan: what its times belong to.
Plan plan_of(const ScalingReference& measured) { return make_plan(measured.config, measured.shape); }

/// The rates of the two ways of a gather, as far as the run used them.
void add_gather_rates(const ScalingReference& measured, const Plan& plan, const Config& asked, ScalingCosts& costs) {
  const double bytes = number(plan.result_bytes_per_row());
  costs.copy_bytes_per_s = usual_copy_bytes_per_s;
  costs.network_bytes_per_s = asked.network_bandwidth.bytes_per_s;
  costs.network_latency_s = asked.network_latency;
  costs.message_s = usual_message_s;
  if (measured.hosts == 1) {
    if (measured.gather_s > 1e-6) costs.copy_bytes_per_s = number(measured.rows) * bytes / measured.gather_s;
    return;
  }
  if (asked.is_given("network_bandwidth")) return;
  const std::int64_t near = std::min(measured.ranks, measured.nodes.ranks_per_node);
  const std::int64_t rows = measured.rows - shard_of(measured.rows, measured.ranks, near - 1).end();
  ScalingCosts messages_alone = costs;  // what the model adds for the messages themselves
  messages_alone.result_bytes_per_row = 0;
  messages_alone.gathers = gathers_of(plan);
  messages_alone.rows_per_tile = measured.rows_per_tile;
  const double messages_s = predict(measured.rows, measured.ranks, measured.nodes, messages_alone).gather_s;
  const double known_s = number(measured.rows - rows) * bytes / costs.copy_bytes_per_s + messages_s;
  const double link_s = measured.gather_s - known_s;
  if (rows > 0 && link_s > measured.gather_s / 4) costs.network_bytes_per_s = number(rows) * bytes / link_s;
}

/// "with 2 surrogates ..": what of the work differs from the run's, and by how much computing grows.
std::string scaled_text(const ScalingReference& measured, const ScalingInputs& wanted) {
  const PerRowStage then = row_work(plan_of(measured));
  const PerRowStage now = row_work(wanted.plan);
  std::string text;
  for (std::size_t s = 0; s < n_row_stages; ++s) {
    if (then[s] == now[s] || now[s] == 0) continue;
    text += (text.empty() ? "" : ", ") + std::string(stage_names[s]) + number_text(" x %.3g", now[s] / then[s]);
  }
  return text;
}

}  // namespace

ScalingCosts scaling_costs(const ScalingReference& measured, const ScalingInputs& wanted) {
  const Plan run = plan_of(measured);
  const PerRowStage then = row_work(run);
  const PerRowStage now = row_work(wanted.plan);
  if (then.back() == 0 && now.back() > 0) {
    throw Error(Exit::usage,
                "--n-perm: " + to_text(wanted.plan.n_perm) +
                    ": the run of --from had no surrogates to take their time from; give one with --n-perm");
  }
  ScalingCosts costs;
  const double turns = turns_of(measured.rows, measured.ranks, measured.nodes);
  for (std::size_t s = 0; s < n_row_stages; ++s) {
    if (then[s] > 0) costs.row_s[s] = measured.stage_s[s] / turns * (now[s] / then[s]);
  }
  const double longer = number(wanted.plan.extended()) / number(run.extended());
  costs.shared_reading = !measured.config.input.empty();
  costs.read_row_s = longer * measured.read_s /
                     (costs.shared_reading ? number(measured.rows)
                                           : turns_of(measured.rows, measured.ranks, readers_of(measured.nodes)));
  if (wanted.nodes.devices) {
    costs.upload_row_s = number(wanted.plan.extended()) * sizeof(float) / upload_bytes_per_s;
  }
  costs.result_bytes_per_row = wanted.plan.result_bytes_per_row();
  costs.gathers = gathers_of(wanted.plan);
  if (measured.rows_per_tile > 0) {
    costs.rows_per_tile = std::max<std::int64_t>(1, static_cast<std::int64_t>(number(measured.rows_per_tile) / longer));
  }
  costs.write_bytes_per_s = wanted.config.write_bandwidth.bytes_per_s;
  add_gather_rates(measured, run, wanted.config, costs);
  return costs;
}

std::vector<std::string> assumptions_of(const ScalingReference& measured, const ScalingInputs& wanted,
                                        const ScalingCosts& costs) {
  const Nodes& nodes = wanted.nodes;
  const double row_s = std::accumulate(costs.row_s.begin(), costs.row_s.end(), 0.0);
  std::vector<std::string> lines;
  lines.push_back("times are of case '" + measured.label + "' on " + count_text(measured.ranks, "rank") + " of " +
                  count_text(measured.hosts, "host") + ", " + count_text(measured.rows, "row") + " of " +
                  to_text(measured.shape.n_times) + " samples");
  lines.push_back("a row takes " + time_text(row_s) +
                  (nodes.devices ? " of a GPU, in proportion also where rows no longer fill it"
                                 : " of a thread, however many cores of a node are at work"));
  const std::string scaled = scaled_text(measured, wanted);
  if (!scaled.empty()) lines.push_back("scaled from the run's rows by numbers of operations: " + scaled);
  lines.push_back("a node has " + count_text(nodes.ranks_per_node, "rank") +
                  (nodes.devices ? " with a GPU each"
                                 : " of " + count_text(nodes.threads, "thread") + " on " +
                                       count_text(nodes.cores_per_node, "core")) +
                  "; ranks fill one node after the other");
  const bool own_rate = costs.network_bytes_per_s != wanted.config.network_bandwidth.bytes_per_s;
  lines.push_back("results of other nodes come through rank 0's link at " + rate_text(costs.network_bytes_per_s) +
                  (own_rate ? " (measured)" : " (--network-bandwidth)") + "; a message takes " +
                  time_text(costs.network_latency_s) + " (--network-latency), and " + time_text(costs.message_s) +
                  " of rank 0 (not measured)");
  lines.push_back("results of rank 0's node are copied at " + rate_text(costs.copy_bytes_per_s) +
                  (costs.copy_bytes_per_s == usual_copy_bytes_per_s ? " (not measured)" : " (measured)"));
  lines.push_back(costs.shared_reading
                      ? "all ranks together read " + number_text("%.6g", 1 / costs.read_row_s) +
                            " rows a second, as the run did: one file system serves them"
                      : "each rank makes its synthetic rows, " + time_text(costs.read_row_s) + " a row");
  if (nodes.devices) lines.push_back("rows go to a GPU at " + rate_text(upload_bytes_per_s) + " (not measured)");
  lines.push_back("rank 0 writes maps at " + rate_text(costs.write_bytes_per_s) + " (--write-bandwidth, not measured)");
  lines.push_back("rows are " + (costs.rows_per_tile > 0 ? "read again in each pass where a rank has more than " +
                                                               to_text(costs.rows_per_tile)
                                                         : std::string("read once and stay in memory")));
  return lines;
}

}  // namespace pac
