// Adds the time since its last call to a stage.
#pragma once

#include <chrono>

#include "core/fault.hpp"
#include "model/stages.hpp"

namespace pac::cpu {

class StageClock {
 public:
  explicit StageClock(StageSeconds& seconds) : seconds_(seconds) {}
  void finish(Stage stage) {
    slow_down(stage_names[static_cast<std::size_t>(stage)]);
    const auto now = std::chrono::steady_clock::now();
    seconds_[static_cast<std::size_t>(stage)] += std::chrono::duration<double>(now - last_).count();
    last_ = now;
  }

 private:
  StageSeconds& seconds_;
  std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

}  // namespace pac::cpu
