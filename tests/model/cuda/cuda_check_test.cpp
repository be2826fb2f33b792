// Failures of CUDA, cuFFT and NCCL become one line each, with the right status and the remedy. No device is needed.
#include "model/cuda/cuda_check.hpp"

#include <functional>
#include <string>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "model/cuda/handles.hpp"

namespace {

using namespace pac;
using namespace pac::cuda;

static_assert(std::is_nothrow_move_constructible_v<Stream> && !std::is_copy_constructible_v<Stream>);
static_assert(std::is_nothrow_move_assignable_v<DeviceMemory> && !std::is_copy_assignable_v<DeviceMemory>);

/// Whether `call` throws an Error of this status whose one line holds all of `words`.
testing::AssertionResult says(const std::function<void()>& call, Exit status, const std::vector<std::string>& words) {
  try {
    call();
  } catch (const Error& error) {
    const std::string line = error.what();
    if (error.status() != status) return testing::AssertionFailure() << "status of: " << line;
    if (line.find('\n') != std::string::npos) return testing::AssertionFailure() << "several lines: " << line;
    for (const std::string& word : words) {
      if (line.find(word) == std::string::npos) return testing::AssertionFailure() << "no " << word << " in: " << line;
    }
    return testing::AssertionSuccess() << line;
  }
  return testing::AssertionFailure() << "nothing is thrown";
}

TEST(CudaCheck, LetsSuccessPass) {
  EXPECT_NO_THROW(check(cudaSuccess, "x"));
  EXPECT_NO_THROW(check(CUFFT_SUCCESS, "x"));
  EXPECT_NO_THROW(check(ncclSuccess, "x"));
  EXPECT_NO_THROW(check(ncclInProgress, "x"));
  EXPECT_NO_THROW(check_launch(0));
}

TEST(CudaCheck, MemoryThatRunsOutHasItsOwnStatus) {
  EXPECT_TRUE(says([] { check(cudaErrorMemoryAllocation, "take rows"); }, Exit::memory,
                   {"CUDA: take rows: out of memory", "--mem-limit", "bands", "--seq-sec"}));
  EXPECT_TRUE(says([] { check(CUFFT_ALLOC_FAILED, "plan"); }, Exit::memory, {"cuFFT: plan", "--mem-limit"}));
}

TEST(CudaCheck, NamesTheRemedyOfDeviceFailures) {
  call_device("GPU 3 of host node7");
  EXPECT_TRUE(says([] { check(cudaErrorECCUncorrectable, "wait"); }, Exit::device,
                   {"CUDA: wait", "ECC", "GPU 3 of host node7", "exclude the node or GPU", "reset"}));
  EXPECT_TRUE(says([] { check(cudaErrorNoDevice, "open"); }, Exit::device, {"no GPU", "--backend cpu"}));
  EXPECT_TRUE(says([] { check(cudaErrorInsufficientDriver, "open"); }, Exit::device, {"driver", "--backend cpu"}));
  EXPECT_TRUE(says([] { check(cudaErrorNoKernelImageForDevice, "start"); }, Exit::device,
                   {"GPU 3 of host node7", "CMAKE_CUDA_ARCHITECTURES"}));
  EXPECT_TRUE(says([] { check(cudaErrorDevicesUnavailable, "open"); }, Exit::device,
                   {"exclusive mode", "another process", "one rank per GPU"}));
  EXPECT_TRUE(says([] { check(cudaErrorLaunchFailure, "wait"); }, Exit::device,
                   {"cudaErrorLaunchFailure", "GPU 3 of host node7", "--backend cpu"}));
  EXPECT_TRUE(says([] { check_launch(cudaErrorInvalidConfiguration, "the histogram"); }, Exit::device,
                   {"start the histogram", "cudaErrorInvalidConfiguration"}));
}

TEST(CudaCheck, NamesTheRemedyOfTransformsAndNccl) {
  EXPECT_TRUE(says([] { check(CUFFT_INTERNAL_ERROR, "plan"); }, Exit::device, {"cuFFT: plan: internal error", "(5)"}));
  EXPECT_TRUE(
      says([] { check(static_cast<cufftResult>(0x13), "plan"); }, Exit::device, {"libnvJitLink", "LD_LIBRARY_PATH"}));
  EXPECT_TRUE(says([] { check(ncclRemoteError, "send rows"); }, Exit::communication,
                   {"NCCL: send rows", "--gather mpi", "NCCL_DEBUG"}));
}

TEST(CudaCheck, WritesVersions) {
  EXPECT_EQ(version_text(13000), "13.0");
  EXPECT_EQ(version_text(12040), "12.4");
}

TEST(CudaHandles, NothingIsTakenForNoBytes) {
  EXPECT_FALSE(DeviceMemory(0));
  EXPECT_EQ(PinnedMemory(0).bytes(), 0);
  EXPECT_FALSE(Stream(nullptr));
}

}  // namespace
