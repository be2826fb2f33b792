// The inner loops of the CPU backend over SIMD lanes, as one table of functions per instruction set. The same source
// (*_impl.cpp) is compiled once per set. Every variant gives the same sums of integers; transforms and measures are
// rounded as the set has it (with fused multiply and add or without), the same on all ranks, which agree on a set.
// Buffers are aligned to 64 bytes and may be read and written up to the next multiple of `lanes` times.
#pragma once

#include <cstdint>
#include <span>

namespace pac::cpu {

constexpr int lanes = 16;                        ///< amplitude bands side by side: a tile
constexpr int shift_group = 32;                  ///< most surrogates computed together
constexpr int shift_step = 4;                    ///< their number is a multiple of this
constexpr int mixed_rows = 4;                    ///< rows whose bands share a tile where they are few ..
constexpr int mixed_bands = lanes / mixed_rows;  ///< .. at most this many: lane = mixed_rows band + row

/// Edges between phase bins in the upper half plane, as cotangents: a signal re + i im with im >= 0 has passed the edge
/// at angle theta when re <= im cot(theta). `lower` is for phases below 0 turned by pi, `upper` for the others (the
/// same for an even number of bins). Both are filled up to a multiple of 4 with edges that no phase passes, as
/// phase_edge_table makes them.
struct BinEdges {
  int n_edges = 0;
  int upper_base = 0;  ///< bin of the first phase >= 0
  const float* lower_cot = nullptr;
  const float* upper_cot = nullptr;
};

/// A change of the phase's bin.
struct Jump {
  std::uint32_t time = 0;
  std::uint8_t from = 0;
  std::uint8_t to = 0;
};

/// Where the phase of one band leaves its bins, treating the row as a circle. A phase mostly goes round and round: its
/// boundaries are rounds, in each of which it leaves every bin, beginning with bin 0, for the next one. What does not
/// fit - steps back, and what follows until the phase has caught up - is a Jump.
struct Boundaries {
  std::uint32_t n_rounds = 0;
  std::uint32_t n_jumps = 0;
  std::uint32_t* samples = nullptr;  ///< [n_bins] samples in each bin
  std::uint32_t* time = nullptr;     ///< [n_rounds][n_bins], ascending but in the last round; room for a row and 1

  Jump* jumps = nullptr;      ///< [n_jumps], at most one more than the row has samples
  std::uint8_t last_bin = 0;  ///< bin of the last sample: its run closes with the row's total
};

/// An inverse transform of 16 lanes, factored into passes (see band_transform.hpp, which makes it).
struct BandTransform {
  std::int64_t length = 0;  ///< L, of the signal
  std::int64_t size = 0;    ///< of each transform: L/2, twice, or L, once
  int n_passes = 0;
  const int* radix = nullptr;           ///< [pass] leaf first
  const std::int64_t* first = nullptr;  ///< [pass] place of its twiddles
  const float* twiddle = nullptr;
  const std::int32_t* order = nullptr;   ///< [size] frequency of each input of the leaves; -1: beyond the spectrum
  const float* turn = nullptr;           ///< [size] complex exp(2 pi i f / L) in that order, for odd times
  const std::int32_t* mirror = nullptr;  ///< [size] place of frequency L/2 - f; size for f = 0; even L only
};

/// Filters a row and takes the Hilbert transform of what is cropped to it (see cropped_transform_impl.cpp).
struct CroppedTransform {
  BandTransform filter;           ///< of even length L
  BandTransform hilbert;          ///< of even length N >= the row
  const float* kernel = nullptr;  ///< [N/2] 2/N (cos, sin)(2 pi f / N) in the order of hilbert's leaves; 0 for f = 0
};

/// The part of a block's signals that is wanted: its places [first, first + count) are times 0..count - 1 here.
struct BlockWindow {
  std::int64_t first = 0;
  std::int64_t count = 0;
  float step = 0;  ///< of tau = time * step - 1
};

/// What is added to the filtered signals of a block: to the real part a constant, to the imaginary part a polynomial in
/// tau, one for even and one for odd times, and a series.
struct BlockCorrection {
  const float* real = nullptr;       ///< [lane]
  const float* imaginary = nullptr;  ///< [time's parity][n_terms][lane], lowest power first
  int n_terms = 1;
  const float* series = nullptr;  ///< [time][lane]; null: none
};

struct LaneOps {
  const char* name;

  /// Two real bands in one complex transform: z[f] = x[f] g[f], z[L - f] = conj(x[f]) g[f], with g = gain of the first
  /// band + i gain of the second. x, g: [L/2 + 1] complex; z: [L] complex.
  void (*apply_gain)(const float* x, const float* g, std::int64_t length, float* z);

  /// Spectrum of the Hilbert transforms of two real signals packed as real and imaginary part:
  /// out[f] = -i sgn(f) scale in[f], 0 at f = 0 and L/2. May work in place.
  void (*hilbert)(const float* in, float* out, std::int64_t length, float scale);

  /// a = sqrt(y^2 + h^2) elementwise over [time][2]; sum[2] receives the two bands' sums. Zeroes y and h behind
  /// n_times.
  void (*amplitude)(float* y, float* h, std::int64_t n_times, float* a, double* sum);

  /// Phase bins of (y + i h) for two bands packed as [time][2], into two byte arrays [time].
  void (*phase_bins)(const float* y, const float* h, std::int64_t n_times, const BinEdges& edges, std::uint8_t* first,
                     std::uint8_t* second);

  /// Finds the boundaries of one band's bins.
  void (*boundaries)(const std::uint8_t* bins, std::int64_t n_times, int n_bins, Boundaries& out);

  /// Amplitudes of eight pairs of bands, a[pair][time][2], to integers q = round(a scale[lane]) and their prefix sums
  /// prefix[time][lane] = sum of q before `time`, total[lane] at the end. With `twice`, continued over a second turn.
  void (*prefix_sums)(const float* const* a, const float* scale, std::int64_t n_times, bool twice,
                      std::uint32_t* prefix, std::uint32_t* total);

  /// The same from amplitudes a[time][lane], as band transforms leave them: a lane without a band has scale 0 and may
  /// hold anything.
  void (*prefix_sums_of_lanes)(const float* a, const float* scale, std::int64_t n_times, bool twice,
                               std::uint32_t* prefix, std::uint32_t* total);

  /// sums[bin][lane] = sum of the integers over the samples of each bin.
  void (*bin_sums)(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& boundaries, int n_bins,
                   std::uint32_t* sums);

  /// The same for n_shifts circular shifts (a multiple of shift_step): sums[shift][bin][lane] over a[(t + shift) mod
  /// T]. Fastest for shifts that are neighbours.
  void (*shifted_bin_sums)(const std::uint32_t* prefix, const std::uint32_t* total, const Boundaries& boundaries,
                           int n_bins, const std::int64_t* shifts, int n_shifts, std::uint32_t* sums);

  /// Modulation index per lane from each of `count` sets of bin sums: sums[set][bin][lane] to index[set][lane]. m_j =
  /// sums_j * weight[j], p_j = m_j / sum m (Tort et al. 2010), written as sum_j f(u_j) / (n ln n), u_j = n p_j - 1,
  /// f(u) = (1 + u) ln(1 + u) - u, which does not cancel. NaN where all sums are 0. p[bin][lane] of the last set is
  /// also stored where p is not null.
  void (*modulation_index)(const std::uint32_t* sums, int count, const float* weight, int n_bins, float* index,
                           float* p);

  /// Heights ratio per lane from bin sums, likewise: (max m_j - min m_j) / max m_j over the bins whose weight is not
  /// 0, m_j = sums_j * weight[j] (Lakatos et al. 2005). NaN where all sums are 0.
  void (*heights_ratio)(const std::uint32_t* sums, int count, const float* weight, int n_bins, float* ratio);

  /// Phasors (y + i h) / |y + i h| of two bands packed as [time][2], 1 where both are 0: cosine[band][time],
  /// sine[band][time].
  void (*phasors)(const float* y, const float* h, std::int64_t n_times, float* const* cosine, float* const* sine);

  /// *sum (re, im) = sum_t (cosine + i sine)(re - i im) over `count` times, a multiple of 64; im null: zeros. Rounded
  /// like a double sum of floats: single precision holds four products at most.
  void (*phasor_sums)(const float* re, const float* im, const float* cosine, const float* sine, std::int64_t count,
                      double* sum);

  /// out = a conj(b) elementwise, complex [length].
  void (*times_conjugate)(const float* a, const float* b, std::int64_t length, float* out);

  /// Angle of sum_j p_j exp(i phi_j) per lane, rad, from p[bin][lane] and the bins' centres.
  void (*preferred_phase)(const float* p, const float* bin_cos, const float* bin_sin, int n_bins, float* phase);

  /// Adds `count` surrogates, index[surrogate][lane], one after the other to the statistics of 16 lanes: sum, sum of
  /// squares, how many reached the observed one; largest[surrogate] becomes the largest of its lanes and itself, lanes
  /// that are NaN left out.
  void (*accumulate)(const float* index, int count, const float* observed, double* sum, double* squares,
                     std::uint32_t* reached, float* largest);

  /// A row's spectrum [L/2 + 1] as band transforms read it, once for all bands: [size] complex in the leaves' order;
  /// where L is even, the same turned for odd times, and the real part at L/2.
  void (*order_spectrum)(const BandTransform& plan, const float* spectrum, float* ordered);

  /// Analytic signals of n_lanes <= 16 bands from a row's ordered spectrum and gain[size + 1][lane] (in the leaves'
  /// order, doubled for positive frequencies; the last one is L/2's where L is even): amplitudes a[time][lane] and
  /// their sums[lane]. work: [size][lane] complex. Lanes behind n_lanes are left as they are, or hold zeros' results.
  void (*band_amplitudes)(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                          std::int64_t n_times, float* a, double* sum);

  /// The same to phase bins, into 16 byte arrays bins[lane][time]; bytes: [time][lane], scratch.
  void (*band_phase_bins)(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                          std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes, std::uint8_t* const* bins);

  /// The same to phasors, as `phasors` makes them: cosine[band][time], sine[band][time] of the n_lanes bands.
  void (*band_phasors)(const BandTransform& plan, const float* ordered, const float* gain, int n_lanes, float* work,
                       std::int64_t n_times, float* const* cosine, float* const* sine);

  /// A row's spectrum [L/2 + 1], L even, as cropped transforms read it, once for all bands of this filter length:
  /// [2][size] complex.
  void (*order_real_spectrum)(const BandTransform& plan, const float* spectrum, float* ordered);

  /// band_amplitudes for filtered signals that are cropped to n_times before their Hilbert transform; gain: not
  /// doubled. work: [N + max(L, N) / 2][lane] complex.
  void (*cropped_amplitudes)(const CroppedTransform& plan, const float* ordered, const float* gain, int n_lanes,
                             float* work, std::int64_t n_times, float* a, double* sum);

  /// The same to phase bins, as band_phase_bins.
  void (*cropped_phase_bins)(const CroppedTransform& plan, const float* ordered, const float* gain, int n_lanes,
                             float* work, std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes,
                             std::uint8_t* const* bins);

  /// The same to phasors, as band_phasors.
  void (*cropped_phasors)(const CroppedTransform& plan, const float* ordered, const float* gain, int n_lanes,
                          float* work, std::int64_t n_times, float* const* cosine, float* const* sine);

  /// A block of a long row, given by its spectrum [L] complex (negative frequencies too), through n_lanes <= 16 real
  /// filters with gain[size + 1][lane] (the leaves' order, then L/2): amplitudes a[time][lane] of the corrected signals
  /// in the window, and their sums[lane]. L is even. work: [size][lane] complex, then [2][size] complex.
  void (*block_amplitudes)(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes,
                           float* work, const BlockWindow& window, const BlockCorrection& correction, float* a,
                           double* sum);

  /// The same to phase bins, as band_phase_bins.
  void (*block_phase_bins)(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes,
                           float* work, const BlockWindow& window, const BlockCorrection& correction,
                           const BinEdges& edges, std::uint8_t* bytes, std::uint8_t* const* bins);

  /// The same to real parts y[time][lane].
  void (*block_reals)(const BandTransform& plan, const float* spectrum, const float* gain, int n_lanes, float* work,
                      const BlockWindow& window, const BlockCorrection& correction, float* y);

  /// `n` floats of mixed_rows rows in turns, their ordered spectra: mixed[i][row].
  void (*mix_spectra)(const float* const* rows, std::int64_t n, float* mixed);

  /// band_phase_bins for a few bands of mixed_rows rows at once, from their mixed spectra; gain and bins are of the
  /// lanes of such a tile, n_lanes of them a multiple of mixed_rows.
  void (*mixed_band_phase_bins)(const BandTransform& plan, const float* mixed, const float* gain, int n_lanes,
                                float* work, std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes,
                                std::uint8_t* const* bins);

  /// The same of cropped_phase_bins.
  void (*mixed_cropped_phase_bins)(const CroppedTransform& plan, const float* mixed, const float* gain, int n_lanes,
                                   float* work, std::int64_t n_times, const BinEdges& edges, std::uint8_t* bytes,
                                   std::uint8_t* const* bins);

  /// Multiplies and adds in as many chains as keep a core busy; operations done. sink: [2][lane], the first of them the
  /// factor.
  double (*multiply_adds)(std::int64_t rounds, float* sink);

  /// Adds lines[n_lines + 4][lane], n_lines a multiple of 8, again and again; words read. sink: [lane].
  double (*add_lines)(const std::uint32_t* lines, std::int64_t n_lines, std::int64_t rounds, std::uint32_t* sink);

  /// series[time][lane] = polynomial in tau = time * step - 1 at times 0..count - 1; coefficients as in
  /// BlockCorrection::imaginary.
  void (*polynomial_series)(const float* coefficients, int n_terms, std::int64_t count, float step, float* series);
};

/// All variants this processor runs, narrowest first. Ranks agree on one that all of them have.
std::span<const LaneOps* const> lane_ops_variants();

}  // namespace pac::cpu
