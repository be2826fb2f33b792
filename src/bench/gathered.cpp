// Results of all ranks as they arrive on rank 0.
#include "bench/gathered.hpp"

#include "core/fault.hpp"

namespace pac {

Gathered::Gathered(const Workload& work, std::int64_t tile, Keep keep) : work_(work), tile_(tile), keep_(keep) {
  const std::int64_t rows = keep == Keep::all ? work.n_rows() : tile * work.ranks.size();
  held_.allocate(work.ranks.is_root() ? rows : 0, work.plan.map_shape());
  if (work.ranks.is_root() && keep == Keep::digests) digests_.resize(static_cast<std::size_t>(work.n_rows()));
}

std::int64_t Gathered::bytes(const Workload& work, std::int64_t tile, Keep keep) {
  const std::int64_t row = work.plan.result_bytes_per_row();
  if (keep == Keep::all) return work.n_rows() * row;
  return tile * work.ranks.size() * row + work.n_rows() * static_cast<std::int64_t>(sizeof(std::uint64_t));
}

void Gathered::take(PacModel& model, std::int64_t round) {
  const Communicator& ranks = work_.ranks;
  const RowRun mine = work_.rows_of(ranks.rank(), tile_, round);
  if (keep_ == Keep::all) {
    model.gather(held_, mine);
    if (ranks.is_root() && faults().wrong_row >= 0 && faults().wrong_row < held_.n_rows) damage(faults().wrong_row);
    return;
  }
  model.gather(held_, {ranks.rank() * tile_, mine.count});
  for (std::int64_t rank = 0; ranks.is_root() && rank < ranks.size(); ++rank) {
    const RowRun rows = work_.rows_of(rank, tile_, round);
    for (std::int64_t i = 0; i < rows.count; ++i) {
      if (rows.at(i) == faults().wrong_row) damage(rank * tile_ + i);
      digests_[static_cast<std::size_t>(rows.at(i))] = row_digest(held_, rank * tile_ + i, rows.at(i));
    }
  }
}

void Gathered::damage(std::int64_t held_row) { held_.pac[static_cast<std::size_t>(held_row * held_.pairs())] = -1; }

std::uint64_t Gathered::digest_of(std::int64_t row) const {
  return keep_ == Keep::all ? row_digest(held_, row, row) : digests_[static_cast<std::size_t>(row)];
}

std::uint64_t Gathered::digest() const {
  std::uint64_t sum = 0;
  for (std::int64_t row = 0; row < work_.n_rows(); ++row) sum += digest_of(row);
  return sum;
}

}  // namespace pac
