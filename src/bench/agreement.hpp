// What all ranks must have in common before they work together: program, options, input. A launcher can start different
// programs with different words (mpirun's `A : B`), and hosts can have different files under one name.
#pragma once

#include <array>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "comm/session.hpp"
#include "core/options.hpp"

namespace pac {

struct Property {
  std::string name;
  std::string value;
};

/// Collective: all ranks' properties, which have the same names, must have the same values. Else AgreedError of one
/// line: what differs first, on rank 0 and on the lowest rank that differs from it, both with their hosts, then
/// `remedy`.
void require_equal(const Communicator& world, Exit status, const std::vector<Property>& mine,
                   const std::string& remedy);

/// What to do where hosts see different files under one name.
inline constexpr const char* same_file_remedy = "give all hosts the same file";

/// Collective: this rank's command line, once all ranks are known to be one program (else AgreedError, communication)
/// with the same benchmark, files and options (usage). Only --threads may differ, where it is not what a sweep varies.
/// Starts the session's time limit.
CommandLine agreed_command_line(std::span<const char* const> arguments, Session& session);

/// What provenance says of a run's input: of a run that goes on it must be what it was.
inline constexpr std::array input_facts{"input_bytes", "input_digest", "pairs_digest"};

/// Collective: every rank must see the same --input, by size and digest; an absent one is none to agree on. Throws
/// AgreedError (input). Adds input_bytes and input_digest to the provenance.
void agree_on_input(const Config& config, const Communicator& world, std::map<std::string, std::string>& provenance);

}  // namespace pac
