// Chooses the variant of the lane loops for this processor.
#include "model/cpu/lane_ops.hpp"

#include <vector>

namespace pac::cpu {

#if defined(__x86_64__)
namespace x86_64 {
extern const LaneOps ops;
}
namespace x86_64_v3 {
extern const LaneOps ops;
}
namespace x86_64_v4 {
extern const LaneOps ops;
}
#else
namespace generic {
extern const LaneOps ops;
}
#endif

std::span<const LaneOps* const> lane_ops_variants() {
  static const std::vector<const LaneOps*> variants = [] {
    std::vector<const LaneOps*> found;
#if defined(__x86_64__)
    found.push_back(&x86_64::ops);
    if (__builtin_cpu_supports("x86-64-v3")) found.push_back(&x86_64_v3::ops);
    if (__builtin_cpu_supports("x86-64-v4")) found.push_back(&x86_64_v4::ops);
#else
    found.push_back(&generic::ops);
#endif
    return found;
  }();
  return variants;
}

}  // namespace pac::cpu
