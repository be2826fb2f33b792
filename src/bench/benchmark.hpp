// A benchmark: a name, the question it answers, and what it runs. All of them stand in one visible table
// (benchmarks.cpp).
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "bench/result_file.hpp"
#include "bench/terminal.hpp"
#include "comm/communicator.hpp"
#include "core/config.hpp"
#include "core/options.hpp"
#include "measure/record.hpp"

namespace pac {

/// What a benchmark keeps of a run that was interrupted.
enum class Resumes {
  never,  ///< it has nothing to go on with
  anew,   ///< nothing: the next run begins again
  cases,  ///< the cases that were finished
  rows,   ///< the tiles of rows that were finished
};

/// What a benchmark leaves under its output's name.
enum class Leaves {
  result,  ///< a result file, which run_benchmark() writes
  page,    ///< a page of HTML, which it writes itself
};

struct Benchmark;

/// What a benchmark is given, and where it leaves its results.
struct Run {
  const Config& config;
  const std::vector<std::string>& files;  ///< named after the benchmark: as many as its row of the table says
  const Communicator& world;
  Record& record;
  Terminal& terminal;
  const Benchmark& benchmark;
  ResultFile& result;  ///< written when the benchmark has returned; one of many cases saves each as it finishes
  std::set<std::string> finished{};  ///< case_key() of the cases that an earlier run finished; they are in the record
};

struct Benchmark {
  const char* name;
  const char* question;
  int n_files;  ///< result files it reads, or one_or_more
  Leaves leaves;
  Resumes resumes;
  bool always_resumes;  ///< goes on where an existing output stands, without --resume too
  /// Collective. Fills cases, comodulogram and verdict of the record; complete on rank 0.
  void (*run)(Run& run);
};

std::span<const Benchmark> benchmarks();

/// The same as the command line wants it.
std::vector<BenchmarkName> benchmark_names();

/// Collective: checks the output, runs the named benchmark, writes result file and tables, prints. Returns the exit
/// status.
Exit run_benchmark(const CommandLine& command, const Communicator& world, const std::string& command_text);

}  // namespace pac
