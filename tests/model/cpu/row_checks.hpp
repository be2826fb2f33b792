// Rows through the CPU backend: what the tests of short and of long rows share.
#pragma once

#include "model/cpu/row_worker.hpp"
#include "model/row_checks.hpp"

namespace pac {

/// Plans of this program are kept between tests, which each run as a process of their own.
class KeepWisdom : public ::testing::Environment {
 public:
  void SetUp() override { pac::cpu::import_wisdom(pac::cpu::load_cached_wisdom()); }
  void TearDown() override { pac::cpu::store_cached_wisdom(pac::cpu::export_wisdom()); }
};
inline const auto* const keep_wisdom = ::testing::AddGlobalTestEnvironment(new KeepWisdom);

/// `together`: rows of a company at most; 0: as many as gain by it.
inline Computed compute(const Config& config, RowSource& source, int threads = 1, std::int64_t together = 0) {
  Computed c{make_plan(config, source.shape()), {}, {}};
  if (together == 0) together = cpu::SignalFilter::most_together(c.plan);
  source.read({0, source.shape().n_rows()}, c.plan.pad, c.block);
  const cpu::BandTables tables(c.plan);
  cpu::RowWorker worker(tables, *cpu::lane_ops_variants().back(), threads);
  c.result.allocate(c.block.rows.count, c.plan.map_shape());
  const std::int64_t n_rows = c.block.rows.count;
  for (std::int64_t i = 0; i < n_rows; ++i) {
    const std::int64_t first = i / together * together;
    const Shard company{first, std::min(together, n_rows - first)};
    cpu::run_threads(threads, [&](int member) { worker.compute(c.block, i, company, c.result, member); });
  }
  return c;
}

inline void expect_oracle(const Config& config, const std::vector<std::vector<double>>& rows, double fs_hz,
                          Compare compare = Compare::clear_of_edges, double margin_rad = 1e-5) {
  HeldRows source(rows, fs_hz);
  expect_oracle(config, rows, compute(config, source), compare, margin_rad);
}

}  // namespace pac
