// What a benchmark leaves behind: cases with their raw samples, memory, metrics and verdict. io/ writes Records and
// knows nothing else; adding a benchmark or a metric changes no writer.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/comodulogram.hpp"
#include "core/config.hpp"
#include "core/rows.hpp"

namespace pac {

/// A named number with its unit ("s", "1", "rows/s", "byte").
struct Metric {
  std::string name;
  std::string unit;
  double value = 0;
};

/// One rank's reading of one repetition.
struct Sample {
  std::int64_t rank = 0;
  std::int64_t repetition = 0;  ///< counted from 0, warm-ups first
  bool warmup = false;
  double wall_s = 0;
  std::vector<double> stage_s;  ///< [stage], names in Case::stages
};

/// Memory of one rank, bytes. -1: not measured.
struct MemoryUse {
  std::int64_t rank = 0;
  std::int64_t predicted_bytes = -1;
  std::int64_t requested_bytes = -1;
  std::int64_t fft_workspace_bytes = -1;
  std::int64_t device_peak_bytes = -1;
  std::int64_t host_peak_bytes = -1;
  std::int64_t host_base_bytes = -1;  ///< resident before the case
};

/// One measured configuration of a benchmark.
struct Case {
  std::string label;
  std::int64_t n_ranks = 1;
  std::vector<Metric> variables;    ///< independent variables (batch_size, ...)
  std::vector<Metric> metrics;      ///< results (wall_s_median, rows_per_s, ...)
  std::vector<std::string> stages;  ///< names of the stage columns, without "_s"
  std::vector<Sample> samples;      ///< the raw matrix, nothing dropped
  std::vector<MemoryUse> memory;
  std::string results_digest;  ///< of all maps of all rows, 16 hexadecimal digits (core/comodulogram.hpp); "": none
  std::string failure;         ///< why the case has no times; "": it has
};

enum class Verdict { passed, failed, skipped };

/// Where a rank ran.
struct RankInfo {
  std::string host;
  std::int64_t local_rank = 0;
  std::string backend;
  std::string device_name;
  std::string device_uuid;  ///< empty for CPUs
  std::int64_t device_total_bytes = 0;
  std::int64_t threads = 0;
  std::string cpus;                   ///< processors it is bound to: "0-3,8"; empty: not known
  double clock_offset_s = 0;          ///< its wall clock minus rank 0's; NaN: not known
  std::int64_t visible_devices = -1;  ///< GPUs that it sees; -1: not known
  std::int64_t host_cores = 0;        ///< logical processors of the host; 0: not known
};

/// Everything about one run that rank 0 writes.
struct Record {
  std::string benchmark;  ///< name
  std::string question;
  Verdict verdict = Verdict::skipped;
  std::string reason;
  bool complete = true;  ///< false: saved on the way, or by a run that was interrupted
  Config config;
  SignalShape shape;                 ///< of the signals that were computed
  std::vector<ChannelPair> pairs{};  ///< of channels, with --pairs: rows = batch * n_pairs + pair
  std::vector<Band> pha_bands;       ///< [P]
  std::vector<Band> amp_bands;       ///< [A]
  Comodulogram comodulogram;         ///< rows = batch * n_channels + channel (or pair); may be empty (n_rows 0)
  std::vector<Case> cases;
  std::vector<RankInfo> ranks;
  std::map<std::string, std::string> provenance;  ///< name -> text; becomes attributes of /provenance

  /// Rows of a batch item: its channels, or pairs of them.
  [[nodiscard]] std::int64_t rows_per_item() const {
    return pairs.empty() ? shape.n_channels : static_cast<std::int64_t>(pairs.size());
  }
};

}  // namespace pac
