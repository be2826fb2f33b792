// What all ranks must have in common before they work together.
#include "bench/agreement.hpp"

#include <algorithm>
#include <exception>
#include <sstream>

#include "bench/benchmark.hpp"
#include "core/digest.hpp"
#include "core/error.hpp"
#include "core/fault.hpp"
#include "io/input_digest.hpp"
#include "io/signals.hpp"
#include "model/model_factory.hpp"

namespace pac {
namespace {

std::string packed(const std::string& host, const std::vector<Property>& properties) {
  std::string text = host;
  for (const Property& property : properties) text += '\0' + property.value;
  return text;
}

/// How `mine` differs from rank 0's packed properties; empty where it does not.
std::string difference(const std::string& root, const std::vector<Property>& mine, const Communicator& world) {
  std::istringstream parts(root);
  std::string host, theirs, text;
  std::getline(parts, host, '\0');
  std::int64_t others = 0;
  for (const Property& property : mine) {
    theirs.clear();
    std::getline(parts, theirs, '\0');
    if (theirs == property.value) continue;
    if (!text.empty()) {
      ++others;
      continue;
    }
    text = property.name + " is " + theirs + " on rank 0 (host " + host + ") and " + property.value + " on rank " +
           std::to_string(world.rank()) + " (host " + world.host() + ")";
  }
  return others == 0 ? text : text + ", and " + std::to_string(others) + " more differ";
}

/// Everything that the user's words say.
std::vector<Property> words_of(const CommandLine& command) {
  const Config& config = command.config;
  std::string files;
  for (const std::string& file : command.files) files += " " + file;
  std::vector<Property> words{
      {"the benchmark", command.answer.empty() ? command.benchmark + files : "none (list, --help or --version)"}};
  const auto varied = [&](const std::string& name) {
    return std::any_of(config.vary.begin(), config.vary.end(), [&](const Variation& v) { return v.option == name; });
  };
  for (const auto& [name, value] : settings_of(config)) {
    if (name == "threads" && !varied(name)) continue;
    const bool given = config.is_given(name);  // a few options mean something by being given
    words.push_back(
        {option_of(name), value.empty() ? (given ? "''" : "not given") : value + (given ? "" : " (default)")});
  }
  return words;
}

}  // namespace

void require_equal(const Communicator& world, Exit status, const std::vector<Property>& mine,
                   const std::string& remedy) {
  const std::string own = packed(world.host(), mine);
  const std::string words = difference(world.broadcast(own), mine, world);
  if (world.all(words.empty())) return;
  for (const std::string& first : world.all_gather(words)) {
    if (!first.empty()) throw AgreedError(status, {first + "; " + remedy});
  }
}

CommandLine agreed_command_line(std::span<const char* const> arguments, Session& session) {
  const Communicator& world = session.world();
  CommandLine command;
  std::string program = version_line() + " (" + built_backends() + ")";
  std::exception_ptr complaint;  // waits until the ranks are known to read options alike
  try {
    if (world.rank() == faults().version_rank) program += ", by PACBENCH_FAULT";
    command = read_command_line(arguments, benchmark_names());
    session.limit_time(command.config.timeout);
  } catch (...) {
    complaint = std::current_exception();
  }
  require_equal(world, Exit::communication, {{"the program", program}}, "start the same build on all hosts");
  world.agree([&] {
    if (complaint) std::rethrow_exception(complaint);
  });
  require_equal(world, Exit::usage, words_of(command), "give all ranks the same words (--threads alone may differ)");
  return command;
}

void agree_on_input(const Config& config, const Communicator& world, std::map<std::string, std::string>& provenance) {
  if (config.pairs != pairs_within && config.pairs != pairs_all) {
    std::string digest;
    world.agree([&] { digest = hexadecimal(digest_of(InputFile(config.pairs))); });
    require_equal(world, Exit::input, {{config.pairs + ": content", digest}}, same_file_remedy);
    provenance["pairs_digest"] = digest;
  }
  if (config.input.empty()) return;
  std::string bytes;
  std::string digest;
  world.agree([&] {
    const InputFile file(input_path(config));
    bytes = std::to_string(file.bytes());
    digest = hexadecimal(digest_of(file));
  });
  require_equal(world, Exit::input, {{config.input + ": size in bytes", bytes}, {config.input + ": content", digest}},
                same_file_remedy);
  provenance["input_bytes"] = bytes;
  provenance["input_digest"] = digest;
}

}  // namespace pac
