// The work and the nodes that are asked for, where what is not given is as in a finished run. What they cost is
// scaling_costs'.
#pragma once

#include "bench/scaling_reference.hpp"
#include "core/scaling_model.hpp"

namespace pac {

struct ScalingInputs {
  Config config;      ///< of the work to predict: the run's, but for what is given
  SignalShape shape;  ///< counts and sampling rate only
  Plan plan;
  Nodes nodes;
};

/// Throws Error (usage) for an option that would change the definition of what a run measured, for rows that cannot be
/// counted, and as make_plan() does.
ScalingInputs scaling_inputs(const ScalingReference& measured, const Config& asked);

}  // namespace pac
