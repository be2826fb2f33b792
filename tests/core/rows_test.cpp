// Rows: extension, mean, finite check, constant rows, digest; independence of how rows are grouped.
#include "core/rows.hpp"

#include <cmath>
#include <functional>
#include <limits>

#include <gtest/gtest.h>

#include "core/error.hpp"

namespace pac {
namespace {

using Signal = std::function<double(std::int64_t channel, std::int64_t time)>;

/// A recording of n_batches segments and `tail` more samples, given by a formula in recording time.
class FormulaSource final : public RowSource {
 public:
  FormulaSource(std::int64_t n_batches, std::int64_t n_channels, std::int64_t n_times, std::int64_t tail, Signal signal)
      : tail_(tail), signal_(std::move(signal)) {
    shape_.n_batches = n_batches;
    shape_.n_channels = n_channels;
    shape_.n_times = n_times;
    shape_.fs_hz = 100;
    for (std::int64_t c = 0; c < n_channels; ++c) shape_.channel_names.push_back("ch" + std::to_string(c));
    for (std::int64_t b = 0; b < n_batches; ++b) shape_.start_s.push_back(static_cast<double>(b * n_times) / 100);
  }
  [[nodiscard]] const SignalShape& shape() const override { return shape_; }
  std::int64_t windows = 0;
  std::int64_t most_numbers = 0;

 protected:
  [[nodiscard]] Neighbours neighbours(std::int64_t batch) const override {
    return {batch * shape_.n_times, (shape_.n_batches - 1 - batch) * shape_.n_times + tail_};
  }
  void read_window(std::int64_t batch, std::int64_t channel, std::int64_t n_channels, std::int64_t begin,
                   std::int64_t end, std::span<double> out) override {
    ++windows;
    most_numbers = std::max(most_numbers, static_cast<std::int64_t>(out.size()));
    ASSERT_EQ(static_cast<std::int64_t>(out.size()), n_channels * (end - begin));
    ASSERT_LE(-neighbours(batch).before, begin);
    ASSERT_LE(end, shape_.n_times + neighbours(batch).after);
    std::size_t i = 0;
    for (std::int64_t c = channel; c < channel + n_channels; ++c) {
      for (std::int64_t t = begin; t < end; ++t) out[i++] = signal_(c, batch * shape_.n_times + t);
    }
  }

 private:
  SignalShape shape_;
  std::int64_t tail_;
  Signal signal_;
};

double wave(std::int64_t c, std::int64_t t) {
  return std::sin(0.37 * static_cast<double>(t) + static_cast<double>(c)) + 1e6 * static_cast<double>(c + 1);
}

/// Recording of `total` samples, odd reflection beyond its ends.
double reflected(std::int64_t c, std::int64_t t, std::int64_t total) {
  if (t < 0) return 2 * wave(c, 0) - wave(c, -t);
  if (t >= total) return 2 * wave(c, total - 1) - wave(c, 2 * (total - 1) - t);
  return wave(c, t);
}

TEST(Rows, NeighboursInsideReflectionAtTheEnds) {
  const std::int64_t n_times = 40;
  const std::int64_t tail = 7;
  for (const std::int64_t pad : {0, 1, 5, 13, 39}) {
    FormulaSource source(3, 2, n_times, tail, wave);
    RowBlock block;
    source.read({0, 6}, pad, block);
    ASSERT_EQ(block.extended(), n_times + 2 * pad);
    for (std::int64_t row = 0; row < 6; ++row) {
      const std::int64_t batch = row / 2;
      const std::int64_t c = row % 2;
      double mean = 0;
      for (std::int64_t t = 0; t < n_times; ++t) mean += wave(c, batch * n_times + t) / n_times;
      EXPECT_NEAR(block.mean[static_cast<std::size_t>(row)], mean, 1e-8);
      const auto samples = block.row(row);
      for (std::int64_t k = 0; k < block.extended(); ++k) {
        const double expected = reflected(c, batch * n_times + k - pad, 3 * n_times + tail) - mean;
        ASSERT_NEAR(static_cast<double>(samples[static_cast<std::size_t>(k)]), expected, 1e-6)
            << row << " " << k << " " << pad;
      }
    }
  }
}

TEST(Rows, DoNotDependOnHowTheyAreGrouped) {
  FormulaSource source(4, 3, 50, 11, wave);
  RowBlock whole;
  source.read({0, 12}, 20, whole);
  std::uint64_t digests = 0;
  for (std::int64_t ranks : {1, 2, 5, 12, 20}) {
    digests = 0;
    for (std::int64_t rank = 0; rank < ranks; ++rank) {
      const Shard shard = shard_of(12, ranks, rank);
      RowBlock part;
      source.read(shard, 20, part);
      EXPECT_EQ(part.rows, shard);
      for (std::int64_t i = 0; i < shard.count; ++i) {
        const auto a = part.row(i);
        const auto b = whole.row(shard.first + i);
        EXPECT_TRUE(std::equal(a.begin(), a.end(), b.begin(), b.end()));
        EXPECT_EQ(part.mean[static_cast<std::size_t>(i)], whole.mean[static_cast<std::size_t>(shard.first + i)]);
      }
      digests += source.digest(shard);
    }
    EXPECT_EQ(digests, source.digest({0, 12}));
  }
}

TEST(Rows, OneWindowForABatchWhereItFits) {
  FormulaSource source(4, 3, 50, 0, wave);
  RowBlock block;
  source.read({1, 10}, 10, block);
  EXPECT_EQ(source.windows, 4);  // channels 1-2, 0-2, 0-2, 0-1
}

TEST(Rows, StagingIsBounded) {
  FormulaSource source(1, 40, 400'000, 0,
                       [](std::int64_t c, std::int64_t t) { return static_cast<double>(c + t % 7); });
  RowBlock block;
  source.read({0, 40}, 0, block);
  EXPECT_LE(source.most_numbers, (32 << 20) / 8);
  EXPECT_EQ(source.windows, 4);
}

TEST(Rows, DigestIsFnv1aOfIndexAndLittleEndianDoubles) {
  FormulaSource source(1, 1, 1, 0, [](std::int64_t, std::int64_t) { return 1.0; });
  std::uint64_t hash = 0xcbf29ce484222325;
  for (int byte = 0; byte < 8; ++byte) hash *= 0x100000001b3;  // the row's index, 0
  for (const unsigned byte : {0x00U, 0x00U, 0x00U, 0x00U, 0x00U, 0x00U, 0xf0U, 0x3fU}) {
    hash = (hash ^ byte) * 0x100000001b3;
  }
  EXPECT_EQ(source.digest({0, 1}), hash);
}

TEST(Rows, ConstantRowsAreFlaggedAndExactlyZero) {
  // Constant within the second segment of channel 1 alone.
  FormulaSource source(3, 2, 20, 0,
                       [](std::int64_t c, std::int64_t t) { return c == 1 && t / 20 == 1 ? 0.1 : wave(c, t); });
  RowBlock block;
  source.read({0, 6}, 5, block);
  EXPECT_EQ(block.constant, (std::vector<std::uint8_t>{0, 0, 0, 1, 0, 0}));
  EXPECT_EQ(block.mean[3], 0.1);
  for (const float x : block.row(3)) EXPECT_EQ(x, 0.0F);
}

TEST(Rows, LargeOffsetsCostNoDigits) {
  FormulaSource source(1, 1, 1000, 0,
                       [](std::int64_t, std::int64_t t) { return 1e9 + 0.125 * static_cast<double>(t % 4); });
  RowBlock block;
  source.read({0, 1}, 0, block);
  EXPECT_DOUBLE_EQ(block.mean[0], 1e9 + 0.1875);
  EXPECT_EQ(block.row(0)[0], -0.1875F);
  EXPECT_EQ(block.row(0)[3], 0.1875F);
}

std::string message_of(RowSource& source, Shard rows, std::int64_t pad, Exit status) {
  RowBlock block;
  try {
    source.read(rows, pad, block);
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), status);
    return error.what();
  }
  return "";
}

TEST(Rows, NamesTheSampleThatIsNotFinite) {
  for (const double bad : {std::nan(""), HUGE_VAL, -HUGE_VAL}) {
    FormulaSource source(3, 2, 40, 5,
                         [bad](std::int64_t c, std::int64_t t) { return c == 1 && t == 67 ? bad : wave(c, t); });
    EXPECT_EQ(message_of(source, {0, 3}, 0, Exit::input), "");
    const std::string own = message_of(source, {3, 1}, 0, Exit::input);
    EXPECT_NE(own.find("'ch1' (number 1)"), std::string::npos) << own;
    EXPECT_NE(own.find("time 0.67 s (sample 67)"), std::string::npos) << own;
    // In a neighbour's margin it is in the way too, and is named by the same time.
    const std::string margin = message_of(source, {5, 1}, 20, Exit::input);
    EXPECT_NE(margin.find("time 0.67 s (sample 67)"), std::string::npos) << margin;
    EXPECT_EQ(message_of(source, {5, 1}, 10, Exit::input), "");
  }
}

TEST(Rows, RefusesWhatSinglePrecisionCannotHold) {
  FormulaSource source(1, 1, 40, 0, [](std::int64_t, std::int64_t t) { return t == 3 ? 1e300 : 0.0; });
  EXPECT_NE(message_of(source, {0, 1}, 4, Exit::input).find("too large"), std::string::npos);
  FormulaSource largest(1, 1, 4, 0, [](std::int64_t, std::int64_t t) {
    return (t % 2 == 0 ? 1 : -1) * std::numeric_limits<double>::max();
  });
  EXPECT_NE(message_of(largest, {0, 1}, 1, Exit::input).find("too large"), std::string::npos);
}

TEST(Rows, RefusesAnExtensionLongerThanTheRowAndRowsThatAreNotThere) {
  FormulaSource source(2, 2, 40, 0, wave);
  EXPECT_NE(message_of(source, {0, 1}, 40, Exit::usage), "");
  EXPECT_NE(message_of(source, {3, 2}, 0, Exit::usage), "");
  EXPECT_EQ(message_of(source, {4, 0}, 0, Exit::usage), "");
}

TEST(Rows, BatchItemsAreTakenFromTheFirstOnAndBegunAgain) {
  FormulaSource plain(3, 2, 40, 5, wave);
  const auto repeated = with_batches(std::make_unique<FormulaSource>(3, 2, 40, 5, wave), 7);
  const auto fewer = with_batches(std::make_unique<FormulaSource>(3, 2, 40, 5, wave), 2);
  EXPECT_EQ(repeated->shape().n_rows(), 14);
  EXPECT_EQ(repeated->shape().start_s.size(), 7U);
  EXPECT_EQ(repeated->shape().start_s[4], plain.shape().start_s[1]);
  EXPECT_EQ(fewer->shape().n_rows(), 4);
  RowBlock own;
  RowBlock other;
  for (std::int64_t row = 0; row < 14; ++row) {
    plain.read({row % 6, 1}, 10, own);
    repeated->read({row, 1}, 10, other);
    EXPECT_EQ(other.samples, own.samples) << row;
  }
  EXPECT_NE(message_of(*fewer, {4, 1}, 0, Exit::usage), "");
}

}  // namespace
}  // namespace pac
