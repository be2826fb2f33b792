// What a row, a byte and a message cost, from what a finished run measured; in words, too: what is measured, what is
// assumed.
#pragma once

#include <string>
#include <vector>

#include "bench/scaling_inputs.hpp"
#include "bench/scaling_reference.hpp"
#include "core/scaling_model.hpp"

namespace pac {

/// Throws Error (usage) for surrogates where the run had none to take their time from.
ScalingCosts scaling_costs(const ScalingReference& measured, const ScalingInputs& wanted);

/// A line each.
std::vector<std::string> assumptions_of(const ScalingReference& measured, const ScalingInputs& wanted,
                                        const ScalingCosts& costs);

}  // namespace pac
