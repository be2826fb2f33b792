// What the tests of the readers share: the recording that tests/data/make_formats.py wrote, and short ways to open
// files.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "core/config.hpp"
#include "core/error.hpp"
#include "io/signals.hpp"

namespace pac::test {

constexpr std::int64_t n_channels = 3;
constexpr std::int64_t n_times = 600;

/// make_formats.py's recording(): whole numbers within int16.
inline double sample(std::int64_t c, std::int64_t t) {
  return static_cast<double>((c + 1) * (t % 50) * 7 - 300 * c + (t * t + 13 * c) % 97);
}

inline std::string format_file(const std::string& name) { return std::string(PACBENCH_TEST_DATA) + "/formats/" + name; }

/// A Config as the command line would fill it: {"fs", "200"}, ...
using Options = std::vector<std::pair<std::string, std::string>>;
inline Config config_of(const std::string& input, const Options& options = {}) {
  Config config;
  config.input = input;
  describe(config, [&](const std::string& name, auto& value, auto, auto, auto) {
    for (const auto& [given, text] : options) {
      if (given != name) continue;
      parse(option_of(name), text, value);
      config.given.push_back(name);
    }
  });
  return config;
}

/// The refusal of a file: one line, with the exit status that was expected; "" (and a failed test) when it is accepted.
inline std::string refusal(const std::string& input, const Options& options, Exit status) {
  try {
    const auto source = open_signals(config_of(input, options));
    RowBlock block;
    source->read({0, source->shape().n_rows()}, 0, block);
  } catch (const Error& error) {
    const std::string line = error.what();
    EXPECT_EQ(error.status(), status) << line;
    EXPECT_EQ(line.find('\n'), std::string::npos) << line;
    return line;
  }
  ADD_FAILURE() << input << " was accepted";
  return "";
}

/// Sample t of row i as the file has it: the mean added again.
inline double at(const RowBlock& block, std::int64_t row, std::int64_t t) {
  return static_cast<double>(block.row(row)[static_cast<std::size_t>(t + block.pad)]) +
         block.mean[static_cast<std::size_t>(row)];
}

}  // namespace pac::test
