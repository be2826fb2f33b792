// Observed sums to modulation index, preferred phase, distribution and quality, against extended precision from the
// same integers.
#include "pair_material.hpp"

namespace pac::kernels {
namespace {

template <unsigned Lanes>
void expect_right_pairs(const Tile& tile, const Prefix<Lanes>& prefix, const Observed& out) {
  const Extent& e = tile.e;
  const std::int64_t pairs = e.n_pha * e.n_amp;
  for (std::int64_t at = 0; at < e.n_rows * pairs; ++at) {
    const PlainPair expected = plain_pair(tile, prefix, at / pairs, at % pairs / e.n_amp, at % e.n_amp);
    const auto mi = static_cast<double>(expected.index);
    if (std::isnan(mi)) {
      EXPECT_EQ(out.quality[at], 2) << at;
      EXPECT_TRUE(std::isnan(out.pac[at]) && std::isnan(out.preferred_phase[at])) << at;
      for (std::int64_t j = 0; j < e.n_bins; ++j) ASSERT_TRUE(std::isnan(out.distribution[at * e.n_bins + j])) << at;
      continue;
    }
    ASSERT_NEAR(static_cast<double>(out.pac[at]), mi, 1e-8 + 1e-5 * mi) << "pair " << at;
    ASSERT_EQ(out.quality[at], expected.empty_bin ? 1 : 0) << "pair " << at;
    const auto x = static_cast<double>(expected.x);
    const auto y = static_cast<double>(expected.y);
    const double turn = std::remainder(static_cast<double>(out.preferred_phase[at]) - std::atan2(y, x), 2 * M_PI);
    ASSERT_NEAR(turn, 0, 5e-7 + 5e-7 / std::hypot(x, y)) << "pair " << at;
    for (std::int64_t j = 0; j < e.n_bins; ++j) {
      const auto share = static_cast<double>(expected.share[index(j)]);
      ASSERT_NEAR(static_cast<double>(out.distribution[at * e.n_bins + j]), share, 1e-6 * share) << "pair " << at;
    }
  }
  expect_first(out.pac, e.n_rows * pairs);
  expect_first(out.preferred_phase, e.n_rows * pairs);
  expect_first(out.quality, e.n_rows * pairs);
  expect_first(out.distribution, e.n_rows * pairs * e.n_bins);
}

/// Every grouping in one order: right, and with the bits of all others.
void expect_right_in_every_grouping(const Tile& tile, Order order) {
  const Extent& e = tile.e;
  SCOPED_TRACE(name_of(order));
  Lists lists(e);
  run_on_host(find_boundaries(tile, lists), order);
  Observed first(e);
  bool is_first = true;
  for_each_grouping([&]<unsigned Lanes, bool Staged>() {
    Prefix<Lanes> prefix(e);
    run_on_host(prefix_sums(tile, prefix), order);
    Observed out(e);
    observe<Lanes, Staged>(pair_data(e, lists, prefix), out, [&](const auto& body) { run_on_host(body, order); });
    if (is_first) expect_right_pairs(tile, prefix, out);
    if (is_first) first = out;
    is_first = false;
    EXPECT_TRUE(out.pac.same_bits(first.pac));
    EXPECT_TRUE(out.preferred_phase.same_bits(first.preferred_phase));
    EXPECT_TRUE(out.distribution.same_bits(first.distribution));
    EXPECT_TRUE(out.quality.same_bits(first.quality));
  });
}

TEST(BinSums, GiveTheModulationIndexForEveryNumberOfBins) {
  for (const std::int64_t n_bins : cases({2, 3, 9, 18, 40})) {
    for (const bool means : cases({true, false})) {
      SCOPED_TRACE("bins " + std::to_string(n_bins) + (means ? ", means" : ", sums"));
      Extent e{997, n_bins};
      e.means = means;
      e.n_amp = n_bins == 9 ? 5 : 11;
      expect_right_in_every_grouping(Tile(e, static_cast<unsigned>(n_bins)), Order::forward);
    }
  }
}

TEST(BinSums, AreTheSameInEveryOrder) {
  for (const Order order : all_orders) expect_right_in_every_grouping(Tile(Extent{301, 18}), order);
}

TEST(BinSums, HoldStrongAndWeakCoupling) {
  Extent e{997, 18};
  Tile tile(e);
  for (std::int64_t t = 0; t < e.n_times; ++t) {
    const double bin = tile.bins_of(0, 0)[t];
    tile.amplitudes_of(0, 0)[t] = bin == 5 ? 2.0F : 0.0F;                           // MI 1: all in one bin
    tile.amplitudes_of(0, 1)[t] = 1.0F;                                             // MI 0
    tile.amplitudes_of(0, 2)[t] = static_cast<float>(1 + 1e-3 * std::cos(bin));     // MI 1e-7
    tile.amplitudes_of(0, 3)[t] = static_cast<float>(std::exp(3 * std::cos(bin)));  // far from uniform
  }
  expect_right_in_every_grouping(tile, Order::shuffled);
}

TEST(BinSums, MarkEmptyBinsAndUndefinedPairs) {
  for (const bool means : cases({true, false})) {
    Extent e{301, 40};
    e.means = means;
    Tile tile(e);
    std::fill_n(tile.amplitudes_of(0, 3), e.n_times, 0.0F);
    std::fill_n(tile.amplitudes_of(1, e.n_amp - 1), e.n_times, 0.0F);
    std::uint8_t* const constant = tile.bins.data() + e.stride();
    std::fill_n(constant, e.n_times, std::uint8_t{39});
    for (const Order order : all_orders) expect_right_in_every_grouping(tile, order);
  }
}

TEST(BinSums, GoRoundAgainWhereThereAreMorePhaseBandsThanWarps) {
  Extent e{64, 9};
  e.n_pha = 19;
  e.n_amp = 3;
  expect_right_in_every_grouping(Tile(e), Order::forward);
}

TEST(BinSums, LeaveDistributionsOut) {
  const Tile tile(Extent{301, 9});
  Lists lists(tile.e);
  Prefix<8> prefix(tile.e);
  Observed with(tile.e);
  Observed without(tile.e);
  run_on_host(find_boundaries(tile, lists));
  run_on_host(prefix_sums(tile, prefix));
  const auto run = [](const auto& body) { run_on_host(body); };
  observe<8, true>(pair_data(tile.e, lists, prefix), with, run);
  observe<8, true>(pair_data(tile.e, lists, prefix), without, run, false);
  EXPECT_TRUE(with.pac.same_bits(without.pac));
  EXPECT_TRUE(with.preferred_phase.same_bits(without.preferred_phase));
  expect_first(without.distribution, 0);
}

}  // namespace
}  // namespace pac::kernels
