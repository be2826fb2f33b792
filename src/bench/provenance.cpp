// Where a result comes from.
#include "bench/provenance.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <ctime>
#include <string_view>
#include <utility>
#include <vector>

#include <unistd.h>

#include "comm/communicator.hpp"
#include "core/options.hpp"
#include "io/report.hpp"

extern char** environ;

namespace pac {
namespace {

std::string allowed_environment() {
  constexpr std::array<std::string_view, 5> prefixes{"SLURM_", "OMP_", "OMPI_MCA_", "NCCL_", "CUDA_VISIBLE_DEVICES="};
  constexpr std::array<std::string_view, 5> secrets{"JWT", "TOKEN", "KEY", "SECRET", "PASSWORD"};  // SLURM_JWT is one
  std::vector<std::string> lines;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const auto allowed = [&](std::string_view prefix) { return text.starts_with(prefix); };
    const std::string_view name = text.substr(0, text.find('='));
    const auto secret = [&](std::string_view word) { return name.find(word) != std::string_view::npos; };
    if (std::any_of(prefixes.begin(), prefixes.end(), allowed) &&
        std::none_of(secrets.begin(), secrets.end(), secret)) {
      lines.emplace_back(text);
    }
  }
  std::sort(lines.begin(), lines.end());
  std::string joined;
  for (const std::string& line : lines) joined += (joined.empty() ? "" : "\n") + line;
  return joined;
}

}  // namespace

std::string utc_time(const char* format) {
  const std::time_t now = std::time(nullptr);
  std::tm utc{};
  gmtime_r(&now, &utc);
  std::array<char, 64> text{};
  return {text.data(), std::strftime(text.data(), text.size(), format, &utc)};
}

void add_provenance(Record& record, const std::string& command_text) {
  auto& p = record.provenance;
  p["version"] = version();
  p["git_commit"] = git_description();
  p["compiler"] = compiler_description();
  p["mpi"] = mpi_library();
  p["hdf5"] = hdf5_library();
  p["command_line"] = command_text;
  p["environment"] = allowed_environment();
  p["end"] = utc_time("%Y-%m-%dT%H:%M:%SZ");
  for (const auto& [name, variable] : {std::pair{"slurm_job", "SLURM_JOB_ID"},
                                       {"slurm_nodes", "SLURM_JOB_NODELIST"},
                                       {"slurm_array_job", "SLURM_ARRAY_JOB_ID"},
                                       {"slurm_array_task", "SLURM_ARRAY_TASK_ID"},
                                       {"slurm_restart_count", "SLURM_RESTART_COUNT"},
                                       {"slurm_cluster", "SLURM_CLUSTER_NAME"}}) {
    if (const char* value = std::getenv(variable)) p[name] = value;
  }
}

}  // namespace pac
