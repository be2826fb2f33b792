// The command line: words in, Config out. The only user of Boost.Program_options.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "core/config.hpp"

namespace pac {

/// A benchmark's number of files where it takes one, or as many as are given.
inline constexpr int one_or_more = -1;

/// A benchmark as the command line knows it.
struct BenchmarkName {
  std::string name;
  std::string question;
  int n_files = 0;  ///< result files it takes after its name, or one_or_more
};

/// What the user asked for. `answer` is text to print instead of running (--help, --version, --man, list ..); else
/// empty.
struct CommandLine {
  std::string benchmark;
  std::vector<std::string> files;  ///< as many as the benchmark takes
  Config config;
  std::string answer;
};

/// Reads `pacbench <benchmark> [options]`; options given on the command line win over those of --config FILE (lines
/// `name = value`, # comments). Throws Error (usage) with the option, its value and the remedy.
CommandLine read_command_line(std::span<const char* const> arguments, std::span<const BenchmarkName> benchmarks);

/// The configuration as aligned lines "batch_size  8", one per option that differs from its default or all of them.
std::string header_of(const Config& config, bool all);

/// "pacbench 0.1.0 (git description)".
std::string version_line();
/// Git description the program was built from; "unknown" outside a repository.
std::string git_description();
/// "0.1.0"
std::string version();
/// Compiler, its version and flags.
std::string compiler_description();

}  // namespace pac
