// Every kernel of the program, in one list: the launcher, the host executor's tests and the simulated GPU read it.
#pragma once

#include "kernels/rows.hpp"

/// Calls kernel(Type) for each body.
#define PACBENCH_KERNELS(kernel) kernel(LayCircle) kernel(AddMean)
