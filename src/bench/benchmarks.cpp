// The table of benchmarks, and what surrounds each of them: output checked first, provenance, files, status.
#include <algorithm>
#include <cstdio>
#include <utility>

#include "bench/benchmark.hpp"
#include "bench/provenance.hpp"
#include "bench/terminal.hpp"
#include "comm/session.hpp"
#include "core/error.hpp"
#include "io/report.hpp"

namespace pac {
namespace {

constexpr Benchmark table[] = {
    {"comodulogram", "is the map right, and the same on N ranks as on one?", 0, run_comodulogram},
};

/// Refuses, before any work is done, outputs that cannot be written or would replace each other.
void check_outputs(const Config& config, const std::string& path) {
  if (config.dry_run) return;
  if (!config.json.empty() && config.json == config.csv) {
    throw Error(Exit::usage, "--json and --csv: both name '" + config.json + "'; give two places");
  }
  for (const auto& [option, name] : {std::pair{"--json", config.json}, std::pair{"--csv", config.csv}}) {
    if (name == path)
      throw Error(Exit::usage, std::string(option) + ": '" + name + "' is the result file; name another");
    const bool stream = name.empty() || name == "-" || name.starts_with("/dev/");
    if (!stream) check_output(name, config.overwrite, option);
  }
  check_output(path, config.overwrite);
}

void write_all(const Record& record, const Config& config, const std::string& path) {
  write_hdf5(record, path, config.overwrite);
  if (!config.json.empty()) write_json(record, config.json);
  if (!config.csv.empty()) write_csv(record, config.csv);
}

}  // namespace

std::span<const Benchmark> benchmarks() { return table; }

std::vector<BenchmarkName> benchmark_names() {
  std::vector<BenchmarkName> names;
  for (const Benchmark& benchmark : table) names.push_back({benchmark.name, benchmark.question, benchmark.n_files});
  return names;
}

Exit run_benchmark(const CommandLine& command, const Communicator& world, const std::string& command_text) {
  const Config& config = command.config;
  const Deadline deadline(world, config.timeout);
  const auto wanted = [&](const Benchmark& b) { return b.name == command.benchmark; };
  const Benchmark& benchmark = *std::find_if(std::begin(table), std::end(table), wanted);
  Record record;
  record.benchmark = benchmark.name;
  record.question = benchmark.question;
  record.config = config;
  record.provenance["start"] = utc_time("%Y-%m-%dT%H:%M:%SZ");
  const std::string path = config.output.empty()
                               ? std::string("pacbench-") + benchmark.name + "-" + utc_time("%Y%m%dT%H%M%SZ") + ".h5"
                               : config.output;
  world.agree([&] {
    if (world.is_root()) check_outputs(config, path);
  });

  Run run{config, command.files, world, path, record};
  benchmark.run(run);
  if (config.dry_run) return Exit::ok;

  world.agree([&] {
    if (!world.is_root()) return;
    add_provenance(record, command_text);
    write_all(record, config, path);
    if (prints_tables(config)) print_result(record, path);
    if (record.verdict == Verdict::failed)
      std::fprintf(stderr, "pacbench: verification failed: %s\n", record.reason.c_str());
  });
  const bool failed = world.max(record.verdict == Verdict::failed ? 1 : 0) != 0;
  return failed ? Exit::verification : Exit::ok;
}

}  // namespace pac
