// Boundary lists against a walk along the circle, prefix sums against the integers themselves.
#include <numeric>
#include <set>

#include "pair_material.hpp"

namespace pac::kernels {
namespace {

/// The times of bin's list of a kind: sorted, as the definition has them.
std::vector<std::uint32_t> plain_list(const Tile& tile, const std::uint8_t* bins, std::int64_t bin, int kind) {
  std::vector<std::uint32_t> times;
  for (std::int64_t t = 0; t < tile.e.n_times; ++t) {
    const std::int64_t from = bins[t == 0 ? tile.e.n_times - 1 : t - 1];
    const std::int64_t to = bins[t];
    if (from == to) continue;
    const bool regular = to == (from + 1) % tile.e.n_bins;
    if (kind == 0 ? regular && from == bin : !regular && (kind == 1 ? from : to) == bin) times.push_back(count32(t));
  }
  return times;
}

/// Runs FindBoundaries over a tile and compares everything it leaves.
void expect_right_lists(const Tile& tile, Order order) {
  const Extent& e = tile.e;
  Lists lists(e);
  run_on_host(find_boundaries(tile, lists), order);
  std::set<std::int64_t> written;
  const std::int64_t n_lists = 3 * e.n_bins;
  for (std::int64_t at = 0; at < e.n_rows * e.n_pha; ++at) {
    const std::uint8_t* const bins = tile.bins_of(at / e.n_pha, at % e.n_pha);
    bool empty = false;
    for (std::int64_t list = 0; list < n_lists; ++list) {
      const std::uint32_t start = lists.starts[at * n_lists + list];
      const std::uint32_t end = lists.ends[at * n_lists + list];
      ASSERT_EQ(start % 4, 0U);
      ASSERT_LE(start, end);
      ASSERT_LE(end, lists.capacity) << "capacity";
      std::vector<std::uint32_t> times;
      for (std::uint32_t i = start; i < end; ++i) {
        const std::int64_t place = at * lists.capacity + i;
        times.push_back(lists.entries[place]);
        ASSERT_EQ(lists.short_entries[place], times.back());
        ASSERT_TRUE(written.insert(place).second) << "lists overlap";
      }
      for (std::uint32_t i = end; i % 4 != 0; ++i) {
        const std::int64_t place = at * lists.capacity + i;
        ASSERT_EQ(lists.entries[place], 0U) << "filled up";
        ASSERT_EQ(lists.short_entries[place], 0U) << "filled up";
        ASSERT_TRUE(written.insert(place).second) << "lists overlap";
      }
      ASSERT_EQ(lists.time_sums[at * n_lists + list], std::accumulate(times.begin(), times.end(), 0U));
      std::sort(times.begin(), times.end());
      ASSERT_EQ(times, plain_list(tile, bins, list / 3, static_cast<int>(list % 3))) << "list " << list << " of " << at;
    }
    for (std::int64_t j = 0; j < e.n_bins; ++j) {
      const auto samples = std::count(bins, bins + e.n_times, static_cast<std::uint8_t>(j));
      empty = empty || samples == 0;
      const float weight = samples == 0 ? 0.0F : !e.means ? 1.0F : 1.0F / static_cast<float>(samples);
      ASSERT_EQ(lists.weights[at * e.n_bins + j], weight) << "bin " << j << " of " << at;
    }
    EXPECT_EQ(lists.empty_bin[at], empty ? 1 : 0);
    EXPECT_EQ(lists.last_bin[at], bins[e.n_times - 1]);
  }
  expect_only(lists.entries, [&](std::int64_t i) { return written.count(i) > 0; });
  expect_only(lists.short_entries, [&](std::int64_t i) { return written.count(i) > 0; });
  expect_first(lists.starts, e.n_rows * e.n_pha * n_lists);
  expect_first(lists.ends, e.n_rows * e.n_pha * n_lists);
  expect_first(lists.time_sums, e.n_rows * e.n_pha * n_lists);
  expect_first(lists.weights, e.n_rows * e.n_pha * e.n_bins);
  expect_first(lists.empty_bin, e.n_rows * e.n_pha);
  expect_first(lists.last_bin, e.n_rows * e.n_pha);
}

TEST(FindBoundaries, ListsEveryChangeOfABin) {
  for (const Order order : all_orders) {
    for (const std::int64_t n_bins : cases({2, 3, 9, 18, 40})) {
      for (const std::int64_t n_times : cases({301, 997, 1500})) {
        SCOPED_TRACE(std::string(name_of(order)) + ", bins " + std::to_string(n_bins));
        Extent e{n_times, n_bins};
        e.means = n_times != 997;
        expect_right_lists(Tile(e, static_cast<unsigned>(n_bins)), order);
      }
    }
  }
}

/// bin_at(time) for all rows and bands.
template <class BinAt>
Tile tile_of(const Extent& e, const BinAt& bin_at) {
  Tile tile(e);
  for (std::size_t i = 0; i < tile.bins.size(); ++i) {
    tile.bins[i] = static_cast<std::uint8_t>(bin_at(static_cast<std::int64_t>(i) % e.stride()));
  }
  return tile;
}

TEST(FindBoundaries, ConstantPhaseAndSingleSamplesHaveNoBoundary) {
  for (const Order order : all_orders) {
    expect_right_lists(tile_of(Extent{301, 18}, [](std::int64_t) { return 17; }), order);
    expect_right_lists(tile_of(Extent{1, 9}, [](std::int64_t) { return 4; }), order);
    expect_right_lists(tile_of(Extent{2, 3}, [](std::int64_t t) { return t == 0 ? 2 : 0; }), order);
  }
}

TEST(FindBoundaries, RoomSufficesWhereEverySampleIsAJump) {
  for (const Order order : all_orders) {
    for (const std::int64_t n_times : cases({301, 5, 1, 2, 3, 4, 17, 40, 997})) {
      expect_right_lists(tile_of(Extent{n_times, 40}, [](std::int64_t t) { return t * 7 % 40; }), order);
      expect_right_lists(tile_of(Extent{n_times, 9}, [](std::int64_t t) { return t % 2 * 4; }), order);
      expect_right_lists(tile_of(Extent{n_times, 3}, [](std::int64_t t) { return 2 - t % 3; }), order);
      expect_right_lists(tile_of(Extent{n_times, 3}, [](std::int64_t t) { return t % 3; }), order);
    }
  }
}

template <unsigned Lanes>
void expect_right_prefix(Tile tile, Order order) {
  SCOPED_TRACE("lanes " + std::to_string(Lanes));
  const Extent& e = tile.e;
  std::fill_n(tile.amplitudes_of(1, e.n_amp - 1), e.n_times, 0.0F);
  for (std::int64_t t = 0; t < e.n_times; ++t) tile.amplitudes_of(0, 1)[t] *= 1e-22F;
  tile.amplitudes_of(0, 2)[e.n_times / 2] = 1e8F;  // one sample above all others
  Prefix<Lanes> prefix(e);
  run_on_host(prefix_sums(tile, prefix), order);
  for (std::int64_t row = 0; row < e.n_rows; ++row) {
    for (std::int64_t band = 0; band < prefix.n_groups * Lanes; ++band) {
      std::uint64_t running = 0;
      if (band < e.n_amp) {
        const float* const a = tile.amplitudes_of(row, band);
        double sum = 0;
        for (std::int64_t t = 0; t < e.n_times; ++t) sum += static_cast<double>(a[t]);
        const float scale = integer_scale(sum, e.n_times);
        for (std::int64_t t = 0; t < e.n_times; ++t) {
          ASSERT_EQ(prefix.at(e, row, band, t), running) << "row " << row << " band " << band << " time " << t;
          running += to_integer(a[t], scale);
        }
        EXPECT_LT(running, std::uint64_t{1} << 31);
        EXPECT_GE(running, sum > 0 ? std::uint64_t{1} << 30 : 0U) << "resolution";
      } else {
        for (std::int64_t t = 0; t < e.n_times; ++t) ASSERT_EQ(prefix.at(e, row, band, t), 0U);
      }
      ASSERT_EQ(prefix.at(e, row, band, e.n_times), running);
    }
  }
  expect_first(prefix.sums, e.n_rows * prefix.n_groups * e.n_times * Lanes);
  expect_first(prefix.total, e.n_rows * prefix.n_groups * Lanes);
}

TEST(PrefixSums, AreExactSumsOfIntegers) {
  for (const Order order : all_orders) {
    SCOPED_TRACE(name_of(order));
    for (const std::int64_t n_times : cases({301, 129, 4, 127, 128, 997})) {
      for (const std::int64_t n_amp : {5, 11}) {
        Extent e{n_times};
        e.n_amp = n_amp;
        const Tile tile(e);
        expect_right_prefix<8>(tile, order);
        expect_right_prefix<4>(tile, order);
        expect_right_prefix<2>(tile, order);
        expect_right_prefix<1>(tile, order);
      }
    }
  }
}

}  // namespace
}  // namespace pac::kernels
