// The session and the device of a test program that needs a GPU; gpu_main.cpp opens them.
#pragma once

#include "comm/session.hpp"
#include "model/cuda/device.hpp"

namespace pac {

class GpuSession {
 public:
  GpuSession(const Communicator& world, cuda::Device device) : world_(world), device_(std::move(device)) {}
  [[nodiscard]] const Communicator& world() const { return world_; }
  [[nodiscard]] const cuda::Device& device() const { return device_; }

 private:
  const Communicator& world_;
  cuda::Device device_;
};

/// This process's.
const GpuSession& gpu();

}  // namespace pac
