// cuFFT's plans for a Plan: one fixed batch each, whatever the number of rows, so that their rounding never changes.
#pragma once

#include <optional>

#include "model/cuda/geometry.hpp"
#include "model/cuda/handles.hpp"

namespace pac::cuda {

class Transforms {
 public:
  /// Makes the plans that the geometry leaves to cuFFT. Throws Error (memory, device).
  explicit Transforms(const Geometry& geometry);
  Transforms(const Transforms&) = delete;
  Transforms& operator=(const Transforms&) = delete;

  struct Family {
    std::optional<FftPlan> forward;          ///< rows to spectra; extended: the phase bands' serves both
    std::optional<FftPlan> inverse;          ///< spectra times gains to filtered signals, in place
    std::optional<FftPlan> hilbert_forward;  ///< cropped: filtered signals, cut to T, to spectra ..
    std::optional<FftPlan> hilbert_inverse;  ///< .. and their Hilbert transforms back, in place
  };
  Family pha;
  Family amp;
  std::optional<FftPlan> envelope;  ///< amplitudes, two by two, there and back

  /// Of the largest plan: they run one after the other.
  [[nodiscard]] std::int64_t workspace_bytes() const { return workspace_bytes_; }
  /// All plans run on `stream` and work in `workspace` from now on.
  void use(const Stream& stream, void* workspace) const;

 private:
  void make(Family& family, const BandFamily& bands, const Geometry& geometry, bool forward);
  std::int64_t workspace_bytes_ = 0;
};

}  // namespace pac::cuda
