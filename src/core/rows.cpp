// Rows out of raw windows: extension at the edges, check for finite samples, removal of the mean, digest. Each row is
// worked on alone, so it does not depend on which rows it was read with. Where windows come from: the sources.
#include "core/rows.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdio>
#include <limits>
#include <memory>
#include <utility>

#include "core/digest.hpp"
#include "core/error.hpp"

namespace pac {
namespace {

/// Double staging of one piece of channels; a single row may need more.
constexpr std::int64_t staging_bytes = std::int64_t{32} << 20;

std::size_t as_size(std::int64_t n) { return static_cast<std::size_t>(n); }

/// Calls work(batch, first channel, number of channels) over consecutive rows, in pieces that stage at most
/// staging_bytes with `width` samples a row.
template <class Work>
void for_each_piece(RowRun rows, std::int64_t n_channels, std::int64_t width, Work&& work) {
  const std::int64_t most = std::max<std::int64_t>(1, staging_bytes / 8 / std::max<std::int64_t>(1, width));
  for (std::int64_t i = 0; i < rows.count;) {
    const std::int64_t row = rows.at(i);
    const std::int64_t channel = row % n_channels;
    const std::int64_t count = rows.stride > 1 ? 1 : std::min({most, n_channels - channel, rows.count - i});
    work(row / n_channels, channel, count);
    i += count;
  }
}

void check_rows(const SignalShape& shape, RowRun rows) {
  const std::int64_t end = rows.count > 0 ? rows.at(rows.count - 1) + 1 : 0;
  if (rows.first < 0 || rows.count < 0 || end > shape.n_rows()) {
    throw Error(Exit::usage, "rows " + std::to_string(rows.first) + " to " + std::to_string(end) +
                                 " asked for, the signals have " + std::to_string(shape.n_rows()));
  }
}

[[noreturn]] void refuse_sample(const SignalShape& shape, std::int64_t batch, std::int64_t channel, std::int64_t time,
                                double value, const char* why) {
  const double start_s = shape.start_s.empty() ? 0.0 : shape.start_s[as_size(batch)];
  const std::int64_t sample = std::llround(start_s * shape.fs_hz) + time;
  char text[160];
  std::snprintf(text, sizeof text, "(number %lld), time %.6g s (sample %lld), batch item %lld: the sample is %g",
                static_cast<long long>(channel), static_cast<double>(sample) / shape.fs_hz,
                static_cast<long long>(sample), static_cast<long long>(batch), value);
  const std::string name = shape.channel_names.empty() ? "" : "'" + shape.channel_names[as_size(channel)] + "' ";
  throw Error(Exit::input, "channel " + name + text + ", " + why);
}

/// Odd reflection 2 x[end] - x[k] about the first and last of `own` samples that stand at [before, before + own) of
/// `extended`, into the samples before and after them.
void reflect(std::span<double> extended, std::size_t before, std::size_t own) {
  const std::size_t first = before;
  const std::size_t last = before + own - 1;
  for (std::size_t k = 1; k <= before; ++k) extended[first - k] = 2 * extended[first] - extended[first + k];
  for (std::size_t k = 1; last + k < extended.size(); ++k) extended[last + k] = 2 * extended[last] - extended[last - k];
}

/// Mean in two passes: the second removes the rounding of the first, so that an offset costs no digits.
double mean_of(std::span<const double> samples) {
  const auto n = static_cast<double>(samples.size());
  double sum = 0;
  for (const double x : samples) sum += x / n;
  double rest = 0;
  for (const double x : samples) rest += x - sum;
  return sum + rest / n;
}

}  // namespace

void RowSource::read(RowRun rows, std::int64_t pad, RowBlock& block) {
  const SignalShape& signals = shape();
  check_rows(signals, rows);
  const std::int64_t n_times = signals.n_times;
  if (pad < 0 || pad >= n_times) {
    throw Error(Exit::usage, "an extension of " + std::to_string(pad) + " samples needs rows longer than " +
                                 std::to_string(n_times) + "; raise --seq-sec");
  }
  block.rows = rows;
  block.group = {};
  block.n_times = n_times;
  block.pad = pad;
  block.samples.resize(as_size(rows.count * block.extended()));
  block.mean.assign(as_size(rows.count), 0.0);
  block.constant.assign(as_size(rows.count), 0);

  std::vector<double> window;    // [channel of the piece][before + T + after]
  std::vector<double> extended;  // [pad + T + pad] of one row
  std::int64_t done = 0;
  const auto finish = [&](std::int64_t batch, std::int64_t channel, std::span<const double> raw, std::int64_t before) {
    for (std::size_t k = 0; k < raw.size(); ++k) {
      if (!std::isfinite(raw[k])) {
        refuse_sample(signals, batch, channel, static_cast<std::int64_t>(k) - before, raw[k],
                      "not finite; repair it or choose other --channels");
      }
    }
    extended.resize(as_size(block.extended()));
    if (raw.data() != extended.data() + (pad - before)) {
      std::copy(raw.begin(), raw.end(), extended.begin() + (pad - before));
    }
    reflect(extended, as_size(pad - before), raw.size());
    const auto own = std::span<const double>(extended).subspan(as_size(pad), as_size(n_times));
    const bool constant = std::all_of(own.begin(), own.end(), [&](double x) { return x == own[0]; });
    const double mean = constant ? own[0] : mean_of(own);
    float* out = block.samples.data() + done * block.extended();
    for (std::size_t k = 0; k < extended.size(); ++k) {
      const double centred = extended[k] - mean;
      if (!(std::abs(centred) <= static_cast<double>(std::numeric_limits<float>::max()))) {
        refuse_sample(signals, batch, channel, static_cast<std::int64_t>(k) - pad, extended[k],
                      "too large for single precision; rescale the signals");
      }
      out[k] = constant ? 0.0F : static_cast<float>(centred);
    }
    block.mean[as_size(done)] = mean;
    block.constant[as_size(done)] = constant ? 1 : 0;
    ++done;
  };
  for_each_piece(rows, signals.n_channels, block.extended(),
                 [&](std::int64_t batch, std::int64_t channel, std::int64_t count) {
                   const Neighbours around = neighbours(batch);
                   const std::int64_t before = std::min(pad, around.before);
                   const std::int64_t after = std::min(pad, around.after);
                   const std::int64_t width = before + n_times + after;
                   if (count == 1) {  // a long row is staged once
                     extended.resize(as_size(block.extended()));
                     const auto own = std::span(extended).subspan(as_size(pad - before), as_size(width));
                     read_window(batch, channel, 1, -before, n_times + after, own);
                     finish(batch, channel, own, before);
                     return;
                   }
                   window.resize(as_size(count * width));
                   read_window(batch, channel, count, -before, n_times + after, window);
                   for (std::int64_t c = 0; c < count; ++c) {
                     finish(batch, channel + c,
                            std::span<const double>(window).subspan(as_size(c * width), as_size(width)), before);
                   }
                 });
}

void RowSource::for_each_row(Shard rows,
                             const std::function<void(std::int64_t row, std::span<const double> samples)>& take) {
  const SignalShape& signals = shape();
  check_rows(signals, rows);
  const std::int64_t n_times = signals.n_times;
  std::vector<double> window;  // [channel of the piece][T]
  for_each_piece(rows, signals.n_channels, n_times, [&](std::int64_t batch, std::int64_t channel, std::int64_t count) {
    window.resize(as_size(count * n_times));
    read_window(batch, channel, count, 0, n_times, window);
    for (std::int64_t c = 0; c < count; ++c) {
      take(batch * signals.n_channels + channel + c,
           std::span<const double>(window).subspan(as_size(c * n_times), as_size(n_times)));
    }
  });
}

std::uint64_t RowSource::digest(Shard rows) {
  std::uint64_t sum = 0;
  for_each_row(rows, [&](std::int64_t row, std::span<const double> samples) {
    Digest digest;
    digest.add(static_cast<std::uint64_t>(row));
    for (const double x : samples) digest.add(std::bit_cast<std::uint64_t>(x));
    sum += digest.value();
  });
  return sum;
}

class RepeatedRows final : public RowSource {
 public:
  RepeatedRows(std::unique_ptr<RowSource> source, std::int64_t n_batches)
      : source_(std::move(source)), own_(source_->shape().n_batches), shape_(source_->shape()) {
    shape_.n_batches = n_batches;
    shape_.start_s.resize(as_size(n_batches));
    for (std::int64_t b = own_; b < n_batches; ++b) shape_.start_s[as_size(b)] = shape_.start_s[as_size(b % own_)];
  }
  [[nodiscard]] const SignalShape& shape() const override { return shape_; }

 protected:
  [[nodiscard]] Neighbours neighbours(std::int64_t batch) const override { return source_->neighbours(batch % own_); }
  void read_window(std::int64_t batch, std::int64_t channel, std::int64_t n_channels, std::int64_t begin,
                   std::int64_t end, std::span<double> out) override {
    source_->read_window(batch % own_, channel, n_channels, begin, end, out);
  }

 private:
  std::unique_ptr<RowSource> source_;
  std::int64_t own_;
  SignalShape shape_;
};

std::unique_ptr<RowSource> with_batches(std::unique_ptr<RowSource> source, std::int64_t n_batches) {
  return std::make_unique<RepeatedRows>(std::move(source), n_batches);
}

}  // namespace pac
