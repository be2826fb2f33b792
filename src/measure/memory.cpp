// Memory of this process, from /proc (proc_pid_status(5), proc_meminfo(5)); getrusage(2) where that is absent.
#include "measure/memory.hpp"

#include <fstream>
#include <sstream>
#include <string>

#include <malloc.h>
#include <sys/resource.h>

namespace pac {
namespace {

/// A line "name:   123 kB" in bytes; 0 where there is none.
std::int64_t bytes_in(const char* path, const std::string& name) {
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) {
    if (!line.starts_with(name + ":")) continue;
    std::int64_t kilobytes = 0;
    std::istringstream(line.substr(name.size() + 1)) >> kilobytes;
    return kilobytes * 1024;
  }
  return 0;
}

}  // namespace

std::int64_t host_resident_bytes() { return bytes_in("/proc/self/status", "VmRSS"); }

std::int64_t host_peak_bytes() {
  const std::int64_t peak = bytes_in("/proc/self/status", "VmHWM");
  if (peak > 0) return peak;
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::int64_t>(usage.ru_maxrss) * 1024;
}

void forget_host_peak() {
  malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";  // resets VmHWM
}

std::int64_t host_available_bytes() { return bytes_in("/proc/meminfo", "MemAvailable"); }

}  // namespace pac
