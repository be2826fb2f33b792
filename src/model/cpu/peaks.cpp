// What a rank's threads can do at most.
#include "model/cpu/peaks.hpp"

#include <algorithm>
#include <chrono>
#include <cstring>
#include <vector>

#include "model/cpu/fft.hpp"
#include "model/cpu/team.hpp"

namespace pac::cpu {
namespace {

/// The best rate of some rounds: all threads together, work(thread) returning what each did.
template <class Work>
double best_rate(int threads, const Work& work) {
  constexpr int rounds = 5;
  double best = 0;
  std::vector<double> done(static_cast<std::size_t>(threads));
  for (int round = 0; round < rounds; ++round) {
    const auto begin = std::chrono::steady_clock::now();
    run_threads(threads, [&](int thread) { done[static_cast<std::size_t>(thread)] = work(thread); });
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - begin;
    double sum = 0;
    for (const double one : done) sum += one;
    best = std::max(best, sum / seconds.count());
  }
  return best;
}

}  // namespace

Peaks measure_peaks(const LaneOps& ops, int threads) {
  constexpr std::int64_t copied = std::int64_t{16} << 20;
  constexpr std::int64_t n_lines = 256;  // 16 KiB: half of a small first-level cache
  struct Place {
    AlignedArray<std::uint8_t> from{copied}, to{copied};
    AlignedArray<std::uint32_t> lines{(n_lines + 4) * lanes}, sum{lanes};
    AlignedArray<float> sink{2 * lanes};
  };
  std::vector<Place> places(static_cast<std::size_t>(threads));
  for (Place& place : places) {
    std::fill_n(place.from.data(), copied, std::uint8_t{1});
    std::fill_n(place.lines.data(), (n_lines + 4) * lanes, 1U);
    std::fill_n(place.sink.data(), 2 * lanes, 0.5F);
  }
  const auto at = [&](int thread) -> Place& { return places[static_cast<std::size_t>(thread)]; };
  Peaks peaks;
  peaks.bytes_per_s = best_rate(threads, [&](int thread) {
    std::memcpy(at(thread).to.data(), at(thread).from.data(), static_cast<std::size_t>(copied));
    return 2.0 * static_cast<double>(copied);
  });
  peaks.flops_per_s = best_rate(threads, [&](int thread) { return ops.multiply_adds(200000, at(thread).sink.data()); });
  peaks.words_per_s = best_rate(threads, [&](int thread) {
    return ops.add_lines(at(thread).lines.data(), n_lines, 20000, at(thread).sum.data());
  });
  return peaks;
}

RowTransforms row_transforms(const BandTables& tables) {
  constexpr double complex = 8;  // bytes
  const double hilbert =
      tables.plan.hilbert == Hilbert::cropped ? 2 * transform_operations(tables.plan.hilbert_length) : 0;
  RowTransforms row;
  for (const auto& filter : tables.lengths) {
    row.spectrum_bytes += complex * static_cast<double>(filter->length / 2 + 1);
    row.forward_operations += transform_operations(filter->length) / 2;
  }
  // A band's analytic signal is a complex transform (extended), or two bands share one there and two for Hilbert's.
  const double bands_of_one = tables.plan.hilbert == Hilbert::cropped ? 2 : 1;
  const auto add = [&](const FilterLength* filter, std::int64_t n_bands) {
    row.inverse_operations +=
        static_cast<double>(n_bands) / bands_of_one * (transform_operations(filter->length) + hilbert);
  };
  const auto bands_of = [](std::size_t i, std::int64_t together, std::int64_t n_bands) {
    return std::min(together, n_bands - static_cast<std::int64_t>(i) * together);
  };
  const Plan& plan = tables.plan;
  for (std::size_t i = 0; i < tables.pha_tiles.size(); ++i)
    add(tables.pha_tiles[i].filter, bands_of(i, lanes, plan.n_pha()));
  for (std::size_t i = 0; i < tables.amp_tiles.size(); ++i)
    add(tables.amp_tiles[i].filter, bands_of(i, lanes, plan.n_amp()));
  for (std::size_t i = 0; i < tables.pha.size(); ++i) add(tables.pha[i].filter, bands_of(i, 2, plan.n_pha()));
  for (std::size_t i = 0; i < tables.amp.size(); ++i) add(tables.amp[i].filter, bands_of(i, 2, plan.n_amp()));
  return row;
}

}  // namespace pac::cpu
