// Every kernel of the program, in one list: the launcher, the host executor's tests and the simulated GPU read it.
#pragma once

#include "kernels/analytic.hpp"
#include "kernels/band_signals.hpp"
#include "kernels/bin_sums.hpp"
#include "kernels/boundaries.hpp"
#include "kernels/filter.hpp"
#include "kernels/modulation_index.hpp"
#include "kernels/prefix.hpp"
#include "kernels/row_inference.hpp"
#include "kernels/rows.hpp"
#include "kernels/statistics.hpp"
#include "kernels/surrogates.hpp"
#include "kernels/vector_sums.hpp"

/// Calls with_lanes(Lanes, Staged) for each way in which amplitude bands are grouped: prefix sums in shared memory, as
/// many bands side by side as fit there, or in global memory.
#define PACBENCH_GROUPINGS(with_lanes) \
  with_lanes(8, true) with_lanes(4, true) with_lanes(2, true) with_lanes(1, true) with_lanes(8, false)

namespace pac::kernels {
#define PACBENCH_ALIAS(lanes, staged)                                    \
  using BinSums_##lanes##_##staged = BinSums<lanes, staged>;             \
  using SurrogateSums_##lanes##_##staged = SurrogateSums<lanes, staged>; \
  using SurrogateHeights_##lanes##_##staged = SurrogateSums<lanes, staged, HeightSum>;
PACBENCH_GROUPINGS(PACBENCH_ALIAS)
#undef PACBENCH_ALIAS
using VectorSums_staged = VectorSums<true, float>;
using VectorSums_global = VectorSums<false, float>;
using PhasorVectorSums_staged = VectorSums<true, Complex>;
using PhasorVectorSums_global = VectorSums<false, Complex>;
}  // namespace pac::kernels

/// Calls kernel(Type) for each body.
#define PACBENCH_KERNELS(kernel)                                                                              \
  kernel(LayCircle) kernel(AddMean) kernel(ApplyOneSidedGain) kernel(ApplyPairGain) kernel(ZeroTail)          \
      kernel(HilbertTurn) kernel(ToBins) kernel(ToAmplitudes) kernel(BandSignals) kernel(FindBoundaries)      \
          kernel(PrefixSums<8>) kernel(PrefixSums<4>) kernel(PrefixSums<2>) kernel(PrefixSums<1>)             \
              kernel(BinSums_8_true) kernel(BinSums_4_true) kernel(BinSums_2_true) kernel(BinSums_1_true)     \
                  kernel(BinSums_8_false) kernel(ModulationIndex) kernel(SurrogateSums_8_true)                \
                      kernel(SurrogateSums_4_true) kernel(SurrogateSums_2_true) kernel(SurrogateSums_1_true)  \
                          kernel(SurrogateSums_8_false) kernel(SurrogateStatistics) kernel(SurrogateMaxima)   \
                              kernel(InferRow) kernel(ToPhasors) kernel(PackPairs) kernel(AmplitudeMoments)   \
                                  kernel(PhasorSums) kernel(VectorSums_staged) kernel(VectorSums_global)      \
                                      kernel(PhasorVectorSums_staged) kernel(PhasorVectorSums_global)         \
                                          kernel(HeightsRatio) kernel(SurrogateHeights_8_true)                \
                                              kernel(SurrogateHeights_4_true) kernel(SurrogateHeights_2_true) \
                                                  kernel(SurrogateHeights_1_true) kernel(SurrogateHeights_8_false)
