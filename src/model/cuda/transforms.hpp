// cuFFT's plans for a Plan: one fixed batch each, whatever the number of rows, so that their rounding never changes.
#pragma once

#include <optional>

#include "kernels/callbacks.hpp"
#include "model/cuda/geometry.hpp"
#include "model/cuda/handles.hpp"

namespace pac::cuda {

class Transforms {
 public:
  /// Makes the plans; with callbacks, cuFFT links ours into its kernels. Throws Error (memory, device).
  Transforms(const Geometry& geometry, bool callbacks);
  Transforms(const Transforms&) = delete;
  Transforms& operator=(const Transforms&) = delete;

  struct Family {
    std::optional<FftPlan> forward;          ///< rows to spectra; extended: the phase bands' serves both
    FftPlan inverse;                         ///< spectra times gains to filtered signals, in place
    std::optional<FftPlan> hilbert_forward;  ///< cropped: filtered signals, cut to T, to spectra ..
    std::optional<FftPlan> hilbert_inverse;  ///< .. and their Hilbert transforms back, in place
    kernels::CallbackInfo* info = nullptr;   ///< on the device; what the callbacks read
  };
  Family pha;
  Family amp;
  std::optional<FftPlan> envelope;  ///< amplitudes, two by two, there and back

  [[nodiscard]] bool callbacks() const { return infos_.bytes() > 0; }
  /// Of the largest plan: they run one after the other.
  [[nodiscard]] std::int64_t workspace_bytes() const { return workspace_bytes_; }
  [[nodiscard]] std::int64_t bytes() const { return infos_.bytes(); }
  /// All plans run on `stream` and work in `workspace` from now on.
  void use(const Stream& stream, void* workspace) const;

 private:
  void make(Family& family, const BandFamily& bands, const Geometry& geometry, bool forward);
  DeviceMemory infos_;  ///< [2]
  std::int64_t workspace_bytes_ = 0;
};

}  // namespace pac::cuda
