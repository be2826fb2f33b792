// Rows of signal as they travel from a source (file or generator) to a model: shapes, extension at the edges, offsets.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "core/channel_pairs.hpp"
#include "core/shard.hpp"

namespace pac {

/// What a source holds. A row is one channel of one batch item; global row index = batch * n_channels + channel.
struct SignalShape {
  std::int64_t n_batches = 0;  ///< batch items: epochs of an array, or segments cut from a recording
  std::int64_t n_channels = 0;
  std::int64_t n_times = 0;                ///< samples of a row, T
  double fs_hz = 0;                        ///< sampling rate
  std::vector<std::string> channel_names;  ///< [n_channels]
  std::vector<double> start_s;             ///< [n_batches] start of the batch item within the recording; 0 for epochs
  std::string unit = "1";                  ///< of the samples, as the file states it
  std::int64_t dropped_times = 0;          ///< samples at the recording's end that fill no segment

  [[nodiscard]] std::int64_t n_rows() const { return n_batches * n_channels; }
};

/// Signals whose phases meet each other's amplitudes: the channels of a batch item, or the batch items of a channel.
/// Each is filtered on one of the ranks; a block then holds the rank's own signals, and its rows are pairs of any.
struct SignalGroup {
  std::int64_t index = -1;
  std::int64_t n_signals = 0;        ///< 0: no group, every row is a signal of the block
  Shard own;                         ///< signals of the group whose samples the block holds
  bool begins = true;                ///< its signals were read anew: nothing made of them before holds
  std::vector<ChannelPair> sources;  ///< [row] which signals' phase and amplitude
};

/// Some rows at a constant distance, extended at both edges, mean removed (kept apart in double, so that single
/// precision holds signals that ride on a large offset).
struct RowBlock {
  RowRun rows;                         ///< global row indices
  std::int64_t n_times = 0;            ///< T
  std::int64_t pad = 0;                ///< samples of extension on each side
  std::vector<float> samples;          ///< [row][pad + T + pad], without the row's mean
  std::vector<double> mean;            ///< [row] mean over the row's own T samples
  std::vector<std::uint8_t> constant;  ///< [row] 1 where all T samples are equal
  SignalGroup group;                   ///< where there is one, the above are [signal of group.own]

  [[nodiscard]] std::int64_t extended() const { return n_times + 2 * pad; }
  [[nodiscard]] std::span<const float> row(std::int64_t i) const {
    return std::span(samples).subspan(static_cast<std::size_t>(i * extended()), static_cast<std::size_t>(extended()));
  }
};

/// Where rows come from. Local (no communication); may be called from one thread at a time. Implementations deliver raw
/// windows; extension, check for finite samples and removal of the mean are done here, once for all sources.
class RowSource {
 public:
  RowSource() = default;
  RowSource(const RowSource&) = delete;
  RowSource& operator=(const RowSource&) = delete;
  virtual ~RowSource() = default;

  [[nodiscard]] virtual const SignalShape& shape() const = 0;

  /// Reads global rows with `pad` samples of extension: neighbouring samples inside a
  /// recording, odd reflection 2 x[0] - x[k] about its first and last sample where it ends (pad < T). Throws Error
  /// (input) naming channel and time of a sample that is not finite.
  void read(RowRun rows, std::int64_t pad, RowBlock& block);

  /// The samples of each row as the source has them, [T], in order.
  void for_each_row(Shard rows, const std::function<void(std::int64_t row, std::span<const double> samples)>& take);

  /// For provenance and comparison: per row the FNV-1a hash (64 bit) of its global index and its samples as float64,
  /// summed over the given rows modulo 2^64, so that it does not depend on how rows were divided.
  [[nodiscard]] std::uint64_t digest(Shard rows);

 protected:
  friend class RepeatedRows;

  /// Samples that may be asked for beyond a batch item's own: those of the recording before and after it.
  struct Neighbours {
    std::int64_t before = 0;
    std::int64_t after = 0;
  };
  [[nodiscard]] virtual Neighbours neighbours(std::int64_t batch) const = 0;

  /// Delivers channels [channel, channel + n_channels) of one batch item, times [begin, end) relative to the item's
  /// first sample (begin may be negative, end may exceed T, within neighbours()), as out[channel][time].
  virtual void read_window(std::int64_t batch, std::int64_t channel, std::int64_t n_channels, std::int64_t begin,
                           std::int64_t end, std::span<double> out) = 0;
};

/// The first n_batches batch items of a source, begun again from the first where it has fewer.
std::unique_ptr<RowSource> with_batches(std::unique_ptr<RowSource> source, std::int64_t n_batches);

}  // namespace pac
