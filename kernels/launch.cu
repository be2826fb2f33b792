// The one generic kernel, instantiated for every body.
#include "kernels/launch.hpp"

namespace pac::kernels {

/// Runs a body: its threads_at_most and blocks_per_sm, where it has them, bound the registers.
template <class Body>
struct Bounds {
  static constexpr unsigned threads = 256;
  static constexpr unsigned blocks = 1;
};
template <class Body>
requires requires { Body::most_threads; }
struct Bounds<Body> {
  static constexpr unsigned threads = Body::most_threads;
  static constexpr unsigned blocks = 1;
};

template <class Body>
__global__ void __launch_bounds__(Bounds<Body>::threads, Bounds<Body>::blocks) run(const __grid_constant__ Body body) {
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
