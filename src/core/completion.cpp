// Completion of the command line for bash: one function whose word lists come from the one list of options.
#include <algorithm>
#include <type_traits>

#include "core/manual.hpp"
#include "core/option_text.hpp"
#include "core/variations.hpp"

namespace pac {
namespace {

constexpr const char* head = R"(# Completion of pacbench for bash, written by `pacbench --bash-completion`.
_pacbench() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]} words= files= benchmark= i
  # bash divides --hilbert=ext into three words.
  if [[ $word == = ]]; then
    word=
  elif [[ $before == = ]]; then
    before=${COMP_WORDS[COMP_CWORD-2]}
  fi
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; ++i)); do
    case ${COMP_WORDS[i]} in
)";

constexpr const char* middle = R"(    esac
  done
  case $before in
)";

constexpr const char* tail = R"(  esac
  if [[ -n $files ]]; then
    compopt -o filenames 2>/dev/null
    mapfile -t COMPREPLY < <(compgen -f -- "$word")
  else
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$word")
    [[ ${#COMPREPLY[@]} -ne 1 || ${COMPREPLY[0]} != *= ]] || compopt -o nospace 2>/dev/null
  fi
}
complete -F _pacbench pacbench
)";

std::string joined(const std::string& list, const std::string& word) { return list.empty() ? word : list + " " + word; }

/// A branch of `case`: the option, alone or as one of many, and what it does.
std::string branch(const std::string& patterns, const std::string& action) {
  return patterns.empty() ? "" : "    " + patterns + ") " + action + " ;;\n";
}

std::string either(const std::string& patterns, const std::string& one) {
  return patterns.empty() ? one : patterns + "|" + one;
}

}  // namespace

std::string bash_completion(std::span<const BenchmarkName> benchmarks) {
  std::string options;
  std::string choices_of;  // branches, one for each option with choices
  std::string file_options;
  std::string other_options;
  const auto sort_one = [&](const std::string& option, const std::string& placeholder, std::string choices) {
    options = joined(options, option);
    if (!choices.empty()) {
      std::replace(choices.begin(), choices.end(), '|', ' ');
      choices_of += branch(option, "words='" + choices + "'");
    } else if (placeholder.find("FILE") != std::string::npos) {
      file_options = either(file_options, option);
    } else if (!placeholder.empty()) {
      other_options = either(other_options, option);
    }
  };
  const auto sort_in = [&](const std::string& name, const std::string& placeholder, const std::string& choices) {
    sort_one(option_of(name), placeholder, choices);
    if (!short_form(name).empty()) sort_one("-" + short_form(name), placeholder, choices);
  };
  const Config defaults;
  describe(defaults, [&]<class Value>(const char* name, const Value&, OptionGroup, const char* placeholder, auto&&...) {
    if constexpr (std::is_same_v<Value, std::vector<Variation>>) {
      std::string names;
      for (const std::string& one : names_that_vary()) names = joined(names, one + "=");
      sort_in(name, placeholder, names);
    } else if constexpr (std::is_enum_v<Value>) {
      sort_in(name, placeholder, choices<Value>());
    } else {
      sort_in(name, placeholder, "");
    }
  });
  for (const GeneralOption& option : general_options) {
    sort_one(std::string("--") + option.name, option.placeholder, "");
  }

  std::string names;
  std::string with_files;
  std::string any;
  for (const BenchmarkName& b : benchmarks) {
    names = joined(names, b.name);
    any = either(any, b.name);
    if (b.n_files != 0) with_files = either(with_files, b.name);
  }
  std::string script = head + branch(any + "|list", "benchmark=${COMP_WORDS[i]}; break") + middle;
  script += choices_of + branch(file_options, "files=1") + branch(other_options, "return");
  script += "    *)\n      if [[ $word == -* ]]; then\n        words='" + options + "'\n";
  script += "      elif [[ -z $benchmark ]]; then\n        words='" + names + " list'\n";
  if (!with_files.empty()) script += "      elif [[ $benchmark == @(" + with_files + ") ]]; then\n        files=1\n";
  script += "      fi\n      ;;\n";
  return script + tail;
}

}  // namespace pac
