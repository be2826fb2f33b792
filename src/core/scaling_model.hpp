// How long a job takes on so many ranks, by arithmetic from what one row costs: compute shared by threads and cores,
// results through rank 0's link, reading, writing. Plain values in, plain values out; where the costs come from is not
// decided here.
#pragma once

#include <array>
#include <cstdint>

#include "core/plan.hpp"

namespace pac {

/// The stages of computing that a row's work is told apart by, in the order of model/stages.hpp: spectrum, analytic,
/// bin_sums, surrogates.
inline constexpr std::size_t n_row_stages = 4;
using PerRowStage = std::array<double, n_row_stages>;

/// Operations of one row in each stage, up to a factor that does not depend on the plan: only ratios of two plans mean
/// something. E samples with extension, T without, P and A bands, K surrogates, X expected boundaries of phase bins:
///   spectrum    E log2 E                          one transform of the extended row
///   analytic    (P + A) (E log2 E + 2 T log2 T)   a transform a band; cropped: the Hilbert transform there and back
///   bin_sums    (P + A) T + A X + 20 P A n_bins   phase bins, prefix sums; sums at boundaries, logarithms
///   surrogates  K (A X + 20 P A n_bins)           the last two for each shift
PerRowStage row_work(const Plan& plan);

/// Gathers of a result: its arrays, each of which is gathered alone.
std::int64_t gathers_of(const Plan& plan);

/// What ranks share. Ranks fill one node after the other.
struct Nodes {
  std::int64_t ranks_per_node = 1;
  std::int64_t cores_per_node = 1;
  std::int64_t threads = 1;  ///< of a rank
  bool devices = false;      ///< each rank computes on a GPU of its own: threads and cores do not count
};

/// What things cost. Seconds are of one thread, or of one GPU, with a core of its own.
struct ScalingCosts {
  PerRowStage row_s{};          ///< computing a row
  double read_row_s = 0;        ///< reading, or making, a row
  bool shared_reading = false;  ///< all ranks read through one file system that is no faster for many
  double upload_row_s = 0;      ///< a row to the GPU
  std::int64_t result_bytes_per_row = 0;
  std::int64_t gathers = 0;        ///< arrays that are gathered, each alone
  std::int64_t rows_per_tile = 0;  ///< a rank holds so many at once, and reads them in each pass; 0: all
  double copy_bytes_per_s = 1;     ///< results within rank 0's node
  double network_bytes_per_s = 1;  ///< one node's link
  double network_latency_s = 0;    ///< of a message between nodes, until the next can begin
  double message_s = 0;            ///< of rank 0's time that each message from another node takes
  double write_bytes_per_s = 1;    ///< the result file, by rank 0
};

/// What takes the largest part of a job.
enum class Bound { compute, shared_cores, too_few_rows, reading, upload, memory, network, latency, writing };

struct ScalingPrediction {
  double read_s = 0;
  double upload_s = 0;
  PerRowStage stage_s{};  ///< computing
  double compute_s = 0;   ///< their sum
  double gather_s = 0;    ///< the three of them: within the node, over the link, latency
  double write_s = 0;
  double wall_s = 0;  ///< what a measured pass is: compute and gather, and where rows are streamed read and upload
  double job_s = 0;   ///< everything once
  Bound bound = Bound::compute;
  double bound_share = 0;  ///< of the job
};

/// Thread's rows that the slowest rank of the first node works through one after the other, which holds the largest
/// shards; with seconds of a row it is the time of computing.
///
/// A rank takes ceil(r / threads) for r rows; fewer rows than threads divide the threads, 1 / floor(threads / r). Where
/// a node's threads outnumber its cores, time goes on at cores / threads while all ranks work, and faster for those
/// with one row more when the others have finished. On GPUs it is r.
double turns_of(std::int64_t rows, std::int64_t ranks, const Nodes& nodes);

/// The same nodes for what each rank does with one thread and without its GPU: reading.
Nodes readers_of(Nodes nodes);

/// rows, ranks >= 1; rates above 0.
ScalingPrediction predict(std::int64_t rows, std::int64_t ranks, const Nodes& nodes, const ScalingCosts& costs);

}  // namespace pac
