// Memory of this process as the kernel counts it.
#pragma once

#include <cstdint>

namespace pac {

/// Resident memory now, bytes.
std::int64_t host_resident_bytes();

/// Peak resident memory since the program began, or since the last forget_host_peak(), bytes.
std::int64_t host_peak_bytes();

/// Begins the peak anew at what is resident now, after memory that was freed went back to the system; where the kernel
/// does not let it (no /proc), the old peak stays.
void forget_host_peak();

/// Memory that programs on this host may still take, bytes; 0: unknown.
std::int64_t host_available_bytes();

}  // namespace pac
