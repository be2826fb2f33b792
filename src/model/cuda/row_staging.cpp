// Rows on their way to the device.
#include "model/cuda/row_staging.hpp"

#include <algorithm>
#include <future>
#include <vector>

#include "kernels/surrogates.hpp"
#include "model/cuda/arena.hpp"
#include "model/row_tables.hpp"

namespace pac::cuda {

RowStaging::RowStaging(const Plan& plan, unsigned lanes, std::int64_t rows) : plan_(plan), lanes_(lanes) {
  const auto lay_out = [&](Arena arena) {
    samples_ = arena.take<float>(rows * plan.extended());
    scales_ = arena.take<kernels::RowScale>(rows);
    shifts_ = arena.take<std::uint32_t>(rows * plan.n_perm);
    permutation_ = arena.take<std::uint32_t>(rows * plan.n_perm);
    return arena.bytes();
  };
  memory_ = PinnedMemory(lay_out(Arena()));
  lay_out(Arena(memory_.as()));
}

void RowStaging::fill(const RowBlock& block, std::int64_t first, std::int64_t count, std::int64_t threads) {
  const auto part = [&](std::int64_t thread) {
    const Shard mine = shard_of(count, threads, thread);
    for (std::int64_t i = mine.first; i < mine.end(); ++i) fill_row(block, first + i, i);
  };
  std::vector<std::future<void>> others;
  for (std::int64_t thread = 1; thread < threads; ++thread) {
    others.push_back(std::async(std::launch::async, part, thread));
  }
  part(0);
  for (auto& other : others) other.get();
}

void RowStaging::fill_row(const RowBlock& block, std::int64_t row, std::int64_t place) {
  const auto at = static_cast<std::size_t>(row);
  const std::span<const float> samples = block.row(row);
  const double mean = block.constant[at] != 0 ? 0 : block.mean[at];
  const float scale = scale_of(samples, mean);
  std::copy(samples.begin(), samples.end(), samples_ + place * plan_.extended());
  scales_[place] = {scale, static_cast<float>(mean * static_cast<double>(scale))};
  if (plan_.n_perm == 0) return;
  std::uint32_t* const shifts = shifts_ + place * plan_.n_perm;
  const std::vector<std::int64_t> drawn = surrogate_shifts(plan_, block.rows.first + row);
  std::transform(drawn.begin(), drawn.end(), shifts, [](std::int64_t s) { return static_cast<std::uint32_t>(s); });
  kernels::arrange_shifts(shifts, permutation_ + place * plan_.n_perm, plan_.n_perm, kernels::warp_size / lanes_);
}

}  // namespace pac::cuda
