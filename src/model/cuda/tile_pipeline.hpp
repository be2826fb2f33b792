// Queues the stages of one tile of rows: samples on the device in, results on the device out.
#pragma once

#include "kernels/pair_sums.hpp"
#include "model/cuda/buffers.hpp"
#include "model/cuda/prepared_plan.hpp"
#include "model/cuda/stage_clock.hpp"

namespace pac::cuda {

class TilePipeline {
 public:
  TilePipeline(const PreparedPlan& prepared, const Buffers& buffers, const Stream& stream)
      : prepared_(prepared), plan_(prepared.plan), g_(prepared.geometry), b_(buffers), stream_(stream) {}

  /// Queues rows [first, first + count) of the model, count <= tile_rows; returns before they are done.
  void queue(std::int64_t first, std::int64_t count, const StageClock& clock) const;

 private:
  struct Side;  ///< everything about one of the two families
  void spectrum(std::int64_t first, std::int64_t count) const;
  void analytic(const Side& side, std::int64_t count) const;
  void bin_sums(std::int64_t first, std::int64_t count) const;
  void surrogates(std::int64_t first, std::int64_t count) const;
  [[nodiscard]] Side side_of(bool phase) const;
  [[nodiscard]] kernels::PairData pair_data(std::int64_t count) const;
  template <class Body>
  void launch(const Body& body) const;

  const PreparedPlan& prepared_;
  const Plan& plan_;
  const Geometry& g_;
  const Buffers& b_;
  const Stream& stream_;
};

}  // namespace pac::cuda
