// What a kernel body sees of the machine that runs it. A body is a functor: its parameters are its members, its
// operator() is templated on a context. nvcc compiles it for the device (DeviceContext below), g++ for the host
// executor of the tests, from the same text. No CUDA header is included here.
//
// A context has: thread() and threads() (of a one-dimensional block), block() (three-dimensional), sync(), and for
// whole warps of 32 lanes shuffle(), shuffle_up(), shuffle_xor(); shared<T>() and atomic_add() on memory of the
// block alone.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>

#if defined(__CUDACC__)
#define KERNEL_FN __device__ __forceinline__
#define KERNEL_AND_HOST_FN __host__ __device__ __forceinline__
#else
#define KERNEL_FN inline
#define KERNEL_AND_HOST_FN inline
#endif

namespace pac::kernels {

constexpr unsigned warp_size = 32;

struct Index3 {
  unsigned x = 1;
  unsigned y = 1;
  unsigned z = 1;
};

/// How many threads run a body: blocks, threads of a block (a multiple of warp_size), dynamic shared memory of a block.
struct Shape {
  Index3 blocks;
  unsigned threads = 256;
  std::size_t shared_bytes = 0;
  [[nodiscard]] bool empty() const { return blocks.x == 0 || blocks.y == 0 || blocks.z == 0; }
};

constexpr std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

/// Blocks for a body that has a thread for each of n elements, in `rows` rows of `layers` layers.
constexpr Shape elementwise(std::int64_t n, std::int64_t rows = 1, std::int64_t layers = 1, unsigned threads = 256) {
  return {{static_cast<unsigned>(ceil_div(n, threads)), static_cast<unsigned>(rows), static_cast<unsigned>(layers)},
          threads,
          0};
}

/// N words, or four floats, that travel in one instruction.
template <unsigned N>
struct alignas(4 * N) Words {
  std::uint32_t word[N];
};
using Words4 = Words<4>;

struct alignas(16) Floats4 {
  float value[4];
};

/// A complex number as cuFFT lays it out.
struct alignas(8) Complex {
  float re;
  float im;
};

#if defined(__CUDACC__)
struct DeviceContext {
  KERNEL_FN unsigned thread() const { return threadIdx.x; }
  KERNEL_FN unsigned threads() const { return blockDim.x; }
  KERNEL_FN Index3 block() const { return {blockIdx.x, blockIdx.y, blockIdx.z}; }
  KERNEL_FN void sync() const { __syncthreads(); }
  template <class T>
  KERNEL_FN T shuffle(T value, unsigned lane) const {
    return __shfl_sync(0xffffffffU, value, static_cast<int>(lane));
  }
  template <class T>
  KERNEL_FN T shuffle_up(T value, unsigned lanes) const {
    return __shfl_up_sync(0xffffffffU, value, lanes);
  }
  template <class T>
  KERNEL_FN T shuffle_xor(T value, unsigned mask) const {
    return __shfl_xor_sync(0xffffffffU, value, static_cast<int>(mask));
  }
  /// The sum before; on memory of the block alone.
  template <class T>
  KERNEL_FN T atomic_add(T* to, T value) const {
    return atomicAdd(to, value);
  }
  template <class T>
  KERNEL_FN T* shared() const {
    extern __shared__ __align__(16) unsigned char shared_memory[];
    return reinterpret_cast<T*>(shared_memory);
  }
};
#endif

/// a b + c, rounded once; bodies are compiled so that nothing else is.
KERNEL_FN float multiply_add(float a, float b, float c) {
#if defined(__CUDACC__)
  return fmaf(a, b, c);
#else
  return std::fma(a, b, c);
#endif
}

/// The element of a row that this thread of an elementwise() body works on.
template <class C>
KERNEL_FN std::int64_t element_of(const C& c) {
  return static_cast<std::int64_t>(c.block().x) * c.threads() + c.thread();
}

}  // namespace pac::kernels
