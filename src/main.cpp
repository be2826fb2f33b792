// pacbench: session -> options -> run -> write -> status.
#include <cstdio>
#include <span>
#include <string>

#include "bench/agreement.hpp"
#include "bench/benchmark.hpp"
#include "comm/session.hpp"

namespace {

std::string words_of(std::span<const char* const> arguments) {
  std::string text = "pacbench";
  for (const char* word : arguments) text += std::string(" ") + word;
  return text;
}

int run(pac::Session& session, std::span<const char* const> arguments) {
  const pac::Communicator& world = session.world();
  const pac::CommandLine command = pac::agreed_command_line(arguments, session);
  if (!command.answer.empty()) {
    if (world.is_root()) std::fputs(command.answer.c_str(), stdout);
    return 0;
  }
  return static_cast<int>(pac::run_benchmark(command, world, words_of(arguments)));
}

}  // namespace

int main(int argc, char** argv) {
  pac::Session session(&argc, &argv);
  return session.guard([&] { return run(session, {argv + 1, argv + argc}); });
}
