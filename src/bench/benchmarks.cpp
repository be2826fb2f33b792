// The table of benchmarks, and what surrounds each of them: output checked first, provenance, files, status.
#include <algorithm>
#include <cstdio>

#include "bench/agreement.hpp"
#include "bench/benchmark.hpp"
#include "bench/provenance.hpp"
#include "bench/resume.hpp"
#include "comm/interruption.hpp"
#include "core/error.hpp"

/// One row a benchmark: its name - it runs run_<name>(), which stands in <name>.cpp -, the number of result files it
/// reads, what it leaves, what it keeps when interrupted, whether it goes on without --resume, and its question.
// clang-format off
#define PAC_BENCHMARKS(row) \
  row(comodulogram, 0,           result, rows,  false, "is the map right, and the same on N ranks as on one?") \
  row(speed,        0,           result, cases, false, "how much faster do N ranks finish the same batch?") \
  row(throughput,   0,           result, cases, false, "how many rows per second when the batch grows with the ranks?") \
  row(vram,         0,           result, anew,  false, "how large a batch fits, at how many bytes per row?") \
  row(sweep,        0,           result, cases, true,  "how does each parameter act?") \
  row(compare,      2,           result, never, false, "how do we stand beside another result on the same signals?") \
  row(plan,         0,           result, never, false, "how long will it take on N ranks, and what binds?") \
  row(report,       one_or_more, page,   never, false, "what do result files hold, as one page for a browser?")
// clang-format on

namespace pac {

#define PAC_DECLARE(name, n_files, leaves, resumes, always, question) void run_##name(Run& run);
PAC_BENCHMARKS(PAC_DECLARE)

namespace {

#define PAC_ROW(name, n_files, leaves, resumes, always, question) \
  Benchmark{#name, question, n_files, Leaves::leaves, Resumes::resumes, always, run_##name},
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
  const auto wanted = [&](const Benchmark& b) { return b.name == command.benchmark; };
  const Benchmark& benchmark = *std::find_if(std::begin(table), std::end(table), wanted);
  Record record;
  record.benchmark = benchmark.name;
  record.question = benchmark.question;
  record.config = config;
  record.provenance["start"] = utc_time("%Y-%m-%dT%H:%M:%SZ");
  record.complete = false;
  if (benchmark.resumes != Resumes::never) watch_interruptions();
  const bool goes_on = benchmark.resumes != Resumes::never && (benchmark.always_resumes || config.resume);
  const std::string default_name = "pacbench-" + command.benchmark + "-" + utc_time("%Y%m%dT%H%M%SZ") +
                                   (benchmark.leaves == Leaves::page ? ".html" : ".h5");
  ResultFile result(config, default_name, command_text, goes_on, benchmark.resumes == Resumes::rows);
  world.agree([&] {
    if (!config.save_signals.empty() && benchmark.run != run_comodulogram) {
      throw Error(Exit::usage, "--save-signals: goes with comodulogram, not with " + command.benchmark +
                                   ", which has several cases or none; leave it out");
    }
    if (world.is_root()) result.check();
  });
  if (benchmark.n_files == 0) agree_on_input(config, world, record.provenance);

  Terminal terminal(config, world, record);
  Run run{config, command.files, world, record, terminal, benchmark, result};
  if (goes_on && !config.dry_run && !resume(run)) {
    terminal.note(result.path() + " holds the finished run: nothing is left to do");
    return Exit::ok;
  }
  benchmark.run(run);
  if (config.dry_run || benchmark.leaves == Leaves::page) return Exit::ok;

  world.agree([&] {
    if (!world.is_root()) return;
    record.complete = true;
    result.save(record);
    if (record.verdict != Verdict::failed) result.remove_journal();
    result.write_tables(record);
    terminal.result(record, result.path());
    if (record.verdict == Verdict::failed)
      std::fprintf(stderr, "pacbench: verification failed: %s\n", record.reason.c_str());
  });
  const bool failed = !world.all(record.verdict != Verdict::failed);
  return failed ? Exit::verification : Exit::ok;
}

}  // namespace pac
