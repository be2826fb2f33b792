// The result file of a run, and the tables beside it.
#include "bench/result_file.hpp"

#include <filesystem>
#include <utility>

#include "bench/provenance.hpp"
#include "core/error.hpp"
#include "io/report.hpp"

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
  if (!config_.json.empty() && config_.json == config_.csv) {
    throw Error(Exit::usage, "--json and --csv: both name '" + config_.json + "'; give two places");
  }
  for (const auto& [option, name] : {std::pair{"--json", config_.json}, std::pair{"--csv", config_.csv}}) {
    if (name == path_)
      throw Error(Exit::usage, std::string(option) + ": '" + name + "' is the result file; name another");
    const bool stream = name.empty() || name == "-" || name.starts_with("/dev/");
    if (!stream) check_output(name, config_.overwrite, option);
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

void refuse_own_input(const std::string& input, const std::string& output) {
  std::error_code ignored;
  if (std::filesystem::equivalent(input, output, ignored)) {
    throw Error(Exit::usage, "--output: '" + output + "' is a result that this run reads; name another");
  }
}

void ResultFile::write_tables(const Record& record) const {
  if (!config_.json.empty()) write_json(record, config_.json);
  if (!config_.csv.empty()) write_csv(record, config_.csv);
}

}  // namespace pac
