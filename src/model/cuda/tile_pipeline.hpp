// Queues the stages of one tile of rows: samples on the device in, results on the device out.
#pragma once

#include "kernels/launch.hpp"
#include "model/cuda/buffers.hpp"
#include "model/cuda/cuda_check.hpp"
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
  void envelopes(std::int64_t count) const;  ///< phasors of the amplitudes' own phases
  void bin_sums(std::int64_t first, std::int64_t count) const;

  // measures.cpp
  /// Which surrogates a launch makes: [done, done + count) of the row's, or the observed value alone.
  struct Shifts {
    const std::uint32_t* shifts = nullptr;
    std::int64_t done = 0;
    std::int64_t count = 1;
    std::int64_t extent = 1;      ///< of the output's axis
    std::int64_t padded_amp = 0;  ///< of the output
  };
  void other_measures(std::int64_t first, std::int64_t count) const;  ///< observed values of all but mi
  void surrogates(std::int64_t first, std::int64_t count) const;
  void surrogates_of(const MeasureArrays& maps, std::int64_t first, std::int64_t count) const;
  void shifted_bins(Measure measure, std::int64_t first, std::int64_t count, const Shifts& shifts) const;
  void vector_sums(Measure measure, std::int64_t first, std::int64_t count, const Shifts& shifts, float* out) const;
  /// Where the modulation index goes: a map, or scratch where it is not asked for. at: first pair of the tile.
  [[nodiscard]] float* modulation_index(std::int64_t at) const;
  [[nodiscard]] std::uint32_t padded_amp() const { return static_cast<std::uint32_t>(g_.n_groups * g_.lanes); }
  [[nodiscard]] static float* rows_of(const MapArray& map, std::int64_t at) {
    return map.empty() ? nullptr : map.data() + at;
  }
  [[nodiscard]] Side side_of(bool phase) const;
  [[nodiscard]] kernels::PairData pair_data(std::int64_t count) const;
  template <class Body>
  void launch(const Body& body) const {
    check_launch(kernels::launch(body, stream_.get()));
  }

  const PreparedPlan& prepared_;
  const Plan& plan_;
  const Geometry& g_;
  const Buffers& b_;
  const Stream& stream_;
};

}  // namespace pac::cuda
