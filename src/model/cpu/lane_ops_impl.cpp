// The table of one instruction set.
#include "model/cpu/lane_set.hpp"

namespace pac::cpu::PAC_LANE_SET {

// Band transforms: in registers of 16 lanes, or of 8 where no more are in use.
#if defined(PAC_LANE_HALF)
}  // namespace pac::cpu::PAC_LANE_SET
namespace pac::cpu::PAC_LANE_HALF {
void band_amplitudes(const BandTransform&, const float*, const float*, int, float*, std::int64_t, float*, double*);
void band_phase_bins(const BandTransform&, const float*, const float*, int, float*, std::int64_t, const BinEdges&,
                     std::uint8_t*, std::uint8_t* const*);
void band_phasors(const BandTransform&, const float*, const float*, int, float*, std::int64_t, float* const*,
                  float* const*);
void cropped_amplitudes(const CroppedTransform&, const float*, const float*, int, float*, std::int64_t, float*,
                        double*);
void cropped_phase_bins(const CroppedTransform&, const float*, const float*, int, float*, std::int64_t, const BinEdges&,
                        std::uint8_t*, std::uint8_t* const*);
void cropped_phasors(const CroppedTransform&, const float*, const float*, int, float*, std::int64_t, float* const*,
                     float* const*);
void block_amplitudes(const BandTransform&, const float*, const float*, int, float*, const BlockWindow&,
                      const BlockCorrection&, float*, double*);
void block_phase_bins(const BandTransform&, const float*, const float*, int, float*, const BlockWindow&,
                      const BlockCorrection&, const BinEdges&, std::uint8_t*, std::uint8_t* const*);
void block_reals(const BandTransform&, const float*, const float*, int, float*, const BlockWindow&,
                 const BlockCorrection&, float*);
}  // namespace pac::cpu::PAC_LANE_HALF
namespace pac::cpu::PAC_LANE_SET {
namespace {
template <auto Whole, auto Half>
struct ByLanes;
template <class Plan, class... A, void (*Whole)(const Plan&, const float*, const float*, int, A...),
          void (*Half)(const Plan&, const float*, const float*, int, A...)>
struct ByLanes<Whole, Half> {
  static void run(const Plan& plan, const float* spectrum, const float* gain, int n_lanes, A... rest) {
    (n_lanes <= 8 ? Half : Whole)(plan, spectrum, gain, n_lanes, rest...);
  }
};
}  // namespace
constexpr auto amplitudes_by_lanes = ByLanes<band_amplitudes, PAC_LANE_HALF::band_amplitudes>::run;
constexpr auto phase_bins_by_lanes = ByLanes<band_phase_bins, PAC_LANE_HALF::band_phase_bins>::run;
constexpr auto phasors_by_lanes = ByLanes<band_phasors, PAC_LANE_HALF::band_phasors>::run;
constexpr auto cropped_amplitudes_by_lanes = ByLanes<cropped_amplitudes, PAC_LANE_HALF::cropped_amplitudes>::run;
constexpr auto cropped_phase_bins_by_lanes = ByLanes<cropped_phase_bins, PAC_LANE_HALF::cropped_phase_bins>::run;
constexpr auto cropped_phasors_by_lanes = ByLanes<cropped_phasors, PAC_LANE_HALF::cropped_phasors>::run;
constexpr auto block_amplitudes_by_lanes = ByLanes<block_amplitudes, PAC_LANE_HALF::block_amplitudes>::run;
constexpr auto block_phase_bins_by_lanes = ByLanes<block_phase_bins, PAC_LANE_HALF::block_phase_bins>::run;
constexpr auto block_reals_by_lanes = ByLanes<block_reals, PAC_LANE_HALF::block_reals>::run;
#else
constexpr auto amplitudes_by_lanes = band_amplitudes;
constexpr auto phase_bins_by_lanes = band_phase_bins;
constexpr auto phasors_by_lanes = band_phasors;
constexpr auto cropped_amplitudes_by_lanes = cropped_amplitudes;
constexpr auto cropped_phase_bins_by_lanes = cropped_phase_bins;
constexpr auto cropped_phasors_by_lanes = cropped_phasors;
constexpr auto block_amplitudes_by_lanes = block_amplitudes;
constexpr auto block_phase_bins_by_lanes = block_phase_bins;
constexpr auto block_reals_by_lanes = block_reals;
#endif

#define PAC_QUOTE(x) #x
#define PAC_NAME(x) PAC_QUOTE(x)
extern const LaneOps ops;
const LaneOps ops{.name = PAC_NAME(PAC_LANE_SET),
                  .apply_gain = apply_gain,
                  .hilbert = hilbert,
                  .amplitude = amplitude,
                  .phase_bins = phase_bins,
                  .boundaries = boundaries,
                  .prefix_sums = prefix_sums,
                  .prefix_sums_of_lanes = prefix_sums_of_lanes,
                  .bin_sums = bin_sums,
                  .shifted_bin_sums = shifted_bin_sums,
                  .modulation_index = modulation_index,
                  .heights_ratio = heights_ratio,
                  .phasors = phasors,
                  .phasor_sums = phasor_sums,
                  .times_conjugate = times_conjugate,
                  .preferred_phase = preferred_phase,
                  .accumulate = accumulate,
                  .order_spectrum = order_spectrum,
                  .band_amplitudes = amplitudes_by_lanes,
                  .band_phase_bins = phase_bins_by_lanes,
                  .band_phasors = phasors_by_lanes,
                  .order_real_spectrum = order_real_spectrum,
                  .cropped_amplitudes = cropped_amplitudes_by_lanes,
                  .cropped_phase_bins = cropped_phase_bins_by_lanes,
                  .cropped_phasors = cropped_phasors_by_lanes,
                  .block_amplitudes = block_amplitudes_by_lanes,
                  .block_phase_bins = block_phase_bins_by_lanes,
                  .block_reals = block_reals_by_lanes,
                  .mix_spectra = mix_spectra,
                  .mixed_band_phase_bins = mixed_band_phase_bins,
                  .mixed_cropped_phase_bins = mixed_cropped_phase_bins,
                  .multiply_adds = multiply_adds,
                  .add_lines = add_lines,
                  .polynomial_series = polynomial_series};

}  // namespace pac::cpu::PAC_LANE_SET
