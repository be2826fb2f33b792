// The GPU's kernels and the CPU backend's lane loops give the same integers: prefix sums, sums of bins, sums of shifted
// bins; and the modulation index of both is the same to rounding.
#include "model/cpu/fft.hpp"
#include "model/cpu/lane_ops.hpp"
#include "shifted.hpp"

namespace pac::kernels {
namespace {

using cpu::AlignedArray;
using cpu::LaneOps;

class SameIntegers : public ::testing::TestWithParam<const LaneOps*> {
 protected:
  const LaneOps& ops = *GetParam();
};

INSTANTIATE_TEST_SUITE_P(Variants, SameIntegers,
                         ::testing::ValuesIn(cpu::lane_ops_variants().begin(), cpu::lane_ops_variants().end()),
                         [](const auto& variant) { return std::string(variant.param->name); });

constexpr std::int64_t lanes = cpu::lanes;

/// A row's amplitudes to prefix sums, as the CPU backend makes them.
struct CpuPrefix {
  AlignedArray<std::uint32_t> prefix;  ///< [two turns][lane]
  AlignedArray<std::uint32_t> total;   ///< [lane]

  CpuPrefix(const LaneOps& ops, Tile& tile, std::int64_t row)
      : prefix((2 * tile.e.n_times + 64) * lanes), total(lanes) {
    const Extent& e = tile.e;
    const AlignedArray<float> a((e.n_times + 64) * lanes);
    std::fill_n(a.data(), (e.n_times + 64) * lanes, 0.0F);
    alignas(64) float scale[lanes] = {};
    for (std::int64_t band = 0; band < e.n_amp; ++band) {
      double sum = 0;
      for (std::int64_t t = 0; t < e.n_times; ++t) {
        a[t * lanes + band] = tile.amplitudes_of(row, band)[t];
        sum += static_cast<double>(a[t * lanes + band]);
      }
      scale[band] = integer_scale(sum, e.n_times);
    }
    ops.prefix_sums_of_lanes(a.data(), scale, e.n_times, true, prefix.data(), total.data());
  }
};

/// A phase band's boundaries, as the CPU backend finds them.
struct CpuBoundaries {
  std::vector<std::uint32_t> samples, time;
  std::vector<cpu::Jump> jumps;
  cpu::Boundaries view;

  CpuBoundaries(const LaneOps& ops, const std::uint8_t* bins, const Extent& e)
      : samples(index(e.n_bins)), time(index(e.n_times) + 1), jumps(time.size()) {
    view.samples = samples.data();
    view.time = time.data();
    view.jumps = jumps.data();
    ops.boundaries(bins, e.n_times, static_cast<int>(e.n_bins), view);
  }
};

/// Sum, modulo 2^32, over the shifted samples of a bin, from the lists and prefix sums of the kernels.
template <unsigned Lanes>
std::uint32_t sum_from_lists(const Extent& e, const Lists& lists, const Prefix<Lanes>& prefix, std::int64_t row,
                             std::int64_t p, std::int64_t a, std::int64_t bin, std::int64_t shift) {
  const std::int64_t at = row * e.n_pha + p;
  const std::uint32_t total = prefix.at(e, row, a, e.n_times);
  const auto sum_of = [&](std::int64_t list) {
    std::uint32_t sum = 0;
    for (std::uint32_t i = lists.starts[at * 3 * e.n_bins + list]; i < lists.ends[at * 3 * e.n_bins + list]; ++i) {
      const std::int64_t moved = lists.entries[at * lists.capacity + i] + shift;
      sum += moved < e.n_times ? prefix.at(e, row, a, moved) : prefix.at(e, row, a, moved - e.n_times) + total;
    }
    return sum;
  };
  const std::int64_t before = (bin + e.n_bins - 1) % e.n_bins;
  const std::uint32_t closing = lists.last_bin[at] == bin ? total : 0;
  return sum_of(3 * bin) - sum_of(3 * before) + sum_of(3 * bin + 1) - sum_of(3 * bin + 2) + closing;
}

constexpr std::int64_t n_shifts = 2 * cpu::shift_step;

/// One row and phase band: integers of both sides, then the indices of both.
template <unsigned Lanes>
void expect_same(const LaneOps& ops, const Tile& tile, const CpuPrefix& cpu_prefix, const Lists& lists,
                 const Prefix<Lanes>& prefix, const Observed& observed, const Shifts& shifts,
                 const std::vector<float>& surrogates, std::int64_t row, std::int64_t p) {
  const Extent& e = tile.e;
  const auto n_bins = static_cast<int>(e.n_bins);
  const CpuBoundaries boundaries(ops, tile.bins_of(row, p), e);
  const AlignedArray<std::uint32_t> sums(e.n_bins * lanes);
  const AlignedArray<std::uint32_t> shifted(n_shifts * e.n_bins * lanes);
  std::int64_t shift[n_shifts];
  for (std::int64_t k = 0; k < n_shifts; ++k) shift[k] = shifts.values[index(row * n_shifts + k)];
  ops.bin_sums(cpu_prefix.prefix.data(), cpu_prefix.total.data(), boundaries.view, n_bins, sums.data());
  ops.shifted_bin_sums(cpu_prefix.prefix.data(), cpu_prefix.total.data(), boundaries.view, n_bins, shift, n_shifts,
                       shifted.data());
  for (std::int64_t j = 0; j < e.n_bins; ++j) {
    for (std::int64_t a = 0; a < e.n_amp; ++a) {
      ASSERT_EQ(sum_from_lists(e, lists, prefix, row, p, a, j, 0), sums[j * lanes + a]) << "bin " << j << " band " << a;
      for (std::int64_t k = 0; k < n_shifts; ++k) {
        ASSERT_EQ(sum_from_lists(e, lists, prefix, row, p, a, j, shift[k]), shifted[(k * e.n_bins + j) * lanes + a])
            << "bin " << j << " band " << a << " shift " << shift[k];
      }
    }
  }
  alignas(64) float mi[lanes];
  const std::int64_t at = row * e.n_pha + p;
  const float* const weights = lists.weights.data() + at * e.n_bins;
  const auto expect_near = [&](float kernels_index, float cpu_index) {
    const auto value = static_cast<double>(cpu_index);
    EXPECT_NEAR(static_cast<double>(kernels_index), value, 1e-6 + 1e-5 * value);
  };
  ops.modulation_index(sums.data(), 1, weights, n_bins, mi, nullptr);
  for (std::int64_t a = 0; a < e.n_amp; ++a) expect_near(observed.pac[at * e.n_amp + a], mi[a]);
  for (std::int64_t k = 0; k < n_shifts; ++k) {
    ops.modulation_index(shifted.data() + k * e.n_bins * lanes, 1, weights, n_bins, mi, nullptr);
    for (std::int64_t a = 0; a < e.n_amp; ++a) {
      expect_near(surrogates[index((at * n_shifts + k) * e.n_amp + a)], mi[a]);
    }
  }
}

template <unsigned Lanes, bool Staged>
void expect_same_integers(const LaneOps& ops, Tile& tile) {
  const Extent& e = tile.e;
  Lists lists(e);
  Prefix<Lanes> prefix(e);
  Observed observed(e);
  const Shifts shifts(e, n_shifts);
  const auto run = [](const auto& body) { run_on_host(body, Order::shuffled); };
  run(find_boundaries(tile, lists));
  run(prefix_sums(tile, prefix));
  observe<Lanes, Staged>(pair_data(e, lists, prefix), observed, run);
  const auto surrogates = surrogate_indices<Lanes, Staged>(e, lists, prefix, shifts, {n_shifts, 1}, run);
  for (std::int64_t row = 0; row < e.n_rows; ++row) {
    const CpuPrefix own(ops, tile, row);
    for (std::int64_t a = 0; a < e.n_amp; ++a) {
      for (std::int64_t t = 0; t < e.n_times; ++t) {
        ASSERT_EQ(prefix.at(e, row, a, t), own.prefix[t * lanes + a]) << "band " << a << " time " << t;
      }
      ASSERT_EQ(prefix.at(e, row, a, e.n_times), own.total[a]) << "band " << a;
    }
    for (std::int64_t p = 0; p < e.n_pha; ++p) {
      expect_same(ops, tile, own, lists, prefix, observed, shifts, surrogates, row, p);
    }
  }
}

TEST_P(SameIntegers, FromTheSameBinsAndAmplitudes) {
  for (const std::int64_t n_times : cases({301, 997})) {
    for (const std::int64_t n_bins : cases({2, 3, 9, 18, 40})) {
      SCOPED_TRACE(std::to_string(n_times) + " samples, bins " + std::to_string(n_bins));
      Tile tile(Extent{n_times, n_bins}, static_cast<unsigned>(n_bins));
      expect_same_integers<8, true>(ops, tile);
    }
  }
}

TEST_P(SameIntegers, InEveryGrouping) {
  Tile tile(Extent{301, 18});
  for_each_grouping([&]<unsigned Lanes, bool Staged>() { expect_same_integers<Lanes, Staged>(ops, tile); });
}

TEST_P(SameIntegers, WhereEverySampleIsAJump) {
  Tile tile(Extent{301, 9});
  for (std::int64_t i = 0; i < tile.e.tile_rows * tile.e.n_pha; ++i) {
    for (std::int64_t t = 0; t < tile.e.n_times; ++t) {
      tile.bins[index(i * tile.e.stride() + t)] = static_cast<std::uint8_t>((t * 5 + i) % 9);
    }
  }
  expect_same_integers<8, true>(ops, tile);
}

}  // namespace
}  // namespace pac::kernels
