// The one generic kernel, instantiated for every body.
#include "kernels/launch.hpp"

namespace pac::kernels {

/// What bounds a body's registers: its most_threads, where it has them.
template <class Body>
constexpr unsigned most_threads_of() {
  if constexpr (requires { Body::most_threads; }) return Body::most_threads;
  return 256;
}

/// Blocks of a multiprocessor at once, where a body asks for some: left to choose, the compiler trades registers for
/// spills.
template <class Body>
constexpr unsigned least_blocks_of() {
  if constexpr (requires { Body::least_blocks; }) return Body::least_blocks;
  return 1;
}

template <class Body>
__global__ void __launch_bounds__(most_threads_of<Body>(), least_blocks_of<Body>())
    run(const __grid_constant__ Body body) {
  const DeviceContext context;
  body(context);
}

namespace {

template <class Body>
int queue(const Body& body, void* stream) {
  constexpr std::size_t unasked_shared_bytes = 48 << 10;
  const Shape shape = body.shape();
  if (shape.empty()) return 0;
  const void* const kernel = reinterpret_cast<const void*>(&run<Body>);
  if (shape.shared_bytes > unasked_shared_bytes) {
    const cudaError_t status =
        cudaFuncSetAttribute(kernel, cudaFuncAttributeMaxDynamicSharedMemorySize, static_cast<int>(shape.shared_bytes));
    if (status != cudaSuccess) return status;
  }
  const void* arguments[] = {&body};
  return cudaLaunchKernel(kernel, dim3(shape.blocks.x, shape.blocks.y, shape.blocks.z), dim3(shape.threads),
                          const_cast<void**>(arguments), shape.shared_bytes, static_cast<cudaStream_t>(stream));
}

}  // namespace

#define PACBENCH_DEFINE(Body) \
  int launch(const Body& body, void* stream) { return queue(body, stream); }
PACBENCH_KERNELS(PACBENCH_DEFINE)
#undef PACBENCH_DEFINE

}  // namespace pac::kernels
