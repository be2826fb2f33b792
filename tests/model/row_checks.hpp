// Rows for tests, and results beside the float64 oracle, whichever backend they come from.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <random>

#include <gtest/gtest.h>

#include "core/comodulogram.hpp"
#include "core/plan.hpp"
#include "reference/oracle.hpp"

namespace pac {

/// Rows held in memory, each an epoch of its own.
class HeldRows final : public RowSource {
 public:
  HeldRows(std::vector<std::vector<double>> rows, double fs_hz) : rows_(std::move(rows)) {
    shape_.n_batches = 1;
    shape_.n_channels = static_cast<std::int64_t>(rows_.size());
    shape_.n_times = static_cast<std::int64_t>(rows_[0].size());
    shape_.fs_hz = fs_hz;
    for (std::size_t c = 0; c < rows_.size(); ++c) shape_.channel_names.push_back("row" + std::to_string(c));
    shape_.start_s = {0};
  }
  [[nodiscard]] const SignalShape& shape() const override { return shape_; }

 protected:
  [[nodiscard]] Neighbours neighbours(std::int64_t) const override { return {}; }
  void read_window(std::int64_t, std::int64_t channel, std::int64_t n_channels, std::int64_t begin, std::int64_t end,
                   std::span<double> out) override {
    auto place = out.begin();
    for (std::int64_t c = channel; c < channel + n_channels; ++c) {
      const auto& row = rows_[static_cast<std::size_t>(c)];
      place = std::copy(row.begin() + begin, row.begin() + end, place);
    }
  }

 private:
  std::vector<std::vector<double>> rows_;
  SignalShape shape_;
};

/// Few bands, every output.
inline Config small_bands() {
  Config config;
  config.pha_bands = {{3, 5}, {5, 8}, {8, 13}};
  config.amp_bands = {{40, 60}, {60, 90}, {70, 100}, {90, 130}, {140, 200}};
  config.n_perm = 20;
  config.distributions = true;
  return config;
}

struct Computed {
  Plan plan;
  RowBlock block;
  Comodulogram result;
};

inline std::vector<std::vector<double>> rows_of(std::size_t count, std::size_t n_times, double offset = 0) {
  std::mt19937 random(static_cast<unsigned>(n_times));
  std::normal_distribution<double> normal;
  std::vector<std::vector<double>> rows(count, std::vector<double>(n_times));
  for (auto& row : rows) {
    double walk = 0;
    for (std::size_t t = 0; t < n_times; ++t) {
      walk = 0.98 * walk + normal(random);
      const double slow = std::sin(0.075 * static_cast<double>(t) + offset);
      row[t] = offset + 0.3 * walk + slow + (1 + 0.5 * slow) * std::sin(0.98 * static_cast<double>(t)) +
               0.2 * normal(random);
    }
  }
  return rows;
}

inline oracle::Definition definition_of(const Plan& plan, const Config& config) {
  oracle::Definition d;
  d.fs_hz = plan.fs_hz;
  d.pha_cycles = static_cast<int>(config.pha_cycles);
  d.amp_cycles = static_cast<int>(config.amp_cycles);
  d.n_bins = static_cast<int>(plan.n_bins);
  d.extended = plan.hilbert == Hilbert::extended;
  d.sum_statistic = plan.bin_statistic == BinStatistic::sum;
  for (const BandFilter& f : plan.pha) d.pha_bands.emplace_back(f.band.lo_hz, f.band.hi_hz);
  for (const BandFilter& f : plan.amp) d.amp_bands.emplace_back(f.band.lo_hz, f.band.hi_hz);
  return d;
}

enum class Compare {
  clear_of_edges,  ///< what one sample across an edge could spoil only where no sample is so near
  everything,      ///< all: one sample of a long row spoils little
  index,           ///< the modulation index alone
};

/// The largest value of each of `count` surrogates, all of equal extent in `values`.
inline std::vector<double> largest_of_each(const std::vector<double>& values, std::size_t count) {
  std::vector<double> largest;
  const auto width = static_cast<std::ptrdiff_t>(count > 0 ? values.size() / count : 0);
  for (auto next = values.begin(); width > 0 && next != values.end(); next += width) {
    largest.push_back(*std::max_element(next, next + width));
  }
  return largest;
}

/// Compares all pairs under the accuracy contract |dMI| <= 1e-6 + 1e-3 MI, samples within a margin of an edge excepted.
inline void expect_oracle(const Config& config, const std::vector<std::vector<double>>& rows, const Computed& c,
                          Compare compare = Compare::clear_of_edges, double margin_rad = 1e-5) {
  const oracle::Definition definition = definition_of(c.plan, config);
  const double share = compare == Compare::everything ? 6e-5 : 2e-5;  // of a distribution; two samples of 50000 across
  int compared = 0;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const auto shifts = surrogate_shifts(c.plan, static_cast<std::int64_t>(r));
    const auto expected = oracle::compute_row(definition, oracle::odd_extend(rows[r], c.plan.pad), c.plan.pad, shifts);
    const std::vector<double> largest = largest_of_each(expected.surrogate_mi, shifts.size());
    for (std::size_t p = 0; p < c.plan.pha.size(); ++p) {
      for (std::size_t a = 0; a < c.plan.amp.size(); ++a) {
        const std::size_t pair = p * c.plan.amp.size() + a;
        const std::size_t at = r * static_cast<std::size_t>(c.plan.pairs()) + pair;
        const double mi = expected.mi[pair];
        const double extra =
            oracle::one_sample_effect(definition, expected, static_cast<int>(p), static_cast<int>(a), margin_rad);
        ASSERT_NEAR(static_cast<double>(c.result.pac[at]), mi, 1e-6 + 1e-3 * mi + extra)
            << "row " << r << " pair " << pair;
        if (compare == Compare::index && ++compared > 0) continue;
        const auto quality = expected.empty_bin[p] ? Quality::empty_phase_bin : Quality::good;
        if (compare == Compare::clear_of_edges && expected.edge_margin[p] < margin_rad) continue;
        ++compared;
        EXPECT_EQ(c.result.quality[at], static_cast<std::uint8_t>(quality));
        const double turn = std::remainder(
            static_cast<double>(c.result.preferred_phase[at]) - expected.preferred_phase[pair], 2 * M_PI);
        EXPECT_NEAR(turn, 0, share / 2 / std::sqrt(std::max(mi, 1e-8))) << "preferred phase of pair " << pair;
        if (c.plan.distributions) {
          for (std::size_t j = 0; j < static_cast<std::size_t>(c.plan.n_bins); ++j) {
            const auto n = static_cast<std::size_t>(c.plan.n_bins);
            EXPECT_NEAR(static_cast<double>(c.result.amplitude_distribution[at * n + j]),
                        expected.distribution[pair * n + j], share);
          }
        }
        if (shifts.empty()) continue;
        EXPECT_NEAR(static_cast<double>(c.result.surrogate_mean[at]), expected.surrogate_mean[pair],
                    1e-6 + 1e-3 * expected.surrogate_mean[pair]);
        EXPECT_NEAR(static_cast<double>(c.result.surrogate_std[at]), expected.surrogate_std[pair],
                    1e-6 + 2e-3 * expected.surrogate_std[pair]);
        EXPECT_NEAR(static_cast<double>(c.result.pac_z[at]), expected.pac_z[pair],
                    1e-2 * (1 + std::abs(expected.pac_z[pair])));
        EXPECT_NEAR(static_cast<double>(c.result.p_value[at]), expected.p_value[pair], 1e-6);
        const double all = 1 + static_cast<double>(shifts.size());
        EXPECT_NEAR(static_cast<double>(c.result.exceed_count[at]), all * expected.p_value[pair] - 1, 1e-6);
        const auto reached = std::count_if(largest.begin(), largest.end(), [&](double most) { return most >= mi; });
        EXPECT_NEAR(static_cast<double>(c.result.p_maxstat[at]), (1 + static_cast<double>(reached)) / all, 1e-6);
      }
    }
  }
  EXPECT_GT(compared, 0);
}

/// The first of two rows is constant: undefined throughout, and no harm to the second.
inline void expect_first_row_undefined(const Computed& c) {
  const auto pairs = static_cast<std::size_t>(c.plan.pairs());
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    EXPECT_TRUE(std::isnan(c.result.pac[pair]));
    for (const auto* map : {&c.result.exceed_count, &c.result.p_value, &c.result.p_maxstat, &c.result.q_fdr}) {
      EXPECT_TRUE(std::isnan((*map)[pair]));
    }
    EXPECT_EQ(c.result.quality[pair], static_cast<std::uint8_t>(Quality::undefined));
    EXPECT_FALSE(std::isnan(c.result.pac[pairs + pair]));
  }
}

inline void expect_same_bits(const Comodulogram& a, std::int64_t row_a, const Comodulogram& b, std::int64_t row_b) {
  for_each_map(a, [&](const char* name, const std::vector<float>& left, std::int64_t width) {
    const float* const right = map_named(b, name);
    ASSERT_NE(right, nullptr) << name;
    EXPECT_EQ(std::memcmp(left.data() + row_a * width, right + row_b * width,
                          static_cast<std::size_t>(width) * sizeof(float)),
              0)
        << name;
  });
  EXPECT_TRUE(std::equal(a.quality.begin() + row_a * a.pairs(), a.quality.begin() + (row_a + 1) * a.pairs(),
                         b.quality.begin() + row_b * b.pairs()));
}

}  // namespace pac
