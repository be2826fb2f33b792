// What every case works on: the signals, their plan, this rank's shard.
#pragma once

#include <memory>

#include "comm/communicator.hpp"
#include "core/config.hpp"
#include "core/plan.hpp"
#include "core/row_groups.hpp"
#include "core/rows.hpp"
#include "measure/record.hpp"
#include "model/model_factory.hpp"

namespace pac {

/// Signals and plan of one configuration, on some ranks. Collective to make; throws AgreedError.
struct Workload {
  /// n_batches > 0: so many batch items, the signals' own begun again where they are fewer; 0: as the signals have.
  Workload(const Config& config, const Communicator& ranks, ModelFactory& factory, std::int64_t n_batches = 0);

  const Communicator& ranks;
  ModelFactory& models;
  std::unique_ptr<RowSource> source;
  Plan plan;
  Preparation preparation;
  RowGroups groups;

  [[nodiscard]] std::int64_t n_rows() const { return groups.n_rows(); }
  /// Most rows that a rank could have at once.
  [[nodiscard]] std::int64_t longest_shard() const { return groups.longest_shard(ranks.size()); }
  /// Result rows of a rank in a round of tiles.
  [[nodiscard]] RowRun rows_of(std::int64_t rank, std::int64_t tile, std::int64_t round) const {
    return groups.rows(ranks.size(), rank, tile, round);
  }
  /// The plan by which one rank computes a row alone, as RowGroups::read_alone() reads it.
  [[nodiscard]] Plan plan_alone() const;
  /// Collective: adds the signals' shape, their digest and the bands to the record.
  void describe(Record& record) const;
  /// The same without the digest, for which all rows have to be read. Local.
  void describe_signals(Record& record) const;
};

/// Collective: adds where each rank runs, what about that is to be warned of (provenance, `warnings`, a line each), the
/// library of its transforms, and where the signals come from.
void describe_ranks(const ModelFactory& models, const Communicator& world, Record& record);

/// Batch items that a configuration asks for where a benchmark may choose: the input's, or the synthetic ones'.
/// Collective.
std::int64_t batches_of(const Config& config, const Communicator& world);

}  // namespace pac
