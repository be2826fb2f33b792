// cuFFT's functions: plans of batched one-dimensional single-precision transforms, with the refusals that cuFFT has.
#include <map>

#include <cufftXt.h>

#include "device.hpp"
#include "fft.hpp"
#include "memory.hpp"
#include "streams.hpp"

namespace simulated {

namespace {

std::map<cufftHandle, FftPlan>& plans() {
  static auto* const map = new std::map<cufftHandle, FftPlan>;
  return *map;
}

/// A call that needs no finished plan.
template <class Action>
cufftResult with(cufftHandle handle, const Action& action) {
  const std::lock_guard<std::recursive_mutex> guard(lock());
  if (unusable() != cudaSuccess) return CUFFT_INTERNAL_ERROR;
  const auto found = plans().find(handle);
  return found == plans().end() ? CUFFT_INVALID_PLAN : action(found->second);
}

template <class Int>
cufftResult make(FftPlan& plan, int rank, const Int* n, const Int* inembed, Int istride, Int idist, const Int* onembed,
                 Int ostride, Int odist, cufftType type, Int batch, std::size_t* work_bytes) {
  if (rank != 1 || (type != CUFFT_R2C && type != CUFFT_C2C)) return CUFFT_NOT_IMPLEMENTED;
  if (n[0] < 1 || n[0] > 0x7fffffff || batch < 1) return CUFFT_INVALID_SIZE;
  if (plan.made) return CUFFT_INVALID_PLAN;
  plan.from_real = type == CUFFT_R2C;
  plan.n = n[0];
  plan.batch = batch;
  const std::int64_t out_length = plan.from_real ? plan.n / 2 + 1 : plan.n;
  const bool packed = inembed == nullptr || onembed == nullptr;  // cuFFT then ignores the strides of both sides
  plan.in = packed ? Layout{1, plan.n, plan.n} : Layout{istride, idist, plan.n};
  plan.out = packed ? Layout{1, out_length, out_length} : Layout{ostride, odist, out_length};
  // Half of the output: a number of the order that cuFFT asks for.
  plan.work_bytes = static_cast<std::size_t>(out_length * plan.batch) * sizeof(cufftComplex) / 2 + 256;
  if (plan.allocates) {
    plan.work_area = take_device_memory(plan.work_bytes);
    if (plan.work_area == nullptr) return CUFFT_ALLOC_FAILED;
    plan.owns_work_area = true;
  }
  prepare(plan);
  plan.made = true;
  if (work_bytes != nullptr) *work_bytes = plan.work_bytes;
  return CUFFT_SUCCESS;
}

cufftResult execute(FftPlan& plan, const void* in, void* out, bool from_real, int sign) {
  if (!plan.made) return CUFFT_INVALID_PLAN;
  if (plan.from_real != from_real) return CUFFT_INVALID_TYPE;
  if (plan.work_area == nullptr) {
    say("cuFFT: a plan without its work area");
    return CUFFT_INTERNAL_ERROR;
  }
  const auto bytes_of = [&](const Layout& layout, std::size_t element) {
    return static_cast<std::size_t>(layout.extent(plan.batch)) * element;
  };
  require_device(in, bytes_of(plan.in, from_real ? sizeof(float) : sizeof(cufftComplex)), "cuFFT's input");
  require_device(out, bytes_of(plan.out, sizeof(cufftComplex)), "cuFFT's output");
  require_device(plan.work_area, plan.work_bytes, "cuFFT's work area");
  // The plan as it is now: its work area may be another one when the work runs.
  const cudaError_t status = queue_once(plan.stream, [plan, in, out, sign] { transform(plan, in, out, sign); });
  return status == cudaSuccess ? CUFFT_SUCCESS : CUFFT_EXEC_FAILED;
}

}  // namespace
}  // namespace simulated

using namespace simulated;

extern "C" {

cufftResult cufftCreate(cufftHandle* handle) {
  const std::lock_guard<std::recursive_mutex> guard(lock());
  if (unusable() != cudaSuccess) return CUFFT_INTERNAL_ERROR;
  static cufftHandle next = 1;
  *handle = next++;
  plans()[*handle] = {};
  return CUFFT_SUCCESS;
}

cufftResult cufftDestroy(cufftHandle handle) {
  return with(handle, [&](FftPlan& plan) {
    drain_device();
    release(plan);
    if (plan.owns_work_area) return_device_memory(plan.work_area);
    plans().erase(handle);
    return CUFFT_SUCCESS;
  });
}

cufftResult cufftSetAutoAllocation(cufftHandle handle, int automatic) {
  return with(handle, [&](FftPlan& plan) {
    plan.allocates = automatic != 0;
    return CUFFT_SUCCESS;
  });
}

cufftResult cufftMakePlanMany(cufftHandle handle, int rank, int* n, int* inembed, int istride, int idist, int* onembed,
                              int ostride, int odist, cufftType type, int batch, std::size_t* work_bytes) {
  return with(handle, [&](FftPlan& plan) {
    return make(plan, rank, n, inembed, istride, idist, onembed, ostride, odist, type, batch, work_bytes);
  });
}

cufftResult cufftMakePlanMany64(cufftHandle handle, int rank, long long* n, long long* inembed, long long istride,
                                long long idist, long long* onembed, long long ostride, long long odist, cufftType type,
                                long long batch, std::size_t* work_bytes) {
  return with(handle, [&](FftPlan& plan) {
    return make(plan, rank, n, inembed, istride, idist, onembed, ostride, odist, type, batch, work_bytes);
  });
}

cufftResult cufftXtMakePlanMany(cufftHandle handle, int rank, long long* n, long long* inembed, long long istride,
                                long long idist, cudaDataType in, long long* onembed, long long ostride,
                                long long odist, cudaDataType out, long long batch, std::size_t* work_bytes,
                                cudaDataType) {
  if (out != CUDA_C_32F || (in != CUDA_C_32F && in != CUDA_R_32F)) return CUFFT_NOT_IMPLEMENTED;
  return cufftMakePlanMany64(handle, rank, n, inembed, istride, idist, onembed, ostride, odist,
                             in == CUDA_R_32F ? CUFFT_R2C : CUFFT_C2C, batch, work_bytes);
}

cufftResult cufftGetSize(cufftHandle handle, std::size_t* work_bytes) {
  return with(handle, [&](FftPlan& plan) {
    *work_bytes = plan.work_bytes;
    return plan.made ? CUFFT_SUCCESS : CUFFT_INVALID_PLAN;
  });
}

cufftResult cufftSetWorkArea(cufftHandle handle, void* area) {
  return with(handle, [&](FftPlan& plan) {
    if (!plan.made) return CUFFT_INVALID_PLAN;
    if (plan.owns_work_area) return_device_memory(plan.work_area);
    plan.owns_work_area = false;
    plan.work_area = area;
    return CUFFT_SUCCESS;
  });
}

cufftResult cufftSetStream(cufftHandle handle, cudaStream_t stream) {
  return with(handle, [&](FftPlan& plan) {
    plan.stream = stream;
    return CUFFT_SUCCESS;
  });
}

cufftResult cufftExecR2C(cufftHandle handle, cufftReal* in, cufftComplex* out) {
  return with(handle, [&](FftPlan& plan) { return execute(plan, in, out, true, CUFFT_FORWARD); });
}

cufftResult cufftExecC2C(cufftHandle handle, cufftComplex* in, cufftComplex* out, int sign) {
  return with(handle, [&](FftPlan& plan) { return execute(plan, in, out, false, sign); });
}

}  // extern "C"
