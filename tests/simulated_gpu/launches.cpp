// Kernel launches: which body a kernel of the program runs is read from the name that nvcc registers for it; the body
// then runs through the host executor.
#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <map>
#include <typeinfo>

#include <cuda_runtime_api.h>
#include <cxxabi.h>

#include "device.hpp"
#include "kernels/bodies.hpp"
#include "memory.hpp"
#include "streams.hpp"

namespace simulated {

namespace {

using pac::kernels::Index3;
using pac::kernels::Shape;

constexpr std::size_t unasked_shared_bytes = 48 << 10;

/// A body of PACBENCH_KERNELS.
struct Kernel {
  std::string name;
  unsigned most_threads;
  Shape (*shape)(const void* body);
  /// Copies the body; what it returns runs it.
  std::function<void()> (*bind)(const void* body);
  std::size_t asked_shared_bytes = 0;
};

std::string demangled(const char* name) {
  int status = 0;
  char* const text = abi::__cxa_demangle(name, nullptr, nullptr, &status);
  std::string result = text == nullptr ? name : text;
  std::free(text);
  result.erase(std::remove(result.begin(), result.end(), ' '), result.end());
  return result;
}

template <class Body>
Kernel kernel_of() {
  unsigned most_threads = 256;
  if constexpr (requires { Body::most_threads; }) most_threads = Body::most_threads;
  return {demangled(typeid(Body).name()), most_threads,
          [](const void* body) { return static_cast<const Body*>(body)->shape(); },
          [](const void* body) -> std::function<void()> {
            return [copy = *static_cast<const Body*>(body)] { run_on_host(copy, settings().threads); };
          }};
}

/// By the address that stands for a kernel in the program.
std::map<const void*, Kernel>& kernels() {
  static auto* const map = new std::map<const void*, Kernel>;
  return *map;
}

#define PACBENCH_KERNEL(Body) kernel_of<pac::kernels::Body>(),

void register_kernel(const void* function, const char* mangled) {
  static const auto* const bodies = new std::vector<Kernel>{PACBENCH_KERNELS(PACBENCH_KERNEL)};
  const std::string name = demangled(mangled);
  for (const Kernel& kernel : *bodies)
    if (name == "voidpac::kernels::run<" + kernel.name + ">(" + kernel.name + ")") kernels()[function] = kernel;
}

#undef PACBENCH_KERNEL

cudaError_t refuse(const Kernel& kernel, const std::string& why, cudaError_t error) {
  say("launch of " + kernel.name + ": " + why);
  return error;
}

cudaError_t check(const Kernel& kernel, const Shape& shape, dim3 blocks, dim3 threads, std::size_t shared) {
  if (settings().major < 8) return cudaErrorNoKernelImageForDevice;
  if (blocks.x == 0 || blocks.y == 0 || blocks.z == 0 || blocks.y > 65535 || blocks.z > 65535 || blocks.x > 0x7fffffff)
    return refuse(kernel, "blocks out of range", cudaErrorInvalidConfiguration);
  if (threads.x == 0 || threads.x > 1024 || threads.y != 1 || threads.z != 1)
    return refuse(kernel, "threads out of range", cudaErrorInvalidConfiguration);
  if (threads.x > kernel.most_threads)
    return refuse(kernel, "more threads than its registers were bounded for", cudaErrorInvalidValue);
  if (blocks.x != shape.blocks.x || blocks.y != shape.blocks.y || blocks.z != shape.blocks.z ||
      threads.x != shape.threads || shared != shape.shared_bytes)
    return refuse(kernel, "not the body's shape", cudaErrorInvalidConfiguration);
  if (shared > std::max(unasked_shared_bytes, kernel.asked_shared_bytes))
    return refuse(kernel, "more than 48 KiB of shared memory, not asked for", cudaErrorInvalidValue);
  return cudaSuccess;
}

void run(const std::string& name, const std::function<void()>& bound, unsigned long number) {
  if (settings().fault != Fault::none && number >= settings().faulty_launch) {
    break_device(settings().fault == Fault::ecc ? cudaErrorECCUncorrectable : cudaErrorIllegalAddress);
    return;
  }
  try {
    bound();
  } catch (const std::exception& error) {
    give_up(name + ": " + error.what());
  }
}

}  // namespace
}  // namespace simulated

using namespace simulated;

extern "C" {

// What nvcc's generated code calls when the program starts and ends.
void** __cudaRegisterFatBinary(void*) {
  static void* handle = nullptr;
  return &handle;
}
void __cudaRegisterFatBinaryEnd(void**) {}
void __cudaUnregisterFatBinary(void**) {}
char __cudaInitModule(void**) { return 0; }
void __cudaRegisterVar(void**, char*, char*, const char*, int, std::size_t, int, int) {}
void __cudaRegisterFunction(void**, const char* function, char*, const char* name, int, uint3*, uint3*, dim3*, dim3*,
                            int*) {
  register_kernel(function, name);
}

// What the <<<>>> notation becomes.
namespace {
struct Configuration {
  dim3 blocks;
  dim3 threads;
  std::size_t shared;
  cudaStream_t stream;
};
thread_local std::vector<Configuration> pushed;
}  // namespace

unsigned __cudaPushCallConfiguration(dim3 blocks, dim3 threads, std::size_t shared, CUstream_st* stream) {
  pushed.push_back({blocks, threads, shared, stream});
  return 0;
}
cudaError_t __cudaPopCallConfiguration(dim3* blocks, dim3* threads, std::size_t* shared, void* stream) {
  if (pushed.empty()) return cudaErrorInvalidConfiguration;
  *blocks = pushed.back().blocks;
  *threads = pushed.back().threads;
  *shared = pushed.back().shared;
  std::memcpy(stream, &pushed.back().stream, sizeof(cudaStream_t));
  pushed.pop_back();
  return cudaSuccess;
}
cudaError_t __cudaGetKernel(cudaKernel_t* kernel, const void* function) {
  std::memcpy(kernel, &function, sizeof function);
  return cudaSuccess;
}
cudaError_t __cudaLaunchKernel(cudaKernel_t kernel, dim3 blocks, dim3 threads, void** arguments, std::size_t shared,
                               cudaStream_t stream) {
  return cudaLaunchKernel(static_cast<const void*>(kernel), blocks, threads, arguments, shared, stream);
}

cudaError_t cudaFuncSetAttribute(const void* function, cudaFuncAttribute attribute, int value) {
  return call([&] {
    const auto found = kernels().find(function);
    if (found == kernels().end()) return cudaErrorInvalidDeviceFunction;
    if (attribute != cudaFuncAttributeMaxDynamicSharedMemorySize) return cudaSuccess;
    if (value < 0 || value > most_shared_bytes)
      return refuse(found->second, "asks for more than 227 KiB of shared memory", cudaErrorInvalidValue);
    found->second.asked_shared_bytes = static_cast<std::size_t>(value);
    return cudaSuccess;
  });
}

cudaError_t cudaLaunchKernel(const void* function, dim3 blocks, dim3 threads, void** arguments, std::size_t shared,
                             cudaStream_t stream) {
  return call([&] {
    static unsigned long launches = 0;
    const auto found = kernels().find(function);
    if (found == kernels().end()) {
      say("launch of a kernel that is not in PACBENCH_KERNELS");
      return cudaErrorInvalidDeviceFunction;
    }
    const Kernel& kernel = found->second;
    const cudaError_t status = check(kernel, kernel.shape(arguments[0]), blocks, threads, shared);
    if (status != cudaSuccess) return status;
    ++launches;
    return queue_once(stream, [name = kernel.name, bound = kernel.bind(arguments[0]), number = launches] {
      run(name, bound, number);
    });
  });
}

}  // extern "C"
