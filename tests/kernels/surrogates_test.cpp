// Shifted sums against shifting samples one by one, in every grouping and division of the work; statistics of
// surrogates; the order of shifts.
#include <map>
#include <set>

#include "shifted.hpp"

namespace pac::kernels {
namespace {

template <unsigned Lanes>
void expect_right_indices(const Tile& tile, const Prefix<Lanes>& prefix, const Shifts& shifts,
                          const std::vector<float>& indices) {
  const Extent& e = tile.e;
  for (std::int64_t i = 0; i < static_cast<std::int64_t>(indices.size()); ++i) {
    const std::int64_t k = i / e.n_amp % shifts.n_perm;
    const std::int64_t at = i / e.n_amp / shifts.n_perm;
    const std::int64_t row = at / e.n_pha;
    const std::int64_t shift = shifts.values[index(row * shifts.n_perm + k)];
    const auto mi = static_cast<double>(plain_pair(tile, prefix, row, at % e.n_pha, i % e.n_amp, shift).index);
    if (std::isnan(mi)) {
      ASSERT_TRUE(std::isnan(indices[index(i)])) << i;
      continue;
    }
    ASSERT_NEAR(static_cast<double>(indices[index(i)]), mi, 1e-8 + 1e-5 * mi) << "shift " << shift << ", " << i;
  }
}

/// Every grouping and division in one order: the first is right, and all have its bits; unshifted equals observed.
void expect_right_surrogates(const Tile& tile, std::int64_t n_perm, const std::vector<Division>& divisions,
                             Order order) {
  const Extent& e = tile.e;
  SCOPED_TRACE(name_of(order));
  const Shifts shifts(e, n_perm);
  Lists lists(e);
  run_on_host(find_boundaries(tile, lists), order);
  std::vector<float> first;
  for_each_grouping([&]<unsigned Lanes, bool Staged>() {
    Prefix<Lanes> prefix(e);
    run_on_host(prefix_sums(tile, prefix), order);
    for (const Division& division : divisions) {
      SCOPED_TRACE("launches of " + std::to_string(division.most_shifts) + ", splits " +
                   std::to_string(division.splits));
      const auto run = [&](const auto& body) { run_on_host(body, order); };
      const auto indices = surrogate_indices<Lanes, Staged>(e, lists, prefix, shifts, division, run);
      if (first.empty()) {
        first = indices;
        expect_right_indices(tile, prefix, shifts, indices);
      }
      EXPECT_TRUE(same_bits(indices, first));
    }
    Observed observed(e);
    observe<Lanes, Staged>(
        pair_data(e, lists, prefix), observed, [&](const auto& body) { run_on_host(body, order); }, false);
    for (std::int64_t i = 0; i < e.n_rows * e.n_pha * e.n_amp; ++i) {
      const float unshifted = first[index(i / e.n_amp * n_perm * e.n_amp + i % e.n_amp)];
      if (std::isnan(observed.pac[i])) continue;
      ASSERT_EQ(bits_of(unshifted), bits_of(observed.pac[i])) << "pair " << i;
    }
  });
}

TEST(SurrogateSums, EqualShiftedSamplesForEveryNumberOfBins) {
  for (const std::int64_t n_bins : cases({2, 3, 9, 18, 40})) {
    Extent e{301, n_bins};
    e.means = n_bins != 9;
    e.n_amp = n_bins == 9 ? 5 : 11;
    SCOPED_TRACE("bins " + std::to_string(n_bins));
    expect_right_surrogates(Tile(e, static_cast<unsigned>(n_bins)), 21, {{21, 1}}, Order::forward);
  }
}

TEST(SurrogateSums, AreTheSameHoweverTheWorkIsDivided) {
  const std::vector<Division> divisions =
      cases<Division>({{37, 1}, {16, 5}, {37, 2}, {37, 5}, {64, 3}, {16, 1}, {7, 2}, {1, 1}});
  expect_right_surrogates(Tile(Extent{301, 18}), 37, divisions, Order::forward);
}

TEST(SurrogateSums, AreTheSameInEveryOrder) {
  for (const Order order : all_orders) expect_right_surrogates(Tile(Extent{997, 18}), 18, {{18, 1}, {10, 2}}, order);
}

TEST(SurrogateSums, HoldConstantPhasesAndSilentBands) {
  Extent e{301, 9};
  Tile tile(e);
  std::fill_n(tile.amplitudes_of(0, 3), e.n_times, 0.0F);
  std::fill_n(tile.bins.data() + e.stride(), e.n_times, std::uint8_t{4});
  for (std::int64_t t = 0; t < e.n_times; ++t) tile.bins[index(t)] = static_cast<std::uint8_t>(t * 4 % 9);  // all jumps
  for (const Order order : all_orders) expect_right_surrogates(tile, 9, {{9, 1}}, order);
}

TEST(SurrogateSums, MoreTasksThanABlockHasWarps) {
  Extent e{64, 3};
  e.n_pha = 19;
  e.n_amp = 9;
  expect_right_surrogates(Tile(e), 70, {{70, 1}, {70, 2}}, Order::forward);
}

/// Statistics of all pairs of a tile.
struct Statistics {
  Poisoned<double> sum, squares;
  Poisoned<std::uint32_t> count;
  Poisoned<float> z, mean, deviation, exceed, p;
  explicit Statistics(std::int64_t pairs)
      : sum(pairs), squares(pairs), count(pairs), z(pairs), mean(pairs), deviation(pairs), exceed(pairs), p(pairs) {}
};

struct Surrogates {
  std::int64_t n_pha, n_amp, padded_amp, n_rows, tile_rows, n_perm;
  std::vector<float> pac;    ///< [tile_rows][n_pha][n_amp]
  std::vector<float> index;  ///< [row][n_pha][n_perm][padded_amp]

  /// Runs the statistics in launches of at most `most`.
  void run(Statistics& out, std::int64_t most, Order order) const {
    for (std::int64_t first = 0; first < n_perm; first += most) {
      const std::int64_t n = std::min(most, n_perm - first);
      std::vector<float> launched(kernels::index(n_rows * n_pha * most * padded_amp));
      for (std::int64_t band = 0; band < n_rows * n_pha; ++band) {
        std::copy_n(index.begin() + (band * n_perm + first) * padded_amp, n * padded_amp,
                    launched.begin() + band * most * padded_amp);
      }
      const SurrogateStatistics body{
          launched.data(),   pac.data(),     out.sum.data(),      out.squares.data(),
          out.count.data(),  out.z.data(),   out.mean.data(),     out.deviation.data(),
          out.exceed.data(), out.p.data(),   count32(n),          count32(most),
          count32(n_pha),    count32(n_amp), count32(padded_amp), count32(n_rows),
          count32(n_perm),   first == 0,     first + n == n_perm, std::numeric_limits<float>::quiet_NaN()};
      run_on_host(body, order);
    }
  }
};

TEST(SurrogateStatistics, AreMeanDeviationZAndP) {
  for (const std::int64_t n_amp : {5, 11, 70}) {
    const std::int64_t n_perm = 37;
    Surrogates s{3, n_amp, ceil_div(n_amp, 8) * 8, 2, 3, n_perm, {}, {}};
    s.pac = normal_floats(3 * 3 * n_amp, 1);
    s.index = normal_floats(2 * 3 * n_perm * s.padded_amp, 2);
    s.pac[3] = std::numeric_limits<float>::quiet_NaN();
    for (std::int64_t k = 0; k < n_perm; ++k) s.index[index(k * s.padded_amp + 1)] = s.pac[1];  // all equal it
    const std::int64_t pairs = 2 * 3 * n_amp;
    Statistics whole(3 * 3 * n_amp);
    s.run(whole, n_perm, Order::forward);
    for (std::int64_t pair = 0; pair < pairs; ++pair) {
      const auto observed = static_cast<double>(s.pac[index(pair)]);
      long double sum = 0;
      long double variance = 0;
      int at_least = 0;
      const auto value = [&](std::int64_t k) {
        return static_cast<double>(s.index[index((pair / n_amp * n_perm + k) * s.padded_amp + pair % n_amp)]);
      };
      for (std::int64_t k = 0; k < n_perm; ++k) sum += value(k);
      const auto mean = static_cast<double>(sum / n_perm);
      for (std::int64_t k = 0; k < n_perm; ++k) {
        variance += (value(k) - mean) * (value(k) - mean) / static_cast<double>(n_perm);
        at_least += value(k) >= observed ? 1 : 0;
      }
      const auto deviation = static_cast<double>(std::sqrt(variance));
      if (pair == 3) {
        for (const auto* map : {&whole.mean, &whole.deviation, &whole.z, &whole.exceed, &whole.p})
          EXPECT_TRUE(std::isnan((*map)[pair]));
        continue;
      }
      ASSERT_NEAR(static_cast<double>(whole.mean[pair]), mean, 1e-7 * std::abs(mean) + 1e-12);
      ASSERT_EQ(whole.exceed[pair], static_cast<float>(at_least));
      ASSERT_NEAR(static_cast<double>(whole.p[pair]), (1.0 + at_least) / (1.0 + n_perm), 1e-7);
      if (pair == 1) {
        EXPECT_EQ(whole.p[pair], 1.0F);
        EXPECT_NEAR(static_cast<double>(whole.deviation[pair]), 0, 1e-7);
        continue;
      }
      ASSERT_NEAR(static_cast<double>(whole.deviation[pair]), deviation, 1e-7 * deviation);
      ASSERT_NEAR(static_cast<double>(whole.z[pair]), (observed - mean) / deviation, 1e-6);
    }
    for (const auto* map : {&whole.mean, &whole.deviation, &whole.z, &whole.exceed, &whole.p})
      expect_first(*map, pairs);
    expect_first(whole.sum, pairs);
    expect_first(whole.squares, pairs);
    expect_first(whole.count, pairs);
    for (const Order order : all_orders) {
      for (const std::int64_t most : {n_perm, std::int64_t{64}, std::int64_t{16}, std::int64_t{1}}) {
        SCOPED_TRACE(std::string(name_of(order)) + ", launches of " + std::to_string(most));
        Statistics divided(3 * 3 * n_amp);
        s.run(divided, most, order);
        EXPECT_TRUE(divided.mean.same_bits(whole.mean));
        EXPECT_TRUE(divided.deviation.same_bits(whole.deviation));
        EXPECT_TRUE(divided.z.same_bits(whole.z));
        EXPECT_TRUE(divided.p.same_bits(whole.p));
      }
    }
  }
}

TEST(SurrogateStatistics, OneSurrogateHasNoSpread) {
  Surrogates s{1, 2, 2, 1, 1, 1, {0.5F, 0.25F}, {0.5F, 0.125F}};
  Statistics out(2);
  s.run(out, 1, Order::forward);
  EXPECT_TRUE(std::isnan(out.z[0]) && std::isnan(out.z[1]));
  EXPECT_EQ(out.deviation[0], 0.0F);
  EXPECT_EQ(out.mean[1], 0.125F);
  EXPECT_EQ(out.p[0], 1.0F);
  EXPECT_EQ(out.p[1], 0.5F);
}

TEST(ArrangeShifts, NeighboursDifferAsFarAsTheCountsAllow) {
  std::mt19937 random(3);
  for (const std::uint32_t distinct : {4U, 8U, 16U, 32U}) {
    for (const std::int64_t n : {1, 3, 32, 200, 1000}) {
      for (const std::uint32_t range : {1U, 5U, 50U, 4096U}) {
        for (const std::uint32_t step : {1U, 4U, 32U}) {
          std::vector<std::uint32_t> shifts;
          for (std::int64_t i = 0; i < n; ++i) shifts.push_back(word_of(random) % range * step + 1);
          std::vector<std::uint32_t> arranged = shifts;
          std::vector<std::uint32_t> permutation(arranged.size());
          arrange_shifts(arranged.data(), permutation.data(), n, distinct);
          for (std::size_t i = 0; i < arranged.size(); ++i) ASSERT_EQ(arranged[i], shifts[permutation[i]]);
          ASSERT_EQ(std::set(permutation.begin(), permutation.end()).size(), arranged.size());
          std::map<std::uint32_t, std::int64_t> left;
          for (const std::uint32_t shift : shifts) left[shift % distinct] += 1;
          for (std::int64_t first = 0; first < n; first += distinct) {
            const std::int64_t end = std::min(n, first + distinct);
            const auto residues_left = static_cast<std::int64_t>(
                std::count_if(left.begin(), left.end(), [](const auto& residue) { return residue.second > 0; }));
            std::set<std::uint32_t> seen;
            for (std::int64_t i = first; i < end; ++i) {
              seen.insert(arranged[index(i)] % distinct);
              left[arranged[index(i)] % distinct] -= 1;
            }
            ASSERT_EQ(static_cast<std::int64_t>(seen.size()), std::min(end - first, residues_left))
                << "group at " << first << " of " << n << ", distinct " << distinct;
          }
          std::sort(shifts.begin(), shifts.end());
          std::sort(arranged.begin(), arranged.end());
          ASSERT_EQ(arranged, shifts) << "a permutation";
        }
      }
    }
  }
}

}  // namespace
}  // namespace pac::kernels
