// The simulated GPU itself, through the calls that a program makes. Runs with the library preloaded, once per setting.
#include <cmath>
#include <complex>
#include <cstdlib>
#include <numbers>
#include <string>
#include <vector>

#include <cufftXt.h>
#include <gtest/gtest.h>

#include "kernels/launch.hpp"

namespace {

bool is_lazy() {
  const char* const order = std::getenv("PACBENCH_SIMULATED_ORDER");
  return order != nullptr && std::string(order) == "lazy";
}

/// Device or pinned memory of n elements, as long as the object lives.
template <class T>
class Memory {
 public:
  Memory(std::size_t n, bool pinned = false) : pinned_(pinned) {
    void* pointer = nullptr;
    EXPECT_EQ(pinned ? cudaMallocHost(&pointer, n * sizeof(T)) : cudaMalloc(&pointer, n * sizeof(T)), cudaSuccess);
    first_ = static_cast<T*>(pointer);
  }
  explicit Memory(const std::vector<T>& values) : Memory(values.size()) {
    EXPECT_EQ(cudaMemcpy(first_, values.data(), values.size() * sizeof(T), cudaMemcpyHostToDevice), cudaSuccess);
  }
  Memory(const Memory&) = delete;
  Memory& operator=(const Memory&) = delete;
  ~Memory() { pinned_ ? cudaFreeHost(first_) : cudaFree(first_); }
  [[nodiscard]] T* get() const { return first_; }
  [[nodiscard]] std::vector<T> read(std::size_t n) const {
    std::vector<T> values(n);
    EXPECT_EQ(cudaMemcpy(values.data(), first_, n * sizeof(T), cudaMemcpyDeviceToHost), cudaSuccess);
    return values;
  }

 private:
  bool pinned_;
  T* first_ = nullptr;
};

/// What arrives when one stream writes and another reads, with and without the event between them.
int value_after_hand_over(bool waits) {
  cudaStream_t writer = nullptr;
  cudaStream_t reader = nullptr;
  cudaEvent_t written = nullptr;
  EXPECT_EQ(cudaStreamCreateWithFlags(&writer, cudaStreamNonBlocking), cudaSuccess);
  EXPECT_EQ(cudaStreamCreateWithFlags(&reader, cudaStreamNonBlocking), cudaSuccess);
  EXPECT_EQ(cudaEventCreate(&written), cudaSuccess);
  int result = 0;
  {
    const Memory<int> from(1, true);
    const Memory<int> between(1);
    const Memory<int> to(1, true);
    *from.get() = 42;
    EXPECT_EQ(cudaMemcpyAsync(between.get(), from.get(), 4, cudaMemcpyHostToDevice, writer), cudaSuccess);
    EXPECT_EQ(cudaEventRecord(written, writer), cudaSuccess);
    EXPECT_EQ(waits ? cudaStreamWaitEvent(reader, written, 0) : cudaSuccess, cudaSuccess);
    EXPECT_EQ(cudaMemcpyAsync(to.get(), between.get(), 4, cudaMemcpyDeviceToHost, reader), cudaSuccess);
    EXPECT_EQ(cudaStreamSynchronize(reader), cudaSuccess);
    result = *to.get();
    EXPECT_EQ(cudaEventQuery(written), cudaSuccess);
  }
  EXPECT_EQ(cudaEventDestroy(written), cudaSuccess);
  EXPECT_EQ(cudaStreamDestroy(writer), cudaSuccess);
  EXPECT_EQ(cudaStreamDestroy(reader), cudaSuccess);
  return result;
}

TEST(SimulatedGpu, AMissingEventShowsWhereWorkIsLazy) {
  EXPECT_EQ(value_after_hand_over(true), 42);
  EXPECT_EQ(value_after_hand_over(false), is_lazy() ? -1 : 42);
}

TEST(SimulatedGpu, QueuedWorkReadsItsSourceWhenItRuns) {
  cudaStream_t stream = nullptr;
  ASSERT_EQ(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), cudaSuccess);
  {
    const Memory<int> host(1, true);
    const Memory<int> device(1);
    *host.get() = 1;
    ASSERT_EQ(cudaMemcpyAsync(device.get(), host.get(), 4, cudaMemcpyHostToDevice, stream), cudaSuccess);
    *host.get() = 2;
    ASSERT_EQ(cudaStreamSynchronize(stream), cudaSuccess);
    EXPECT_EQ(device.read(1)[0], is_lazy() ? 2 : 1);
  }
  ASSERT_EQ(cudaStreamDestroy(stream), cudaSuccess);
}

TEST(SimulatedGpu, RefusesWhatADeviceWouldNotDoAsAsked) {
  const Memory<int> device(4);
  int pageable[8] = {};
  EXPECT_EQ(cudaMemcpyAsync(device.get(), pageable, 16, cudaMemcpyHostToDevice, nullptr), cudaErrorInvalidValue);
  EXPECT_EQ(cudaGetLastError(), cudaErrorInvalidValue);
  EXPECT_EQ(cudaGetLastError(), cudaSuccess);
  EXPECT_EQ(cudaMemcpy(device.get(), pageable, 20, cudaMemcpyHostToDevice), cudaErrorInvalidValue);
  EXPECT_EQ(cudaMemcpy(pageable, pageable + 4, 4, cudaMemcpyDeviceToHost), cudaErrorInvalidValue);
  EXPECT_EQ(cudaHostRegister(pageable, sizeof pageable, 0), cudaSuccess);
  EXPECT_EQ(cudaMemcpyAsync(device.get(), pageable, 16, cudaMemcpyHostToDevice, nullptr), cudaSuccess);
  EXPECT_EQ(cudaHostUnregister(pageable), cudaSuccess);
  void* much = nullptr;
  EXPECT_EQ(cudaMalloc(&much, std::size_t{9} << 30), cudaErrorMemoryAllocation);
  cudaGetLastError();
}

TEST(SimulatedGpuDeathTest, AWriteOutsideEndsTheProcess) {
  EXPECT_DEATH(
      {
        void* pointer = nullptr;
        cudaMalloc(&pointer, 5);
        static_cast<char*>(pointer)[5] = 0;
        cudaFree(pointer);
      },
      "write behind the end of 5 bytes of device memory");
}

/// out[k] of the sum over i of in[i] exp(sign 2 pi j k i / n).
template <class T>
std::vector<std::complex<double>> naive_dft(const std::vector<T>& in, double sign) {
  std::vector<std::complex<double>> out(in.size());
  for (std::size_t k = 0; k < in.size(); ++k)
    for (std::size_t i = 0; i < in.size(); ++i)
      out[k] += std::complex<double>(in[i]) * std::polar(1.0, sign * 2 * std::numbers::pi * static_cast<double>(k * i) /
                                                                  static_cast<double>(in.size()));
  return out;
}

using Value = std::complex<float>;
float sample(std::size_t i) { return static_cast<float>(std::sin(0.7 * static_cast<double>(i * i))); }
cufftComplex* as_cufft(Value* values) { return reinterpret_cast<cufftComplex*>(values); }

TEST(SimulatedGpu, RealTransformsWithGapsBetweenSignals) {
  constexpr std::size_t n = 30;
  constexpr std::size_t batch = 3;
  constexpr std::size_t in_distance = 35;
  constexpr std::size_t out_distance = 20;
  std::vector<float> in(batch * in_distance);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = sample(i);
  const Memory<float> source(in);
  const Memory<Value> target(batch * out_distance);
  cufftHandle plan = 0;
  ASSERT_EQ(cufftCreate(&plan), CUFFT_SUCCESS);
  int length = int{n};
  std::size_t work_bytes = 0;
  ASSERT_EQ(cufftSetAutoAllocation(plan, 0), CUFFT_SUCCESS);
  ASSERT_EQ(cufftMakePlanMany(plan, 1, &length, &length, 1, int{in_distance}, &length, 1, int{out_distance}, CUFFT_R2C,
                              int{batch}, &work_bytes),
            CUFFT_SUCCESS);
  EXPECT_EQ(cufftExecR2C(plan, source.get(), as_cufft(target.get())), CUFFT_INTERNAL_ERROR) << "no work area";
  const Memory<char> work(work_bytes);
  ASSERT_EQ(cufftSetWorkArea(plan, work.get()), CUFFT_SUCCESS);
  ASSERT_EQ(cufftExecR2C(plan, source.get(), as_cufft(target.get())), CUFFT_SUCCESS);
  const std::vector<Value> out = target.read(batch * out_distance);
  for (std::size_t b = 0; b < batch; ++b) {
    const auto expected = naive_dft(std::vector<float>(&in[b * in_distance], &in[b * in_distance] + n), -1);
    for (std::size_t k = 0; k <= n / 2; ++k)
      EXPECT_LT(std::abs(std::complex<double>(out[b * out_distance + k]) - expected[k]), 1e-5) << b << " " << k;
    EXPECT_TRUE(std::isnan(out[b * out_distance + n / 2 + 1].real())) << "what is not the plan's stays as it was";
  }
  EXPECT_EQ(cufftDestroy(plan), CUFFT_SUCCESS);
}

TEST(SimulatedGpu, ComplexTransformsInPlaceBothWays) {
  std::vector<Value> in(24);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = {sample(i), sample(i + 100)};
  cufftHandle plan = 0;
  ASSERT_EQ(cufftCreate(&plan), CUFFT_SUCCESS);
  int length = 12;
  ASSERT_EQ(cufftMakePlanMany(plan, 1, &length, nullptr, 1, 0, nullptr, 1, 0, CUFFT_C2C, 2, nullptr), CUFFT_SUCCESS);
  for (const int sign : {CUFFT_FORWARD, CUFFT_INVERSE}) {
    const Memory<Value> data(in);
    ASSERT_EQ(cufftExecC2C(plan, as_cufft(data.get()), as_cufft(data.get()), sign), CUFFT_SUCCESS);
    const std::vector<Value> out = data.read(24);
    for (std::size_t b = 0; b < 2; ++b) {
      const auto expected = naive_dft(std::vector<Value>(&in[12 * b], &in[12 * b] + 12), sign);
      for (std::size_t k = 0; k < 12; ++k)
        EXPECT_LT(std::abs(std::complex<double>(out[12 * b + k]) - expected[k]), 1e-5) << b << " " << k;
    }
  }
  EXPECT_EQ(cufftDestroy(plan), CUFFT_SUCCESS);
}

/// Queues LayCircle for one row of five samples 1..5 and two of extension on both sides.
int lay_circle(const float* samples, const pac::kernels::RowScale* scales, float* circle) {
  return pac::kernels::launch(pac::kernels::LayCircle{samples, scales, circle, 16, 5, 2, 1, 1, 2}, nullptr);
}

TEST(SimulatedGpu, KernelsRun) {
  const Memory<float> samples(std::vector<float>{-1, 0, 1, 2, 3, 4, 5, 6, 7});
  const Memory<pac::kernels::RowScale> scales(std::vector<pac::kernels::RowScale>{{10, 0}});
  const Memory<float> circle(32);
  ASSERT_EQ(lay_circle(samples.get(), scales.get(), circle.get()), 0);
  ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
  std::vector<float> expected(32);
  for (std::size_t i = 0; i < 6; ++i) expected[i] = 10 * static_cast<float>(i + 1);
  expected[15] = 0;
  EXPECT_EQ(circle.read(32), expected);
}

TEST(SimulatedGpuFault, TheSecondLaunchBreaksTheDevice) {
  const Memory<float> samples(std::vector<float>(9, 1.0F));
  const Memory<pac::kernels::RowScale> scales(std::vector<pac::kernels::RowScale>{{1, 0}});
  float* circle = nullptr;
  ASSERT_EQ(cudaMalloc(reinterpret_cast<void**>(&circle), 32 * sizeof(float)), cudaSuccess);
  ASSERT_EQ(lay_circle(samples.get(), scales.get(), circle), 0);
  ASSERT_EQ(cudaDeviceSynchronize(), cudaSuccess);
  lay_circle(samples.get(), scales.get(), circle);
  EXPECT_EQ(cudaDeviceSynchronize(), cudaErrorECCUncorrectable);
  EXPECT_EQ(cudaGetLastError(), cudaErrorECCUncorrectable);
  EXPECT_EQ(cudaFree(circle), cudaErrorECCUncorrectable) << "the error stays";
}

TEST(SimulatedGpuDriver, WithoutADriverTheCountStaysUnwritten) {
  int count = -7;
  EXPECT_EQ(cudaGetDeviceCount(&count), cudaErrorInsufficientDriver);
  EXPECT_EQ(count, -7);
  int version = -7;
  EXPECT_EQ(cudaDriverGetVersion(&version), cudaSuccess);
  EXPECT_EQ(version, 0);
  void* pointer = nullptr;
  EXPECT_EQ(cudaMalloc(&pointer, 4), cudaErrorInsufficientDriver);
}

TEST(SimulatedGpuDevices, OnlyTheVisibleOnesAreThere) {
  int count = 0;
  ASSERT_EQ(cudaGetDeviceCount(&count), cudaSuccess);
  ASSERT_EQ(count, 2);
  cudaDeviceProp first = {};
  cudaDeviceProp second = {};
  ASSERT_EQ(cudaGetDeviceProperties(&first, 0), cudaSuccess);
  ASSERT_EQ(cudaGetDeviceProperties(&second, 1), cudaSuccess);
  EXPECT_EQ(first.pciBusID, 2);
  EXPECT_EQ(second.pciBusID, 0);
  EXPECT_NE(std::string(first.uuid.bytes, 16), std::string(second.uuid.bytes, 16));
  EXPECT_EQ(cudaGetDeviceProperties(&first, 2), cudaErrorInvalidDevice);
  void* pointer = nullptr;
  EXPECT_EQ(cudaMalloc(&pointer, 1001), cudaErrorMemoryAllocation) << "1000 bytes on each";
}

}  // namespace
