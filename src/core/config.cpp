// What a Config knows about itself: which fields the user gave, and ranges that one field alone decides.
#include "core/config.hpp"

#include <algorithm>

#include "core/error.hpp"

namespace pac {
namespace {

template <class Number>
void require(bool good, const char* field, Number value, const std::string& expected) {
  if (!good) throw Error(Exit::usage, option_of(field) + ": " + to_text(value) + " is out of range; give " + expected);
}

}  // namespace

bool Config::is_given(const std::string& name) const {
  return std::find(given.begin(), given.end(), name) != given.end();
}

std::string Config::pairing_option() const {
  if (pairs != pairs_within) return "--pairs: " + pairs;
  return n_perm > 0 && surrogate == Surrogate::swap_trials ? "--surrogate: swap-trials" : "";
}

std::string option_of(const std::string& field_name) {
  std::string option = "--" + field_name;
  std::replace(option.begin(), option.end(), '_', '-');
  return option;
}

std::map<std::string, std::string> settings_of(const Config& config) {
  std::map<std::string, std::string> settings;
  describe(config, [&](const char* name, const auto& value, auto&&...) { settings[name] = to_text(value); });
  return settings;
}

void check_ranges(const Config& c) {
  const auto at_least = [](const char* field, std::int64_t value, std::int64_t least) {
    require(value >= least, field, value, "a whole number of at least " + to_text(least));
  };
  const auto positive = [](const char* field, double value) { require(value > 0, field, value, "a number above 0"); };
  positive("fs", c.fs);
  positive("seq_sec", c.seq_sec);
  require(c.seq_sec * c.fs < 2147483648.0, "seq_sec", c.seq_sec, "a row of fewer than 2^31 samples");
  require(c.batch_size >= 1 && c.batch_size <= 10'000'000, "batch_size", c.batch_size, "1 to 10000000");
  require(c.n_batches >= 1 && c.n_batches * c.batch_size <= 10'000'000, "n_batches", c.n_batches,
          "1 or more, at most 10000000 batch items in all");
  require(c.n_channels >= 1 && c.n_channels <= 1'000'000, "n_channels", c.n_channels, "1 to 1000000");
  require(c.noise >= 0, "noise", c.noise, "0 or more");
  for (const Coupling& coupling : c.coupling) {
    positive("coupling", coupling.phase_hz);
    positive("coupling", coupling.amplitude_hz);
    require(coupling.strength >= 0 && coupling.strength <= 1, "coupling", coupling.strength, "a strength from 0 to 1");
    require(coupling.amplitude_hz < c.fs / 2 || !c.input.empty(), "coupling", coupling.amplitude_hz,
            "frequencies below half the sampling rate");
  }
  positive("pha_start_hz", c.pha_start_hz);
  positive("amp_start_hz", c.amp_start_hz);
  require(c.pha_end_hz >= c.pha_start_hz, "pha_end_hz", c.pha_end_hz, "at least --pha-start-hz");
  require(c.amp_end_hz >= c.amp_start_hz, "amp_end_hz", c.amp_end_hz, "at least --amp-start-hz");
  at_least("pha_n_bands", c.pha_n_bands, 1);
  at_least("amp_n_bands", c.amp_n_bands, 1);
  require(c.pha_n_bands <= 10000, "pha_n_bands", c.pha_n_bands, "at most 10000");
  require(c.amp_n_bands <= 10000, "amp_n_bands", c.amp_n_bands, "at most 10000");
  at_least("pha_cycles", c.pha_cycles, 1);
  at_least("amp_cycles", c.amp_cycles, 1);
  require(c.pha_cycles <= 1000, "pha_cycles", c.pha_cycles, "at most 1000");
  require(c.amp_cycles <= 1000, "amp_cycles", c.amp_cycles, "at most 1000");
  require(c.n_bins >= 2 && c.n_bins <= 255, "n_bins", c.n_bins, "2 to 255");
  at_least("n_perm", c.n_perm, 0);
  require(c.n_perm <= 10'000'000, "n_perm", c.n_perm, "at most 10000000");
  at_least("min_shift", c.min_shift, 1);
  require(c.min_shift_sec >= 0, "min_shift_sec", c.min_shift_sec, "0 or more seconds");
  at_least("threads", c.threads, 0);
  require(c.threads <= 4096, "threads", c.threads, "at most 4096");
  at_least("warmups", c.warmups, 0);
  at_least("repetitions", c.repetitions, 1);
  require(c.precision >= 0 && c.precision < 1, "precision", c.precision, "a share from 0 to below 1");
  require(!c.ranks.empty(), "ranks", std::string(), "at least one number");
  for (const std::int64_t ranks : c.ranks) require(ranks >= 1 && ranks <= 10'000'000, "ranks", ranks, "1 to 10000000");
  at_least("ranks_per_node", c.ranks_per_node, 0);
  require(c.ranks_per_node <= 1'000'000, "ranks_per_node", c.ranks_per_node, "at most 1000000");
  at_least("cores_per_node", c.cores_per_node, 0);
  require(c.cores_per_node <= 1'000'000, "cores_per_node", c.cores_per_node, "at most 1000000");
  require(c.network_latency >= 0, "network_latency", c.network_latency, "0 or more seconds");
  require(c.timeout >= 0, "timeout", c.timeout, "0 or more seconds");
}

}  // namespace pac
