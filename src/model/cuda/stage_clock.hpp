// Times of the stages of one tile, from events on its stream, and their names for profilers.
#pragma once

#include <array>

#include <nvtx3/nvToolsExt.h>

#include "model/cuda/handles.hpp"
#include "model/stages.hpp"

namespace pac::cuda {

/// Stages follow each other in the order of `Stage`; one that is left out takes no time.
class StageClock {
 public:
  void begin(const Stream& stream) const { marks_[0].record(stream); }
  void finish(Stage stage, const Stream& stream) const { marks_[static_cast<std::size_t>(stage) + 1].record(stream); }

  /// Adds the stages' seconds once everything recorded has happened.
  void add_to(StageSeconds& seconds) const {
    for (std::size_t s = 0; s < seconds.size(); ++s) seconds[s] += marks_[s + 1].seconds_since(marks_[s]);
  }

 private:
  template <std::size_t... Index>
  static std::array<Event, sizeof...(Index)> marks(std::index_sequence<Index...>) {
    return {(static_cast<void>(Index), Event(Event::Timing::on))...};
  }
  std::array<Event, stage_names.size() + 1> marks_ = marks(std::make_index_sequence<stage_names.size() + 1>());
};

/// Names the calls made while it lives in a profiler's timeline.
class ProfilerRange {
 public:
  explicit ProfilerRange(Stage stage) { nvtxRangePushA(stage_names[static_cast<std::size_t>(stage)]); }
  ~ProfilerRange() { nvtxRangePop(); }
  ProfilerRange(const ProfilerRange&) = delete;
  ProfilerRange& operator=(const ProfilerRange&) = delete;
};

}  // namespace pac::cuda
