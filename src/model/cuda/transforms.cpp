// cuFFT's plans for a Plan.
#include "model/cuda/transforms.hpp"

#include <algorithm>

#include "model/cuda/cuda_check.hpp"

namespace pac::cuda {
namespace {

/// Signals of `length` that begin every in_distance, out_distance numbers.
struct Batch {
  std::int64_t length;
  std::int64_t in_distance;
  std::int64_t out_distance;
  std::int64_t count;
};

/// Plans without taking workspace; returns its bytes.
std::int64_t make_plan_of(const FftPlan& plan, cufftType type, const Batch& batch) {
  check(cufftSetAutoAllocation(plan.get(), 0), "keep cuFFT from allocating");
  std::size_t bytes = 0;
  if (batch.count * std::max(batch.in_distance, batch.out_distance) < (std::int64_t{1} << 31)) {
    int length = static_cast<int>(batch.length);
    int in = static_cast<int>(batch.in_distance);
    int out = static_cast<int>(batch.out_distance);
    check(cufftMakePlanMany(plan.get(), 1, &length, &in, 1, in, &out, 1, out, type, static_cast<int>(batch.count),
                            &bytes),
          "plan a transform");
  } else {
    long long length = batch.length;
    long long in = batch.in_distance;
    long long out = batch.out_distance;
    check(cufftMakePlanMany64(plan.get(), 1, &length, &in, 1, in, &out, 1, out, type, batch.count, &bytes),
          "plan a transform");
  }
  return static_cast<std::int64_t>(bytes);
}

}  // namespace

Transforms::Transforms(const Geometry& geometry) {
  make(pha, geometry.pha, geometry, true);
  make(amp, geometry.amp, geometry, geometry.n_spectra() == 2);
  const std::int64_t n = geometry.envelope_length;
  if (n == 0) return;
  const Batch amplitudes{n, n, n, geometry.tile_rows * geometry.amp_pairs()};
  workspace_bytes_ = std::max(workspace_bytes_, make_plan_of(envelope.emplace(), CUFFT_C2C, amplitudes));
}

void Transforms::make(Family& family, const BandFamily& bands, const Geometry& geometry, bool forward) {
  const auto plan = [&](const FftPlan& one, cufftType type, const Batch& batch) {
    workspace_bytes_ = std::max(workspace_bytes_, make_plan_of(one, type, batch));
  };
  const std::int64_t rows = geometry.tile_rows;
  const std::int64_t units = rows * bands.n_units;
  const std::int64_t length = bands.length;
  if (forward) plan(family.forward.emplace(), CUFFT_R2C, {length, length, bands.n_frequencies(), rows});
  if (geometry.fused) return;
  plan(family.inverse.emplace(), CUFFT_C2C, {length, length, length, units});
  if (!geometry.pairs) return;
  const std::int64_t n = geometry.hilbert_length;
  plan(family.hilbert_forward.emplace(), CUFFT_C2C, {n, length, n, units});
  plan(family.hilbert_inverse.emplace(), CUFFT_C2C, {n, n, n, units});
}

void Transforms::use(const Stream& stream, void* workspace) const {
  const auto one = [&](const FftPlan& plan) {
    check(cufftSetStream(plan.get(), stream.get()), "set a transform's stream");
    if (workspace_bytes_ > 0) check(cufftSetWorkArea(plan.get(), workspace), "set a transform's workspace");
  };
  if (envelope) one(*envelope);
  for (const Family* family : {&pha, &amp}) {
    if (family->forward) one(*family->forward);
    if (family->inverse) one(*family->inverse);
    if (family->hilbert_forward) one(*family->hilbert_forward);
    if (family->hilbert_inverse) one(*family->hilbert_inverse);
  }
}

}  // namespace pac::cuda
