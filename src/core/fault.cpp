// Deliberate faults, for tests alone.
#include "core/fault.hpp"

#include <chrono>
#include <cstdlib>
#include <sstream>
#include <thread>

#include "core/config.hpp"
#include "core/error.hpp"

namespace pac {

Faults parse_faults(const std::string& text) {
  Faults found;
  std::istringstream list(text);
  for (std::string one; std::getline(list, one, ';');) {
    std::istringstream parts(one);
    std::string kind, first, second;
    std::getline(parts, kind, ':');
    std::getline(parts, first, ':');
    std::getline(parts, second, ':');
    const std::string option = "PACBENCH_FAULT " + one;
    if (kind == "slow") {
      found.slow_stage = first;
      parse(option, second, found.slow_s);
    } else if (kind == "wrong") {
      parse(option, first, found.wrong_row);
    } else if (kind == "memory") {
      parse(option, first, found.memory_rank);
      parse(option, second, found.memory_rows);
    } else if (kind == "version") {
      parse(option, first, found.version_rank);
    } else if (kind == "clock") {
      parse(option, first, found.clock_rank);
      parse(option, second, found.clock_s);
    } else {
      throw Error(Exit::usage, option + ": no such fault; unset the variable");
    }
  }
  return found;
}

const Faults& faults() {
  static const Faults mine = [] {
    const char* text = std::getenv("PACBENCH_FAULT");
    return text == nullptr ? Faults() : parse_faults(text);
  }();
  return mine;
}

void slow_down(const char* stage) {
  const Faults& mine = faults();
  if (mine.slow_s > 0 && mine.slow_stage == stage)
    std::this_thread::sleep_for(std::chrono::duration<double>(mine.slow_s));
}

}  // namespace pac
