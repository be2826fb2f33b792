// What the simulated GPU is told by the environment.
//
// PACBENCH_SIMULATED_GPU, a list, between semicolons or commas:
//   count=N          devices of the machine (1)
//   bytes=N          memory of each (8 GiB)
//   capability=M.m   compute capability (9.0)
//   driver=none|old  no driver, or one that is too old: cudaGetDeviceCount gives 35
//   fail=ecc@N, fail=illegal@N   the Nth kernel launch of the process breaks the device
//   nccl=hang|error  communicators never come up; a gather meets a remote error
//   threads=forward|reverse|shuffled   the order in which a kernel's threads run
//   rank=R           all but count, capability and threads holds for that rank of an MPI job only
// PACBENCH_SIMULATED_ORDER=eager|lazy: work runs when queued, or when something waits for it.
// CUDA_VISIBLE_DEVICES selects devices as it does for CUDA.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "host_executor.hpp"

namespace simulated {

enum class Driver { fine, none, old };
enum class Fault { none, ecc, illegal };
enum class Nccl { fine, hang, error };

struct Settings {
  int count = 1;
  std::size_t bytes = std::size_t{8} << 30;
  int major = 9;
  int minor = 0;
  Driver driver = Driver::fine;
  Fault fault = Fault::none;
  unsigned long faulty_launch = 0;  ///< counted from 1
  Nccl nccl = Nccl::fine;
  pac::kernels::Order threads = pac::kernels::Order::forward;
  bool lazy = false;
  std::vector<int> visible;  ///< index on the machine of each device that the process sees
};

/// Read at first use. A setting that it does not know ends the process.
const Settings& settings();

/// One line on the error stream.
void say(const std::string& line);
/// A line, and the end of the process: the program did what would break a real device's memory.
[[noreturn]] void give_up(const std::string& line);

}  // namespace simulated
