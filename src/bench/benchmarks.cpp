// The table of benchmarks, and what surrounds each of them: output checked first, provenance, files, status.
#include <algorithm>
#include <cstdio>

#include "bench/benchmark.hpp"
#include "bench/provenance.hpp"
#include "comm/session.hpp"
#include "core/error.hpp"

/// One row a benchmark: its name - it runs run_<name>(), which stands in <name>.cpp -, the number of result files it
/// reads, whether it goes on where an existing output stands, and its question.
// clang-format off
#define PAC_BENCHMARKS(row) \
  row(comodulogram, 0, false, "is the map right, and the same on N ranks as on one?") \
  row(speed,        0, false, "how much faster do N ranks finish the same batch?") \
  row(throughput,   0, false, "how many rows per second when the batch grows with the ranks?") \
  row(vram,         0, false, "how large a batch fits, at how many bytes per row?") \
  row(sweep,        0, true,  "how does each parameter act?") \
  row(compare,      2, false, "how do we stand beside another result on the same signals?") \
  row(plan,         0, false, "how long will it take on N ranks, and what binds?")
// clang-format on

namespace pac {

#define PAC_DECLARE(name, n_files, resumes, question) void run_##name(Run& run);
PAC_BENCHMARKS(PAC_DECLARE)

namespace {

#define PAC_ROW(name, n_files, resumes, question) Benchmark{#name, question, n_files, resumes, run_##name},
constexpr Benchmark table[] = {PAC_BENCHMARKS(PAC_ROW)};

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
  ResultFile result(config, benchmark.name, command_text, benchmark.resumes);
  world.agree([&] {
    if (world.is_root()) result.check();
  });

  Terminal terminal(config, world, benchmark.name);
  Run run{config, command.files, world, record, terminal, result};
  benchmark.run(run);
  if (config.dry_run) return Exit::ok;

  world.agree([&] {
    if (!world.is_root()) return;
    result.save(record);
    result.write_tables(record);
    terminal.result(record, result.path());
    if (record.verdict == Verdict::failed)
      std::fprintf(stderr, "pacbench: verification failed: %s\n", record.reason.c_str());
  });
  const bool failed = !world.all(record.verdict != Verdict::failed);
  return failed ? Exit::verification : Exit::ok;
}

}  // namespace pac
