// Signals that ask a run to stop: noticed here, answered by whoever works in units that can be saved.
#pragma once

#include <string>

#include "comm/communicator.hpp"

namespace pac {

/// From now on SIGUSR1, SIGTERM and SIGINT only ask this process to stop when its unit of work is finished. A second
/// SIGTERM or SIGINT ends it at once. Local.
void watch_interruptions();

/// Collective: the name of a signal that asked any of these ranks to stop; empty where none did.
std::string interruption(const Communicator& among);

}  // namespace pac
