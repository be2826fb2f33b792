// Damaged HDF5 files can crash the HDF5 library itself (1.10 reads beyond its heaps on them, or never ends). They are
// tried in a child process before this one touches them. Knows nothing of what is tried.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

namespace pac {

/// Runs `work` in a child process, whose exceptions are ignored: this process will meet them again. Throws Error
/// (input) naming `file_name` when the child crashed or computed for more than `most_cpu_s` seconds. Where no child can
/// be made, does nothing. Blocks. `work` must not communicate, print or start threads.
void try_in_child(const std::string& file_name, std::int64_t most_cpu_s, const std::function<void()>& work);

}  // namespace pac
