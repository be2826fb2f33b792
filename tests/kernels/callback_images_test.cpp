// The callbacks' link-time images, linked as cuFFT links them into its kernels: through a C++ declaration of the name
// that it is given, into a stand-in kernel, for each device that is served. No device is needed.
#include "kernels/callback_images.hpp"

#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <nvJitLink.h>
#include <nvrtc.h>

namespace pac::kernels {
namespace {

const std::string declarations = R"(
extern __device__ float2 pacbench_load_gained(void*, unsigned long long, void*, void*);
extern __device__ void pacbench_store_bin(void*, unsigned long long, float2, void*, void*);
extern __device__ void pacbench_store_amplitude(void*, unsigned long long, float2, void*, void*);
)";

/// A kernel that loads and stores through callbacks, as text.
std::string stand_in(const std::string& store) {
  return declarations + R"(
extern "C" __global__ void stand_in(void* data, void* info, unsigned long long n) {
  const unsigned long long i = blockIdx.x * (unsigned long long)blockDim.x + threadIdx.x;
  if (i < n) )" +
         store + R"((data, i, pacbench_load_gained(data, i, info, nullptr), info, nullptr);
})";
}

/// Link-time intermediate code of a source.
std::vector<char> compiled(const std::string& source) {
  std::vector<char> code;
  nvrtcProgram program = nullptr;
  EXPECT_EQ(nvrtcCreateProgram(&program, source.c_str(), "stand_in.cu", 0, nullptr, nullptr), NVRTC_SUCCESS);
  // cuFFT's options for its declarations.
  const char* const options[] = {"-arch=compute_75", "--relocatable-device-code=true", "-minimal", "-dlto"};
  const nvrtcResult result = nvrtcCompileProgram(program, 4, options);
  std::size_t size = 0;
  nvrtcGetProgramLogSize(program, &size);
  std::string log(size, ' ');
  nvrtcGetProgramLog(program, log.data());
  EXPECT_EQ(result, NVRTC_SUCCESS) << log;
  if (result == NVRTC_SUCCESS) {
    nvrtcGetLTOIRSize(program, &size);
    code.resize(size);
    nvrtcGetLTOIR(program, code.data());
  }
  nvrtcDestroyProgram(&program);
  return code;
}

struct Linked {
  bool right = false;
  std::size_t bytes = 0;  ///< of the device's code
  std::string log;
};

/// Links code with images for a device.
Linked link(const std::vector<char>& code, const std::vector<CallbackImage>& images, const std::string& device) {
  Linked linked;
  const std::string arch = "-arch=" + device;
  const char* options[] = {arch.c_str(), "-lto"};
  nvJitLinkHandle handle = nullptr;
  EXPECT_EQ(nvJitLinkCreate(&handle, 2, options), NVJITLINK_SUCCESS);
  EXPECT_EQ(nvJitLinkAddData(handle, NVJITLINK_INPUT_LTOIR, code.data(), code.size(), "stand_in"), NVJITLINK_SUCCESS);
  for (const CallbackImage& image : images) {
    EXPECT_EQ(nvJitLinkAddData(handle, NVJITLINK_INPUT_FATBIN, image.bytes, image.size, image.symbol),
              NVJITLINK_SUCCESS)
        << image.symbol;
  }
  linked.right = nvJitLinkComplete(handle) == NVJITLINK_SUCCESS;
  std::size_t size = 0;
  nvJitLinkGetErrorLogSize(handle, &size);
  linked.log.resize(size);
  if (size > 0) nvJitLinkGetErrorLog(handle, linked.log.data());
  if (linked.right) nvJitLinkGetLinkedCubinSize(handle, &linked.bytes);
  nvJitLinkDestroy(&handle);
  return linked;
}

const char* const devices[] = {"sm_80", "sm_90", "sm_100"};

/// With its image a store callback links for every device; without it, or without the load callback's, the linker
/// names what is missing.
void expect_links(const CallbackImage& store) {
  const std::vector<char> code = compiled(stand_in(store.symbol));
  ASSERT_FALSE(code.empty());
  for (const char* device : devices) {
    SCOPED_TRACE(device);
    const Linked whole = link(code, {load_gained_image(), store}, device);
    EXPECT_TRUE(whole.right) << whole.log;
    EXPECT_GT(whole.bytes, 1000U);
    const Linked without_store = link(code, {load_gained_image()}, device);
    EXPECT_FALSE(without_store.right);
    EXPECT_NE(without_store.log.find(store.symbol), std::string::npos) << without_store.log;
    const Linked without_load = link(code, {store}, device);
    EXPECT_FALSE(without_load.right);
    EXPECT_NE(without_load.log.find("pacbench_load_gained"), std::string::npos) << without_load.log;
  }
}

TEST(CallbackImages, BinsLinkForEveryDevice) { expect_links(store_bin_image()); }
TEST(CallbackImages, AmplitudesLinkForEveryDevice) { expect_links(store_amplitude_image()); }

TEST(CallbackImages, TheOtherStoreDoesNotServe) {
  const Linked other =
      link(compiled(stand_in("pacbench_store_bin")), {load_gained_image(), store_amplitude_image()}, devices[1]);
  EXPECT_FALSE(other.right);
  EXPECT_NE(other.log.find("pacbench_store_bin"), std::string::npos) << other.log;
}

}  // namespace
}  // namespace pac::kernels
