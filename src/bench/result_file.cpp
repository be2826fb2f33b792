// The result file of a run, and the tables beside it.
#include "bench/result_file.hpp"

#include <array>
#include <filesystem>
#include <utility>

#include "bench/provenance.hpp"
#include "core/error.hpp"
#include "io/report.hpp"
#include "io/signals.hpp"

namespace pac {

ResultFile::ResultFile(const Config& config, const std::string& default_name, std::string command_text, bool goes_on,
                       bool keeps_rows)
    : config_(config),
      path_(config.output.empty() ? default_name : config.output),
      command_text_(std::move(command_text)),
      goes_on_(goes_on),
      keeps_rows_(keeps_rows),
      own_(config.overwrite) {}

bool ResultFile::exists() const { return goes_on_ && !config_.overwrite && std::filesystem::is_regular_file(path_); }

void ResultFile::check() const {
  if (config_.dry_run) return;
  if (config_.resume && config_.output.empty()) {
    throw Error(Exit::usage, "--resume: give the --output of the run to go on with");
  }
  if (config_.resume && config_.overwrite) {
    throw Error(Exit::usage, "--resume, --overwrite: one keeps what is there, the other replaces it; give one of them");
  }
  const std::array outputs{std::pair{"--json", config_.json}, std::pair{"--csv", config_.csv},
                           std::pair{"--save-signals", config_.save_signals}};
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    const auto& [option, name] = outputs[i];
    if (name.empty()) continue;
    for (std::size_t j = 0; j < i; ++j) {
      if (outputs[j].second != name) continue;
      throw Error(Exit::usage,
                  std::string(outputs[j].first) + " and " + option + ": both name '" + name + "'; give two places");
    }
    if (name == path_)
      throw Error(Exit::usage, std::string(option) + ": '" + name + "' is the result file; name another");
    const bool stream = i < 2 && (name == "-" || name.starts_with("/dev/"));  // tables alone
    if (!stream) check_output(name, config_.overwrite, option);
  }
  if (!config_.save_signals.empty() && !config_.input.empty()) {
    refuse_own_input(input_path(config_), config_.save_signals, "--save-signals");
  }
  const bool unfinished = std::filesystem::exists(journal_path()) && !(goes_on_ && keeps_rows_);
  if (!unfinished || config_.overwrite) check_output(path_, config_.overwrite || exists());
  if (!unfinished) return;
  if (config_.overwrite) return remove_journal();
  throw Error(Exit::input,
              journal_path() +
                  ": holds rows of an interrupted comodulogram; go on with --resume and its command, or give " +
                  "--overwrite or another --output");
}

void ResultFile::save(Record& record) {
  add_provenance(record, command_text_);
  try {
    write_hdf5(record, path_, own_ || exists());
  } catch (const Error& error) {
    if (!std::filesystem::exists(journal_path())) throw;
    throw Error(error.status(), std::string(error.what()) + "; finished rows are kept in " + journal_path() +
                                    ": run again with --resume and this --output");
  }
  own_ = true;
}

void ResultFile::remove_journal() const {
  std::error_code ignored;
  std::filesystem::remove(journal_path(), ignored);
}

void refuse_own_input(const std::string& input, const std::string& output, const std::string& option) {
  std::error_code ignored;
  if (std::filesystem::equivalent(input, output, ignored)) {
    throw Error(Exit::usage, option + ": '" + output + "' is a file that this run reads; name another");
  }
}

void ResultFile::write_tables(const Record& record) const {
  if (!config_.json.empty()) write_json(record, config_.json);
  if (!config_.csv.empty()) write_csv(record, config_.csv);
}

}  // namespace pac
