// Calls of CUDA, cuFFT and NCCL that fail become Errors: what was tried, what the library says, the remedy. All local.
#pragma once

#include <string>

#include <cuda_runtime_api.h>
#include <cufft.h>
#include <nccl.h>

namespace pac::cuda {

/// `what` says what was tried: "copy rows to the device". Throws Error (memory) where memory ran out, else Error
/// (device).
void check(cudaError_t status, const char* what);
void check(cufftResult status, const char* what);
/// Throws Error (communication). ncclInProgress passes: it is no failure of a non-blocking communicator.
void check(ncclResult_t status, const char* what);

/// For what pac::kernels::launch returns.
void check_launch(int status, const char* kernel = "a kernel");

/// How lines about failures call this rank's device from now on: after one, the library may not tell any more. Not
/// thread-safe: once, when the device is bound.
void call_device(const std::string& words);

/// "13.0" for 13000.
std::string version_text(int version);

/// Why the driver is too old, or that there is none; for cudaErrorInsufficientDriver.
std::string driver_complaint();

}  // namespace pac::cuda
