// See array_source.hpp.
#include "io/array_source.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/error.hpp"

namespace pac {
namespace {

constexpr std::int64_t most_channels = 1'000'000;
constexpr std::int64_t most_segments = 10'000'000;
constexpr double most_times = 2147483647;          // samples of a row
constexpr std::int64_t scratch_numbers = 1 << 19;  // 4 MiB of doubles while axes are exchanged

std::size_t as_size(std::int64_t n) { return static_cast<std::size_t>(n); }

/// Storage axis of batch, channel and time; -1 where there is none.
struct Axes {
  int batch = -1;
  int channel = -1;
  int time = -1;
};

/// Letters of the layout in the order in which the user names the axes.
std::string letters_of(const ArrayFacts& facts, const Config& config) {
  const std::size_t rank = facts.extents.size();
  const bool asked = config.is_given("layout") && config.layout != Layout::automatic;
  std::vector<std::int64_t> extents = facts.extents;
  if (facts.column_major) std::reverse(extents.begin(), extents.end());
  const std::string shape = " (" + extents_text(extents) + ")";
  if (asked && facts.layout_is_fixed && config.layout != facts.layout) {
    throw Error(Exit::usage, "--layout " + to_text(config.layout) + ": the axes of " + facts.name + shape + " are " +
                                 to_text(facts.layout) + "; leave --layout out");
  }
  const Layout layout = config.layout != Layout::automatic ? config.layout : facts.layout;
  if (layout == Layout::automatic) return rank == 1 ? "t" : rank == 2 ? "ct" : "bct";
  const std::string letters = to_text(layout);
  if (letters.size() == rank) return letters;
  // A vector may carry axes of length 1 (MATLAB's 1 x N).
  const auto long_axes = std::count_if(extents.begin(), extents.end(), [](std::int64_t n) { return n > 1; });
  if (layout == Layout::t && long_axes <= 1 && rank == 2) return extents[0] > 1 ? "tc" : "ct";
  throw Error(Exit::usage, "--layout " + letters + ": names " + std::to_string(letters.size()) + " axes, " +
                               facts.name + " has " + std::to_string(rank) + shape + "; give one that fits");
}

Axes axes_of(const ArrayFacts& facts, const Config& config) {
  const std::string letters = letters_of(facts, config);
  const auto storage_axis = [&](char letter) {
    const std::size_t at = letters.find(letter);
    if (at == std::string::npos) return -1;
    return static_cast<int>(facts.column_major ? letters.size() - 1 - at : at);
  };
  return {storage_axis('b'), storage_axis('c'), storage_axis('t')};
}

double sampling_rate(const ArrayFacts& facts, const Config& config) {
  const bool given = config.is_given("fs");
  if (!facts.fs_hz) {
    if (!given) throw Error(Exit::input, facts.name + ": states no sampling rate; give --fs HZ");
    return config.fs;
  }
  const double stated = *facts.fs_hz;
  if (!(stated > 0) || !(stated <= 1e9)) {
    throw Error(Exit::input, facts.name + ": states a sampling rate of " + to_text(stated) + " Hz, which cannot be");
  }
  if (!given) return stated;
  if (std::abs(config.fs - stated) > 1e-6 * stated) {
    throw Error(Exit::usage, "--fs " + to_text(config.fs) + ": " + facts.name + " states " + to_text(stated) +
                                 " Hz; leave --fs out, or correct the file");
  }
  return config.fs;
}

class ArraySource final : public RowSource {
 public:
  ArraySource(std::unique_ptr<SignalArray> array, const Config& config)
      : array_(std::move(array)), axes_(axes_of(array_->facts(), config)) {
    shape_.fs_hz = sampling_rate(array_->facts(), config);
    shape_.unit = array_->facts().unit;
    choose_channels(config);
    if (axes_.batch >= 0) {
      take_epochs(config);
    } else {
      cut_segments(config);
    }
  }
  [[nodiscard]] const SignalShape& shape() const override { return shape_; }

 protected:
  [[nodiscard]] Neighbours neighbours(std::int64_t batch) const override {
    if (axes_.batch >= 0) return {};
    const std::int64_t first = batch * shape_.n_times;
    return {first, extent(axes_.time) - first - shape_.n_times};
  }

  void read_window(std::int64_t batch, std::int64_t channel, std::int64_t n_channels, std::int64_t begin,
                   std::int64_t end, std::span<double> out) override {
    AxisValues first{};
    AxisValues count{1, 1, 1};
    if (axes_.batch >= 0) {
      first[as_size(axes_.batch)] = batch;
    } else {
      begin += batch * shape_.n_times;
      end += batch * shape_.n_times;
    }
    first[as_size(axes_.time)] = begin;
    count[as_size(axes_.time)] = end - begin;
    // Selected channels are read in runs that follow each other in the file.
    for (std::int64_t done = 0; done < n_channels;) {
      const std::int64_t start = file_channel(channel + done);
      std::int64_t run = 1;
      while (done + run < n_channels && file_channel(channel + done + run) == start + run) ++run;
      if (axes_.channel >= 0) {
        first[as_size(axes_.channel)] = start;
        count[as_size(axes_.channel)] = run;
      }
      read_run(first, count, run, out.subspan(as_size(done * (end - begin)), as_size(run * (end - begin))));
      done += run;
    }
  }

 private:
  [[nodiscard]] std::int64_t extent(int axis) const { return axis < 0 ? 1 : array_->facts().extents[as_size(axis)]; }
  [[nodiscard]] std::int64_t file_channel(std::int64_t channel) const {
    return selected_.empty() ? channel : selected_[as_size(channel)];
  }

  /// One block of the file as out[channel][time], in pieces of time where the file holds it the other way round.
  void read_run(AxisValues first, AxisValues count, std::int64_t run, std::span<double> out) {
    if (axes_.channel < axes_.time) {
      array_->read(first, count, out);
      return;
    }
    const std::size_t time = as_size(axes_.time);
    const std::int64_t n_times = count[time];
    const std::int64_t begin = first[time];
    const std::int64_t piece = std::clamp<std::int64_t>(scratch_numbers / run, 1, n_times);
    for (std::int64_t t = 0; t < n_times; t += piece) {
      first[time] = begin + t;
      count[time] = std::min(piece, n_times - t);
      scratch_.resize(as_size(count[time] * run));
      array_->read(first, count, scratch_);
      for (std::int64_t k = 0; k < count[time]; ++k) {
        for (std::int64_t c = 0; c < run; ++c) out[as_size(c * n_times + t + k)] = scratch_[as_size(k * run + c)];
      }
    }
  }

  void choose_channels(const Config& config) {
    const ArrayFacts& facts = array_->facts();
    const std::int64_t available = extent(axes_.channel);
    if (available > most_channels) {
      throw Error(Exit::input, facts.name + ": would have " + std::to_string(available) +
                                   " channels; name the order of its axes with --layout");
    }
    selected_ = config.channels.indices;
    for (const std::int64_t index : selected_) {
      if (index < 0 || index >= available) {
        throw Error(Exit::usage, "--channels " + std::to_string(index) + ": " + facts.name + " has " +
                                     std::to_string(available) + " channels, counted from 0");
      }
    }
    shape_.n_channels = selected_.empty() ? available : static_cast<std::int64_t>(selected_.size());
    const bool named = static_cast<std::int64_t>(facts.channel_names.size()) == available;
    for (std::int64_t c = 0; c < shape_.n_channels; ++c) {
      const std::int64_t index = file_channel(c);
      shape_.channel_names.push_back(named ? facts.channel_names[as_size(index)] : "ch" + std::to_string(index));
    }
  }

  /// Length of a row that --seq-sec asks for, in samples.
  [[nodiscard]] std::int64_t asked_times(const Config& config) const {
    const double times = config.seq_sec * shape_.fs_hz;
    if (!(times >= 0.5 && times < most_times)) {
      throw Error(Exit::usage, "--seq-sec " + to_text(config.seq_sec) + ": at " + to_text(shape_.fs_hz) +
                                   " Hz this is no number of samples from 1 to 2^31 - 1");
    }
    return std::llround(times);
  }

  void take_epochs(const Config& config) {
    shape_.n_batches = extent(axes_.batch);
    shape_.n_times = extent(axes_.time);
    check_size();
    if (config.is_given("seq_sec") && asked_times(config) != shape_.n_times) {
      throw Error(Exit::usage, "--seq-sec " + to_text(config.seq_sec) + ": the epochs of " + array_->facts().name +
                                   " have " + std::to_string(shape_.n_times) + " samples (" + seconds(shape_.n_times) +
                                   " s); leave --seq-sec out");
    }
    shape_.start_s.assign(as_size(shape_.n_batches), 0.0);
  }

  void cut_segments(const Config& config) {
    const std::int64_t total = extent(axes_.time);
    shape_.n_times = asked_times(config);
    if (total < shape_.n_times) {
      if (config.is_given("seq_sec")) {
        throw Error(Exit::input, array_->facts().name + ": the recording has " + std::to_string(total) + " samples (" +
                                     seconds(total) + " s), shorter than --seq-sec " + to_text(config.seq_sec) + " (" +
                                     std::to_string(shape_.n_times) + " samples)");
      }
      shape_.n_times = total;
    }
    shape_.n_batches = total / shape_.n_times;
    shape_.dropped_times = total % shape_.n_times;
    check_size();
    for (std::int64_t b = 0; b < shape_.n_batches; ++b) {
      shape_.start_s.push_back(static_cast<double>(b * shape_.n_times) / shape_.fs_hz);
    }
  }

  void check_size() const {
    if (shape_.n_batches > most_segments || static_cast<double>(shape_.n_times) > most_times) {
      throw Error(Exit::input, array_->facts().name + ": would be " + std::to_string(shape_.n_batches) + " rows of " +
                                   std::to_string(shape_.n_times) + " samples a channel; check --layout and --seq-sec");
    }
  }

  [[nodiscard]] std::string seconds(std::int64_t times) const {
    return to_text(static_cast<double>(times) / shape_.fs_hz);
  }

  std::unique_ptr<SignalArray> array_;
  Axes axes_;
  std::vector<std::int64_t> selected_;  ///< channels of the file; empty: all, in order
  std::vector<double> scratch_;
  SignalShape shape_;
};

}  // namespace

std::unique_ptr<RowSource> rows_of_array(std::unique_ptr<SignalArray> array, const Config& config) {
  return std::make_unique<ArraySource>(std::move(array), config);
}

}  // namespace pac
