// See result_match.hpp.
#include "bench/result_match.hpp"

#include <algorithm>
#include <cmath>
#include <initializer_list>
#include <map>

#include "core/plan.hpp"
#include "io/signal_array.hpp"

namespace pac {
namespace {

std::string difference(const std::string& name, const std::string& a, const std::string& b) {
  const auto shown = [](const std::string& text) { return text.empty() ? std::string("none") : file_text(text); };
  return name + ": " + shown(a) + " and " + shown(b);
}

void add_settings(std::vector<std::string>& found, const Record& a, const Record& b,
                  std::initializer_list<const char*> names) {
  const auto of_a = settings_of(a.config);
  const auto of_b = settings_of(b.config);
  for (const char* name : names) {
    if (of_a.at(name) != of_b.at(name)) found.push_back(difference(name, of_a.at(name), of_b.at(name)));
  }
}

std::string digest_of(const Record& record) {
  const auto found = record.provenance.find("signals_digest");
  return found == record.provenance.end() ? "" : found->second;
}

bool close(double a, double b) { return std::abs(a - b) <= 1e-9 * std::max(std::abs(a), std::abs(b)); }

void add_bands(std::vector<std::string>& found, const std::string& what, const std::vector<Band>& a,
               const std::vector<Band>& b) {
  if (a.empty() || b.empty()) return;
  if (a.size() != b.size()) {
    found.push_back(difference(what + " bands", std::to_string(a.size()), std::to_string(b.size())));
    return;
  }
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (close(a[i].lo_hz, b[i].lo_hz) && close(a[i].hi_hz, b[i].hi_hz)) continue;
    const auto text = [](const Band& band) { return to_text(std::vector<Band>{band}) + " Hz"; };
    found.push_back(difference(what + " band " + std::to_string(i), text(a[i]), text(b[i])));
    return;  // the first one says enough
  }
}

void add_count(std::vector<std::string>& found, const char* name, std::int64_t a, std::int64_t b) {
  const bool known = a > 0 && b > 0;
  if (known && a != b) found.push_back(difference(name, std::to_string(a), std::to_string(b)));
}

std::string name_of(const Case& c) {
  return "'" + file_text(c.label) + "' on " + std::to_string(c.n_ranks) + (c.n_ranks == 1 ? " rank" : " ranks");
}

std::int64_t occurrences(const std::vector<Case>& cases, const std::string& label) {
  return std::count_if(cases.begin(), cases.end(), [&](const Case& c) { return c.label == label; });
}

}  // namespace

bool have_signal_digests(const Record& a, const Record& b) { return !digest_of(a).empty() && !digest_of(b).empty(); }

std::vector<std::string> signal_differences(const Record& a, const Record& b) {
  std::vector<std::string> found;
  const bool digests = have_signal_digests(a, b);
  if (digests && digest_of(a) != digest_of(b)) {
    found.push_back(difference("signals_digest", digest_of(a), digest_of(b)));
  }
  if (!digests || !found.empty()) {
    add_settings(found, a, b, {"input", "channels"});
    const bool synthetic = a.config.input.empty() && b.config.input.empty();
    if (synthetic)
      add_settings(found, a, b, {"seq_sec", "batch_size", "n_batches", "n_channels", "coupling", "noise", "seed"});
  }
  add_settings(found, a, b, {"fs"});
  add_count(found, "batch items", a.shape.n_batches, b.shape.n_batches);
  add_count(found, "channels of the map", a.shape.n_channels, b.shape.n_channels);
  if (a.pairs != b.pairs) {
    const auto text = [](const Record& r) {
      return r.pairs.empty() ? "within channels" : to_text(std::ssize(r.pairs)) + " (" + r.config.pairs + ")";
    };
    found.push_back(difference("pairs of channels", text(a), text(b)));
  }
  add_count(found, "samples of a row", a.shape.n_times, b.shape.n_times);
  return found;
}

std::vector<std::string> band_differences(const Record& a, const Record& b) {
  std::vector<std::string> found;
  add_bands(found, "phase", a.pha_bands, b.pha_bands);
  add_bands(found, "amplitude", a.amp_bands, b.amp_bands);
  if (found.empty()) {
    add_count(found, "phase bands of the map", a.comodulogram.n_pha, b.comodulogram.n_pha);
    add_count(found, "amplitude bands of the map", a.comodulogram.n_amp, b.comodulogram.n_amp);
  }
  return found;
}

std::vector<std::string> definition_differences(const Record& a, const Record& b) {
  std::vector<std::string> found;
  add_settings(found, a, b, {"measure", "n_bins", "hilbert", "bin_statistic", "pha_cycles", "amp_cycles"});
  if (!a.comodulogram.surrogate_mean.empty() && !b.comodulogram.surrogate_mean.empty()) {
    add_settings(found, a, b, {"n_perm", "surrogate", "all_shifts", "shifts"});
    const auto least = [](const Record& r) { return smallest_shift(r.config, r.shape.fs_hz, r.shape.n_times); };
    add_count(found, "smallest shift", least(a), least(b));
  }
  return found;
}

std::vector<std::string> work_differences(const Record& a, const Record& b) {
  std::vector<std::string> found;
  add_settings(found, a, b, {"n_perm", "all_shifts", "shifts", "surrogate", "measure", "pairs"});
  return found;
}

CaseMatch match_cases(const std::vector<Case>& a, const std::vector<Case>& b) {
  std::vector<const Case*> partner(a.size(), nullptr);
  std::vector<bool> taken(b.size());
  for (const bool any_ranks : {false, true}) {
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (partner[i] != nullptr) continue;
      const std::string& label = a[i].label;
      if (any_ranks && (occurrences(a, label) != 1 || occurrences(b, label) != 1)) continue;
      for (std::size_t j = 0; j < b.size() && partner[i] == nullptr; ++j) {
        if (taken[j] || b[j].label != label || (!any_ranks && b[j].n_ranks != a[i].n_ranks)) continue;
        partner[i] = &b[j];
        taken[j] = true;
      }
    }
  }
  CaseMatch match;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (partner[i] == nullptr) {
      match.only_a.push_back(name_of(a[i]));
    } else {
      match.pairs.push_back({&a[i], partner[i]});
    }
  }
  for (std::size_t j = 0; j < b.size(); ++j) {
    if (!taken[j]) match.only_b.push_back(name_of(b[j]));
  }
  return match;
}

}  // namespace pac
