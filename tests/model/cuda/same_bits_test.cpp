// Kernels give the bits on the device that they give on the host executor: what was tested there holds here. Needs a
// GPU, or the simulated one.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <random>

#include <gtest/gtest.h>

#include "host_executor.hpp"
#include "kernels/launch.hpp"
#include "model/cuda/cuda_check.hpp"
#include "model/cuda/handles.hpp"

namespace {

using namespace pac;
using namespace pac::kernels;
using cuda::PinnedMemory;

/// Memory that the host and the device both read and write.
template <class T>
class Both {
 public:
  explicit Both(std::int64_t count) : count_(count), memory_(count * static_cast<std::int64_t>(sizeof(T))) {
    std::memset(memory_.as(), 0x5A, bytes());
  }
  [[nodiscard]] T* data() const { return memory_.as<T>(); }
  [[nodiscard]] std::size_t bytes() const { return static_cast<std::size_t>(count_) * sizeof(T); }
  [[nodiscard]] std::int64_t size() const { return count_; }
  friend bool operator==(const Both& a, const Both& b) { return std::memcmp(a.data(), b.data(), a.bytes()) == 0; }

 private:
  std::int64_t count_;
  PinnedMemory memory_;
};

void on_host(const auto& body) { run_on_host(body); }

void on_device(const auto& body) {
  const cuda::Stream stream;
  cuda::check_launch(kernels::launch(body, stream.get()));
  stream.synchronize();
}

/// Whether each NaN has the bits of numeric_limits'.
bool only_quiet_nans(const Both<float>& values) {
  constexpr float quiet = std::numeric_limits<float>::quiet_NaN();
  return std::all_of(values.data(), values.data() + values.size(),
                     [&](float x) { return !std::isnan(x) || std::memcmp(&x, &quiet, sizeof x) == 0; });
}

template <class T>
Both<T> random_numbers(std::int64_t count, unsigned seed) {
  Both<T> all(count);
  std::mt19937 random(seed);
  std::normal_distribution<float> normal;
  for (std::int64_t i = 0; i < count * static_cast<std::int64_t>(sizeof(T) / sizeof(float)); ++i) {
    reinterpret_cast<float*>(all.data())[i] = normal(random);
  }
  return all;
}

constexpr std::int64_t rows = 2, n_pha = 3, n_amp = 11, n_times = 997, stride = 1024, length = 1080,
                       hilbert_length = 1000, n_bins = 18;
constexpr std::int64_t pad = 30, n_perm = 20, n_frequencies = length / 2 + 1;

/// From rows to bins and amplitudes, each body on its own input.
struct Elementwise {
  Both<float> circle{rows * length}, amplitudes{rows * n_amp * stride};
  Both<Complex> spectrum = random_numbers<Complex>(rows * n_frequencies, 1);
  Both<Complex> one_sided{rows * n_pha * length}, pairs{rows * 2 * length};
  Both<Complex> turned = random_numbers<Complex>(rows * 2 * length, 2);
  Both<std::uint8_t> bins{rows * n_pha * stride};
  Both<float> fused_amplitudes{rows * 4 * stride};
  Both<std::uint8_t> fused_bins{rows * n_pha * stride};

  explicit Elementwise(auto&& run) {
    const auto samples = random_numbers<float>(rows * (n_times + 2 * pad), 3);
    const auto box = random_numbers<Complex>(n_frequencies, 4);
    const auto gain = random_numbers<float>(4 * n_frequencies, 5);
    const auto signal = random_numbers<Complex>(rows * n_amp * length, 6);
    Both<RowScale> scales(rows);
    for (std::int64_t r = 0; r < rows; ++r) scales.data()[r] = {0.25F, 0.3F + static_cast<float>(r)};
    Both<float> edges(8);
    for (int k = 0; k < 8; ++k) edges.data()[k] = static_cast<float>(1 / std::tan(2 * M_PI * (k + 1) / n_bins));
    const PhaseEdges phase_edges{edges.data(), edges.data(), 8, 9};
    const AnalyticView view{&signal.data()->re, &signal.data()->re, length, length, n_amp, false};
    run(LayCircle{samples.data(), scales.data(), circle.data(), length, n_times, pad, pad, rows, rows});
    run(AddMean{scales.data(), box.data(), spectrum.data(), n_frequencies, rows});
    run(ApplyOneSidedGain{spectrum.data(), gain.data(), one_sided.data(), length, n_frequencies, n_pha, rows});
    run(ApplyPairGain{spectrum.data(), gain.data(), pairs.data(), length, n_frequencies, 2, rows});
    run(ZeroTail{pairs.data(), length, n_times, length, 2, rows});
    run(HilbertTurn{turned.data(), length, 2, rows, 1.0F / length});
    run(ToBins{view, phase_edges, bins.data(), stride, n_times, n_pha, rows});
    run(ToAmplitudes{view, amplitudes.data(), stride, n_times, n_amp, rows});
    const auto filter_roots = random_numbers<Complex>(length, 9);
    const auto hilbert_roots = random_numbers<Complex>(hilbert_length, 10);
    TransformStages filter = TransformStages::of(length);
    TransformStages hilbert = TransformStages::of(hilbert_length);
    filter.roots = filter_roots.data();
    hilbert.roots = hilbert_roots.data();
    run(BandSignals{spectrum.data(), gain.data(), filter, hilbert, phase_edges, nullptr, fused_amplitudes.data(),
                    stride, n_frequencies, n_times, 4, 2, rows});
    run(BandSignals{spectrum.data(),
                    gain.data(),
                    filter,
                    {},
                    phase_edges,
                    fused_bins.data(),
                    nullptr,
                    stride,
                    n_frequencies,
                    n_times,
                    n_pha,
                    n_pha,
                    rows});
  }
};

TEST(SameBits, ElementwiseBodies) {
  const Elementwise host([](const auto& body) { on_host(body); });
  const Elementwise device([](const auto& body) { on_device(body); });
  EXPECT_EQ(host.circle, device.circle);
  EXPECT_EQ(host.spectrum, device.spectrum);
  EXPECT_EQ(host.one_sided, device.one_sided);
  EXPECT_EQ(host.pairs, device.pairs);
  EXPECT_EQ(host.turned, device.turned);
  EXPECT_EQ(host.bins, device.bins);
  EXPECT_EQ(host.amplitudes, device.amplitudes);
  EXPECT_EQ(host.fused_amplitudes, device.fused_amplitudes);
  EXPECT_EQ(host.fused_bins, device.fused_bins);
}

/// From bins and amplitudes to results. The order of times in the lists may differ, nothing else.
template <unsigned Lanes, bool Staged>
struct Sums {
  static constexpr std::int64_t groups = ceil_div(n_amp, Lanes);
  static constexpr std::int64_t capacity = BoundaryLists::capacity_for(n_times, n_bins);
  Both<std::uint32_t> entries{rows * n_pha * capacity}, starts{rows * n_pha * 3 * n_bins}, ends{starts.size()},
      time_sums{starts.size()};
  Both<std::uint16_t> short_entries{entries.size()};
  Both<float> weights{rows * n_pha * n_bins};
  Both<std::uint8_t> empty_bin{rows * n_pha}, last_bin{rows * n_pha};
  Both<std::uint32_t> prefix{rows * groups * n_times * Lanes}, total{rows * groups * Lanes};
  Both<std::uint32_t> sums{rows * n_pha * n_bins * 2 * groups * Lanes};
  Both<float> pac{rows * n_pha * n_amp}, preferred_phase{pac.size()}, distribution{pac.size() * n_bins};
  Both<std::uint8_t> quality{pac.size()};
  Both<float> index{rows * n_pha * n_perm * groups * Lanes};
  Both<double> sum{pac.size()}, squares{pac.size()};
  Both<std::uint32_t> count{pac.size()};
  Both<float> z{pac.size()}, mean{pac.size()}, deviation{pac.size()}, exceed{pac.size()}, p{pac.size()};
  Both<float> largest{rows * n_perm}, p_maxstat{pac.size()}, q_fdr{pac.size()};
  Both<std::uint32_t> tally{rows * (n_perm + 1)};
  Both<float> rate{rows * (n_perm + 1)};

  explicit Sums(auto&& run) {
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    std::mt19937 random(7);
    Both<std::uint8_t> bins(rows * n_pha * stride);
    for (std::int64_t i = 0, bin = 0; i < bins.size(); ++i) {
      const auto draw = random() % 100;
      bin = (bin + (draw < 30 ? 1 : draw > 96 ? 7 : draw == 50 ? n_bins - 1 : 0)) % n_bins;
      bins.data()[i] = static_cast<std::uint8_t>(bin);
    }
    const auto amplitudes = random_numbers<float>(rows * n_amp * stride, 8);
    for (std::int64_t i = 0; i < amplitudes.size(); ++i) amplitudes.data()[i] = std::abs(amplitudes.data()[i]);
    Both<std::uint32_t> shifts(rows * n_perm);
    for (std::int64_t i = 0; i < shifts.size(); ++i) {
      shifts.data()[i] = 1 + static_cast<std::uint32_t>(random() % (n_times - 1));
    }
    Both<float> bin_cos(n_bins);
    Both<float> bin_sin(n_bins);
    for (int j = 0; j < n_bins; ++j) {
      bin_cos.data()[j] = std::cos(static_cast<float>(j));
      bin_sin.data()[j] = std::sin(static_cast<float>(j));
    }
    const BoundaryLists lists{Staged ? nullptr : entries.data(),
                              Staged ? short_entries.data() : nullptr,
                              starts.data(),
                              ends.data(),
                              time_sums.data(),
                              weights.data(),
                              empty_bin.data(),
                              last_bin.data(),
                              capacity};
    run(FindBoundaries{bins.data(), lists, stride, n_times, n_pha, n_bins, rows, true});
    run(PrefixSums<Lanes>{amplitudes.data(), prefix.data(), total.data(), stride, n_times, n_amp, groups, rows});
    const PairData data{lists,
                        prefix.data(),
                        total.data(),
                        n_times,
                        n_pha,
                        n_amp,
                        n_bins,
                        groups,
                        rows,
                        static_cast<float>(n_times),
                        std::log(static_cast<float>(n_bins))};
    run(BinSums<Lanes, Staged>{data, sums.data()});
    run(ModulationIndex{data, sums.data(), bin_cos.data(), bin_sin.data(), pac.data(), preferred_phase.data(),
                        quality.data(), distribution.data(), nan, groups * Lanes});
    run(SurrogateSums<Lanes, Staged>{data, shifts.data(), index.data(), n_perm, 0, n_perm, n_perm, 2});
    run(SurrogateStatistics{
        index.data(),     pac.data(),    sum.data(), squares.data(), count.data(), z.data(), mean.data(),
        deviation.data(), exceed.data(), p.data(),   n_perm,         n_perm,       n_pha,    n_amp,
        groups * Lanes,   rows,          n_perm,     true,           true,         nan});
    Both<std::uint32_t> permutation(rows * n_perm);
    for (std::int64_t i = 0; i < permutation.size(); ++i) {
      permutation.data()[i] = static_cast<std::uint32_t>(n_perm - 1 - i % n_perm);
    }
    run(SurrogateMaxima{index.data(), permutation.data(), largest.data(), n_perm, 0, n_perm, n_perm, n_pha, n_amp,
                        groups * Lanes, rows, nan});
    run(InferRow{pac.data(), count.data(), largest.data(), tally.data(), rate.data(), p_maxstat.data(), q_fdr.data(),
                 n_pha * n_amp, n_perm, rows, nan});
  }
};

template <unsigned Lanes, bool Staged>
void expect_same() {
  SCOPED_TRACE(std::to_string(Lanes) + (Staged ? " staged" : ""));
  const Sums<Lanes, Staged> host([](const auto& body) { on_host(body); });
  const Sums<Lanes, Staged> device([](const auto& body) { on_device(body); });
  EXPECT_EQ(host.starts, device.starts);
  EXPECT_EQ(host.ends, device.ends);
  EXPECT_EQ(host.time_sums, device.time_sums);
  EXPECT_EQ(host.weights, device.weights);
  EXPECT_EQ(host.prefix, device.prefix);
  EXPECT_EQ(host.total, device.total);
  EXPECT_EQ(host.sums, device.sums);
  EXPECT_EQ(host.pac, device.pac);
  EXPECT_EQ(host.preferred_phase, device.preferred_phase);
  EXPECT_EQ(host.quality, device.quality);
  EXPECT_EQ(host.distribution, device.distribution);
  EXPECT_EQ(host.index, device.index);
  EXPECT_EQ(host.mean, device.mean);
  EXPECT_EQ(host.deviation, device.deviation);
  EXPECT_EQ(host.z, device.z);
  EXPECT_EQ(host.p, device.p);
  EXPECT_EQ(host.exceed, device.exceed);
  EXPECT_EQ(host.largest, device.largest);
  EXPECT_EQ(host.tally, device.tally);
  EXPECT_EQ(host.rate, device.rate);
  EXPECT_EQ(host.p_maxstat, device.p_maxstat);
  EXPECT_EQ(host.q_fdr, device.q_fdr);
  // A NaN that a processor made itself has bits of its own there: x86's has its sign set.
  for (const auto* made :
       {&host.pac, &host.preferred_phase, &host.distribution, &host.index, &host.mean, &host.deviation, &host.z,
        &host.p, &host.exceed, &host.largest, &host.p_maxstat, &host.q_fdr}) {
    EXPECT_TRUE(only_quiet_nans(*made));
  }
}

TEST(SameBits, SumsAndStatistics) {
#define PACBENCH_EXPECT(lanes, staged) expect_same<lanes, staged>();
  PACBENCH_GROUPINGS(PACBENCH_EXPECT)
#undef PACBENCH_EXPECT
}

}  // namespace
