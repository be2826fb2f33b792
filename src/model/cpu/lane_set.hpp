// The loops of one instruction set, as the files that hold their bodies and the table that names them see them. What
// each does: lane_ops.hpp.
#pragma once

#include "model/cpu/lane_ops.hpp"

#if defined(PAC_LANE_SET)
namespace pac::cpu::PAC_LANE_SET {

double multiply_adds(std::int64_t rounds, float* sink);
double add_lines(const std::uint32_t* lines, std::int64_t n_lines, std::int64_t rounds, std::uint32_t* sink);
void apply_gain(const float* x, const float* g, std::int64_t length, float* z);
void hilbert(const float* in, float* out, std::int64_t length, float scale);
void amplitude(float* y, float* h, std::int64_t n_times, float* a, double* sum);
void phase_bins(const float* y, const float* h, std::int64_t n_times, const BinEdges& edges, std::uint8_t* first,
                std::uint8_t* second);
void boundaries(const std::uint8_t* bins, std::int64_t n_times, int n_bins, Boundaries& out);
void prefix_sums(const float* const* a, const float* scale, std::int64_t n_times, bool twice, std::uint32_t* prefix,
                 std::uint32_t* total);
void prefix_sums_of_lanes(const float* a, const float* scale, std::int64_t n_times, bool twice, std::uint32_t* prefix,
                          std::uint32_t* total);
void bin_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& boundaries, int n_bins,
              std::uint32_t* sums);
void shifted_bin_sums(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& boundaries, int n_bins,
                      const std::int64_t* shifts, int n_shifts, std::uint32_t* sums);
void modulation_index(const std::uint32_t* sums, int count, const float* weight, int n_bins, float* index, float* p);
void preferred_phase(const float* p, const float* bin_cos, const float* bin_sin, int n_bins, float* phase);
void accumulate(const float* index, int count, const float* observed, double* sum, double* squares,
                std::uint32_t* reached, float* largest);
void heights_ratio(const std::uint32_t* sums, int count, const float* weight, int n_bins, float* ratio);
void phasors(const float* y, const float* h, std::int64_t n_times, float* const* cosine, float* const* sine);
void phasor_sums(const float* re, const float* im, const float* cosine, const float* sine, std::int64_t count,
                 double* sum);
void times_conjugate(const float* a, const float* b, std::int64_t length, float* out);
void order_spectrum(const BandTransform& plan, const float* spectrum, float* ordered);
void band_amplitudes(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                     std::int64_t n_times, float* a, double* sum);
void band_phase_bins(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                     std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes, std::uint8_t* const* bins);
void band_phasors(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                  std::int64_t n_times, float* const* cosine, float* const* sine);
void order_real_spectrum(const BandTransform& plan, const float* spectrum, float* ordered);
void cropped_amplitudes(const CroppedTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                        std::int64_t n_times, float* a, double* sum);
void cropped_phase_bins(const CroppedTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                        std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes, std::uint8_t* const* bins);
void cropped_phasors(const CroppedTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                     std::int64_t n_times, float* const* cosine, float* const* sine);
void block_amplitudes(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes, float* work,
                      const BlockWindow& window, const BlockCorrection& correction, float* a, double* sum);
void block_phase_bins(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes, float* work,
                      const BlockWindow& window, const BlockCorrection& correction, const BinEdges& edges,
                      std::uint8_t* bytes, std::uint8_t* const* bins);
void block_reals(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes, float* work,
                 const BlockWindow& window, const BlockCorrection& correction, float* y);
void mix_spectra(const float* const* rows, std::int64_t n, float* mixed);
void mixed_band_phase_bins(const BandTransform& plan, const float* mixed, const float* gain, int n_lanes, float* work,
                           std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes, std::uint8_t* const* bins);
void mixed_cropped_phase_bins(const CroppedTransform& plan, const float* mixed, const float* gain, int n_lanes,
                              float* work, std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes,
                              std::uint8_t* const* bins);
void polynomial_series(const float* coefficients, int n_terms, std::int64_t count, float step, float* series);

}  // namespace pac::cpu::PAC_LANE_SET
#endif
