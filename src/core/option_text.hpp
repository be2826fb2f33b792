// What --help, the manual page and the completion say with the same words: headings, an option's value and default,
// the options that set nothing in Config.
#pragma once

#include <string>
#include <type_traits>
#include <vector>

#include "core/config.hpp"
#include "core/options.hpp"

namespace pac {

inline constexpr const char* program_summary =
    "Computes phase-amplitude coupling on many ranks and measures how well. Under mpirun or srun, same words.";

struct OptionHeading {
  OptionGroup group;
  const char* text;
};

/// In the order of --help.
inline constexpr OptionHeading option_headings[] = {
    {OptionGroup::signals, "Signals"},   {OptionGroup::bands, "Bands"},         {OptionGroup::pac, "PAC"},
    {OptionGroup::engine, "Engine"},     {OptionGroup::measuring, "Measuring"}, {OptionGroup::sweep, "Sweep"},
    {OptionGroup::planning, "Planning"}, {OptionGroup::output, "Output"}};

/// An option of the command line alone.
struct GeneralOption {
  const char* name;
  const char* placeholder;  ///< empty: a flag
  const char* help;
};

inline constexpr GeneralOption general_options[] = {
    {"config", "FILE", "read options from FILE, lines `name = value`; the command line wins"},
    {"help", "", "the options with their defaults"},
    {"version", "", "version and build"},
    {"man", "", "the manual page, for man -l -"},
    {"bash-completion", "", "completion for bash, to be sourced"},
};

/// One letter that stands for an option on the command line too: "o" for output; "" for the others.
inline std::string short_form(const std::string& field_name) { return field_name == "output" ? "o" : ""; }

/// The files after a benchmark's name, as they are written in a synopsis.
inline std::vector<std::string> file_words(const BenchmarkName& benchmark) {
  if (benchmark.n_files == one_or_more) return {"A.h5", "[B.h5 ..]"};
  std::vector<std::string> words;
  for (int i = 0; i < benchmark.n_files; ++i) words.push_back(std::string(1, static_cast<char>('A' + i)) + ".h5");
  return words;
}

/// What stands for an option's value: its choices, or the placeholder; nothing for a flag.
template <class Value>
std::string shown_value([[maybe_unused]] const char* placeholder) {
  if constexpr (std::is_enum_v<Value>) {
    return choices<Value>();
  } else {
    return placeholder;
  }
}

/// An option's help, its default in brackets where it has one to show.
template <class Value>
std::string help_text(const Value& standard, const char* help) {
  const std::string text = std::is_same_v<Value, bool> ? "" : to_text(standard);
  return text.empty() ? std::string(help) : help + (" (" + text + ")");
}

}  // namespace pac
