// The program's description of itself for other tools: manual page and shell completion, from the one list of options
// and the list of benchmarks. Text out; nothing is printed here.
#pragma once

#include <span>
#include <string>

#include "core/options.hpp"

namespace pac {

/// A command line of the manual page, and what it does.
struct Example {
  const char* command;  ///< words divided by single spaces, "pacbench" among them
  const char* effect;
};
std::span<const Example> examples();

/// The manual page pacbench(1) in roff (man macros): questions of the benchmarks, options with their defaults, exit
/// statuses, files, environment, examples.
std::string manual_page(std::span<const BenchmarkName> benchmarks);

/// Completion for bash, to be sourced: benchmarks, options, the values of choices, file names, names for --vary.
std::string bash_completion(std::span<const BenchmarkName> benchmarks);

}  // namespace pac
