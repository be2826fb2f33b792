// Calls of CUDA, cuFFT and NCCL that fail become Errors: what was tried, what the library says, the remedy.
#include "model/cuda/cuda_check.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace pac::cuda {
namespace {

constexpr const char* memory_remedy = "lower --mem-limit, use fewer bands or a shorter --seq-sec";
constexpr const char* other_remedy = "try again, on another GPU, or use --backend cpu";

std::string& device_words() {
  static std::string words = "the GPU";
  return words;
}

/// What libraries say may have several lines; an Error has one.
std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

[[noreturn]] void fail(Exit status, const std::string& library, const char* what, const std::string& reason,
                       const std::string& remedy) {
  throw Error(status, library + ": " + what + ": " + reason + "; " + remedy);
}

/// What to say of the failures that users can do something about; an empty reason: CUDA's own words.
struct Advice {
  std::string reason;
  std::string remedy;
};

Advice advice_for(cudaError_t status) {
  const std::string& device = device_words();
  switch (status) {
    case cudaErrorECCUncorrectable:
      return {"uncorrectable memory error (ECC) of " + device,
              "its memory is damaged: exclude the node or GPU from your jobs and have the GPU reset"};
    case cudaErrorInsufficientDriver:
      return {driver_complaint(), "or use --backend cpu"};
    case cudaErrorNoDevice:
      return {"no GPU is visible to this rank",
              "ask the scheduler for GPUs, see CUDA_VISIBLE_DEVICES, or use --backend cpu"};
    case cudaErrorNoKernelImageForDevice:
    case cudaErrorUnsupportedPtxVersion:
      return {"this program holds no code that runs on " + device,
              "build it with CMAKE_CUDA_ARCHITECTURES set to the GPU's, update the driver, or use --backend cpu"};
    case cudaErrorDevicesUnavailable:
      return {device + " is in exclusive mode and in use by another process",
              "start one rank per GPU, take another GPU, or have its compute mode set to default (nvidia-smi -c 0)"};
    case cudaErrorNvlinkUncorrectable:
    case cudaErrorHardwareStackError:
      return {"", "the GPU or its links are damaged: exclude the node or GPU from your jobs and have it reset"};
    case cudaErrorSystemNotReady:
    case cudaErrorSystemDriverMismatch:
      return {"",
              "the host's driver is not in order (versions differ, or the fabric manager is not up): exclude the node"};
    case cudaErrorIllegalAddress:
      return {"",
              "this is a fault of the program: please report it with the command line; meanwhile use --backend cpu"};
    default:
      return {"", other_remedy};
  }
}

const char* name_of(cufftResult status) {
  switch (static_cast<int>(status)) {
    case CUFFT_INVALID_PLAN:
      return "invalid plan";
    case CUFFT_INVALID_TYPE:
      return "invalid type";
    case CUFFT_INVALID_VALUE:
      return "invalid value";
    case CUFFT_INTERNAL_ERROR:
      return "internal error of the library or driver";
    case CUFFT_EXEC_FAILED:
      return "execution failed";
    case CUFFT_SETUP_FAILED:
      return "the library did not start";
    case CUFFT_INVALID_SIZE:
      return "invalid size";
    case CUFFT_UNALIGNED_DATA:
      return "unaligned data";
    case CUFFT_INVALID_DEVICE:
      return "invalid device";
    case CUFFT_NO_WORKSPACE:
      return "no workspace";
    case CUFFT_NOT_IMPLEMENTED:
      return "not implemented";
    case CUFFT_NOT_SUPPORTED:
      return "not supported";
    default:
      return "failed";
  }
}

/// cuFFT before CUDA 13 has no names for these.
bool wants_compiler_libraries(cufftResult status) {
  const int number = static_cast<int>(status);
  return number == 0x11 || number == 0x12 || number == 0x13;
}

}  // namespace

void check(cudaError_t status, const char* what) {
  if (status == cudaSuccess) return;
  static_cast<void>(cudaGetLastError());  // or a later call that only looks would find it again
  if (status == cudaErrorMemoryAllocation) fail(Exit::memory, "CUDA", what, "out of memory", memory_remedy);
  const Advice advice = advice_for(status);
  const std::string own = std::string(cudaGetErrorString(status)) + " (" + cudaGetErrorName(status) + ")";
  fail(Exit::device, "CUDA", what, advice.reason.empty() ? own + " on " + device_words() : advice.reason,
       advice.remedy);
}

void check(cufftResult status, const char* what) {
  if (status == CUFFT_SUCCESS) return;
  if (status == CUFFT_ALLOC_FAILED) fail(Exit::memory, "cuFFT", what, "out of memory", memory_remedy);
  const std::string reason =
      std::string(name_of(status)) + " (" + std::to_string(static_cast<int>(status)) + ") on " + device_words();
  fail(Exit::device, "cuFFT", what, reason,
       wants_compiler_libraries(status)
           ? "it found no fitting libnvrtc and libnvJitLink: put the CUDA toolkit's library "
             "folder in LD_LIBRARY_PATH, or use --backend cpu"
           : other_remedy);
}

void check(ncclResult_t status, const char* what) {
  if (status == ncclSuccess || status == ncclInProgress) return;
  const char* const details = ncclGetLastError(nullptr);
  std::string reason = ncclGetErrorString(status);
  if (details != nullptr && *details != '\0') reason += std::string(": ") + details;
  fail(Exit::communication, "NCCL", what, one_line(reason), "use --gather mpi; NCCL_DEBUG=INFO shows more");
}

void check_launch(int status, const char* kernel) {
  if (status != 0) check(static_cast<cudaError_t>(status), (std::string("start ") + kernel).c_str());
}

void call_device(const std::string& words) { device_words() = words; }

std::string version_text(int version) {
  return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string driver_complaint() {
  int driver = 0;
  int needed = 0;
  if (cudaDriverGetVersion(&driver) != cudaSuccess) driver = 0;
  if (cudaRuntimeGetVersion(&needed) != cudaSuccess) needed = CUDART_VERSION;
  if (driver == 0) return "no NVIDIA driver on this host";
  return "the driver supports CUDA " + version_text(driver) + ", this program needs " + version_text(needed) +
         ": update the driver";
}

}  // namespace pac::cuda
