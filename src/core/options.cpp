// The command line: declared from the one list of options, read by Boost.Program_options.
#include "core/options.hpp"

#include <algorithm>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <type_traits>

#include "core/error.hpp"
#include "core/manual.hpp"
#include "core/option_text.hpp"
#include <boost/program_options.hpp>

namespace pac {
namespace {

namespace po = boost::program_options;

std::string spelled(const std::string& field) { return option_of(field).substr(2); }

/// As Boost declares an option that has a short form too: "output,o".
std::string declared(const std::string& field) {
  const std::string letter = short_form(field);
  return spelled(field) + (letter.empty() ? "" : "," + letter);
}

/// " A.h5 B.h5": what follows a benchmark's name; empty where it takes no files.
std::string files_text(const BenchmarkName& benchmark) {
  std::string text;
  for (const std::string& word : file_words(benchmark)) text += " " + word;
  return text;
}

/// Options of one heading; flags take no value on the command line and true/false in a file.
po::options_description declare(OptionGroup wanted, const char* heading, bool in_file) {
  po::options_description description(heading, 118, 60);
  Config defaults;
  describe(defaults,
           [&](const char* name, const auto& value, OptionGroup group, const char* placeholder, const char* help) {
             if (group != wanted) return;
             using Value = std::decay_t<decltype(value)>;
             if constexpr (std::is_same_v<Value, bool>) {
               if (!in_file) {
                 description.add_options()(declared(name).c_str(), help);
                 return;
               }
             }
             auto* semantic = po::value<std::string>();
             semantic->value_name(shown_value<Value>(placeholder));
             description.add_options()(declared(name).c_str(), semantic, help_text(value, help).c_str());
           });
  return description;
}

po::options_description declare_all(bool in_file) {
  po::options_description all("Options", 118, 60);
  for (const auto& [group, heading] : option_headings) all.add(declare(group, heading, in_file));
  return all;
}

std::string usage_text(std::span<const BenchmarkName> benchmarks) {
  std::ostringstream text;
  text << "pacbench <benchmark> [options]\n"
          "pacbench list | --help | --version | --man | --bash-completion\n\n"
       << program_summary << "\n\nBenchmarks:\n";
  for (const BenchmarkName& benchmark : benchmarks) {
    text << "  " << benchmark.name << std::string(16 - std::min<std::size_t>(15, benchmark.name.size()), ' ')
         << benchmark.question
         << (benchmark.n_files != 0 ? "  (pacbench " + benchmark.name + files_text(benchmark) + ")" : "") << '\n';
  }
  for (const auto& [group, heading] : option_headings) text << '\n' << declare(group, heading, false);
  text << "\nGeneral:\n";
  for (const auto& [name, placeholder, help] : general_options) {
    const std::string option = std::string("--") + name + " " + placeholder;
    text << "  " << option << std::string(26 - std::min<std::size_t>(25, option.size()), ' ') << help << '\n';
  }
  text << "\nExit status:\n";
  for (const auto& [status, meaning] : exit_meanings) {
    text << "  " << static_cast<int>(status) << "  " << meaning << '\n';
  }
  return text.str();
}

/// Number of single-character edits between two words.
std::size_t distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0U : 1U)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

[[noreturn]] void refuse_unknown(const std::string& where, std::string name) {
  while (name.starts_with("-")) name.erase(0, 1);
  std::string best;
  std::size_t least = 4;
  Config defaults;
  describe(defaults, [&](const char* field, const auto&, OptionGroup, const char*, const char*) {
    const std::size_t edits = distance(name, spelled(field));
    if (edits < least) {
      least = edits;
      best = spelled(field);
    }
  });
  throw Error(Exit::usage, where + "--" + name + ": unknown option; " +
                               (best.empty() ? "see pacbench --help" : "did you mean --" + best + "?"));
}

/// Runs a Boost parser; its complaints become one line.
template <class Parse>
po::parsed_options guarded(const std::string& where, Parse parse_words) {
  try {
    return parse_words();
  } catch (const po::unknown_option& error) {
    refuse_unknown(where, error.get_option_name());
  } catch (const po::error& error) {
    throw Error(Exit::usage, where + error.what() + "; see pacbench --help");
  }
}

/// name -> text of the values found, names as fields spell them; a repeated option is an error, but for --vary.
std::map<std::string, std::string> values_of(const po::parsed_options& parsed, const std::string& where) {
  std::map<std::string, std::string> values;
  for (const auto& option : parsed.options) {
    if (option.position_key >= 0) continue;
    std::string field = option.string_key;
    std::replace(field.begin(), field.end(), '-', '_');
    const std::string value = option.value.empty() ? "true" : option.value.back();
    const auto [place, added] = values.emplace(field, value);
    if (added) continue;
    if (field == "vary") {  // each adds an axis
      place->second += ";" + value;
    } else {
      throw Error(Exit::usage, where + "--" + option.string_key + ": given twice; give it once");
    }
  }
  return values;
}

/// A file's lines with the names spelled as on the command line (batch_size = 4 and batch-size = 4 are the same).
std::string read_config_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream normal;
  for (std::string line; std::getline(file, line);) {
    const auto equals = line.find('=');
    if (equals != std::string::npos && line.find('#') > equals) {
      std::replace(line.begin(), line.begin() + static_cast<std::ptrdiff_t>(equals), '_', '-');
    }
    normal << line << '\n';
  }
  if (!file.eof()) throw Error(Exit::usage, "--config: cannot read '" + path + "'; give a readable file");
  return normal.str();
}

void assign(Config& config, const std::map<std::string, std::string>& values, const std::string& where) {
  describe(config, [&](const char* name, auto& value, OptionGroup, const char*, const char*) {
    const auto found = values.find(name);
    if (found == values.end()) return;
    parse(where + option_of(name), found->second, value);
    if (!config.is_given(name)) config.given.emplace_back(name);
  });
}

void check_files(const BenchmarkName& benchmark, const std::vector<std::string>& files) {
  const std::string as = ", as in pacbench " + benchmark.name + files_text(benchmark);
  if (benchmark.n_files == one_or_more) {
    if (files.empty()) throw Error(Exit::usage, benchmark.name + ": no result file given; give one or more" + as);
    return;
  }
  const auto n_files = static_cast<std::size_t>(benchmark.n_files);
  if (files.size() > n_files) {
    throw Error(Exit::usage,
                "'" + files[n_files] + "': " +
                    (n_files == 0 ? "one benchmark a run, and options begin with --"
                                  : benchmark.name + " takes " + std::to_string(n_files) + " result files") +
                    "; see pacbench --help");
  }
  if (files.size() < n_files) {
    throw Error(Exit::usage, benchmark.name + ": " + std::to_string(files.size()) + " result files given; give " +
                                 std::to_string(n_files) + as);
  }
}

}  // namespace

CommandLine read_command_line(std::span<const char* const> arguments, std::span<const BenchmarkName> benchmarks) {
  CommandLine result;
  const po::options_description described = declare_all(false);
  po::options_description words;
  words.add(described);
  for (const GeneralOption& option : general_options) {
    if (*option.placeholder == 0) {
      words.add_options()(option.name, option.help);
    } else {
      words.add_options()(option.name, po::value<std::string>());
    }
  }
  words.add_options()("word", po::value<std::vector<std::string>>());
  po::positional_options_description positional;
  positional.add("word", -1);

  const std::vector<std::string> list(arguments.begin(), arguments.end());
  const auto style = po::command_line_style::unix_style & ~po::command_line_style::allow_guessing;
  const po::parsed_options parsed = guarded(
      "", [&] { return po::command_line_parser(list).options(words).positional(positional).style(style).run(); });
  std::map<std::string, std::string> values = values_of(parsed, "");
  std::vector<std::string> positionals;
  for (const auto& option : parsed.options) {
    if (option.position_key >= 0) positionals.insert(positionals.end(), option.value.begin(), option.value.end());
  }

  if (values.contains("help") || (positionals.size() == 1 && positionals[0] == "help")) {
    result.answer = usage_text(benchmarks);
    return result;
  }
  if (values.contains("version")) {
    result.answer = version_line() + "\n";
    return result;
  }
  if (values.contains("man")) {
    result.answer = manual_page(benchmarks);
    return result;
  }
  if (values.contains("bash_completion")) {
    result.answer = bash_completion(benchmarks);
    return result;
  }
  if (positionals.empty()) throw Error(Exit::usage, "no benchmark named; try 'pacbench list' or 'pacbench --help'");
  result.benchmark = positionals[0];
  if (result.benchmark == "list") {
    for (const BenchmarkName& b : benchmarks) result.answer += b.name + "\t" + b.question + "\n";
    return result;
  }
  const auto wanted =
      std::find_if(benchmarks.begin(), benchmarks.end(), [&](const auto& b) { return b.name == result.benchmark; });
  if (wanted == benchmarks.end()) {
    throw Error(Exit::usage, "'" + result.benchmark + "': no such benchmark; 'pacbench list' names them");
  }
  result.files.assign(positionals.begin() + 1, positionals.end());
  check_files(*wanted, result.files);

  if (const auto config_file = values.find("config"); config_file != values.end()) {
    const std::string where = "--config " + config_file->second + ": ";
    std::istringstream text(read_config_file(config_file->second));
    const po::options_description in_file = declare_all(true);
    const auto from_file = guarded(where, [&] { return po::parse_config_file(text, in_file); });
    assign(result.config, values_of(from_file, where), where);
  }
  assign(result.config, values, "");
  check_ranges(result.config);
  return result;
}

std::string header_of(const Config& config, bool all) {
  std::string text;
  const std::map<std::string, std::string> standard = settings_of(Config());
  describe(config, [&](const char* name, const auto& value, OptionGroup, const char*, const char*) {
    const std::string shown = to_text(value);
    if (!all && shown == standard.at(name)) return;
    text += std::string("  ") + name + std::string(16 - std::min<std::size_t>(15, std::string(name).size()), ' ') +
            shown + "\n";
  });
  return text;
}

}  // namespace pac
