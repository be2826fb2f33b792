// See result_findings.hpp.
#include "bench/result_findings.hpp"

#include <cmath>
#include <utility>

#include "bench/measured_case.hpp"
#include "core/map_difference.hpp"
#include "io/signal_array.hpp"

namespace pac {
namespace {

bool same_extents(const Comodulogram& a, const Comodulogram& b) {
  return a.n_rows > 0 && a.n_rows == b.n_rows && a.n_pha == b.n_pha && a.n_amp == b.n_amp;
}

}  // namespace

void add_known(std::vector<Metric>& metrics, const char* name, double value, const char* unit) {
  if (!std::isnan(value)) metrics.push_back({name, unit, value});
}

void compare_settings(const Record& a, const Record& b, Findings& findings) {
  const auto add_all = [&](const char* what, const std::vector<std::string>& differences) {
    if (!differences.empty()) findings.wrong.push_back(std::string(what) + " differ, " + name_list(differences));
  };
  add_all("signals", signal_differences(a, b));
  add_all("bands", band_differences(a, b));
  add_all("definitions", definition_differences(a, b));
  if (!have_signal_digests(a, b)) findings.notes.emplace_back("signals compared by their options, not by a digest");
}

namespace {

/// A measure in the signals' unit as shares of its largest value in `reference`: the contract is for numbers about 1.
std::vector<float> without_unit(const MeasureMaps& maps, const MeasureMaps& reference) {
  std::vector<float> shares = maps.pac;
  if (reference.measure != Measure::mvl) return shares;
  float largest = 0;
  for (const float value : reference.pac) largest = value > largest ? value : largest;
  for (float& value : shares) value = largest > 0 ? value / largest : value;
  return shares;
}

/// One measure of both: what its maps say, with `what` before it in words and `prefix` in metrics' names.
void compare_measure(const MeasureMaps& a, const MeasureMaps& b, const MapScale& scale, const std::string& what,
                     const std::string& prefix, Findings& findings, std::vector<Metric>& metrics) {
  const MapDifference d = difference_of(without_unit(a, a), without_unit(b, a), scale);
  const std::string numbers = "largest difference " + number_text("%.3g", d.largest) + ", correlation " +
                              number_text("%.6f", d.correlation) + ", " + to_text(d.n_pairs) + " pairs";
  if (d.agrees()) {
    const bool moved = d.n_beyond_contract > 0;
    findings.notes.push_back(
        what + " agree: " + numbers +
        (moved ? ", " + to_text(d.n_beyond_contract) + " moved by one sample in another bin" : ""));
  } else {
    findings.wrong.push_back(what + " differ: " + to_text(d.n_beyond_contract) + " of " + to_text(d.n_pairs) +
                             " pairs beyond 1e-6 + 1e-3 MI, " + to_text(d.n_beyond_moved) +
                             " beyond one sample in another bin, " + to_text(d.n_one_sided) +
                             " without a value in one map; " + numbers);
  }
  const auto add = [&](const char* name, double value) { add_known(metrics, (prefix + name).c_str(), value); };
  add("max_difference", d.largest);
  add("mean_difference", d.mean);
  add("correlation", d.correlation);
  for (const auto& [name, count] : {std::pair{"pairs_compared", d.n_pairs},
                                    {"pairs_beyond_contract", d.n_beyond_contract},
                                    {"pairs_beyond_moved_sample", d.n_beyond_moved},
                                    {"pairs_one_sided", d.n_one_sided}}) {
    add(name, static_cast<double>(count));
  }
  if (!a.surrogate_mean.empty() && !b.surrogate_mean.empty()) {
    const MapDifference surrogates = difference_of(a.surrogate_mean, b.surrogate_mean, scale);
    add("surrogate_mean_max_difference", surrogates.largest);
  }
}

}  // namespace

bool compare_maps(const Record& a, const Record& b, Findings& findings, std::vector<Metric>& metrics) {
  const Comodulogram& map = a.comodulogram;
  const Comodulogram& other = b.comodulogram;
  if (!same_extents(map, other)) return false;
  const MapScale scale{map.n_amp, std::min(a.shape.n_times, b.shape.n_times), map.n_bins};
  compare_measure(map, other, scale, "maps", "", findings, metrics);
  for (std::size_t m = 1; m < std::min(map.n_measures(), other.n_measures()); ++m) {
    const MeasureMaps& own = map.of(m);
    if (own.measure != other.of(m).measure) continue;  // a difference of definitions, which is told
    const std::string name = name_of(own.measure);
    compare_measure(own, other.of(m), scale, "maps of " + name, name + "_", findings, metrics);
  }
  return true;
}

void compare_numbers(const CasePair& pair, bool maps_decide, Findings& findings, std::vector<Metric>& metrics) {
  const bool digests = !pair.a->results_digest.empty() && !pair.b->results_digest.empty();
  const bool bitwise = digests && pair.a->results_digest == pair.b->results_digest;
  if (digests) add_known(metrics, "bitwise_equal", bitwise ? 1 : 0);
  const double mean_a = metric_of(*pair.a, "pac_mean");
  const double mean_b = metric_of(*pair.b, "pac_mean");
  const double distance = std::abs(mean_a - mean_b);
  add_known(metrics, "pac_mean_difference", distance);
  if (maps_decide) return;
  const std::string label = "'" + file_text(pair.a->label) + "'";
  if (bitwise) {
    findings.bitwise_equal.push_back(label);
  } else if (std::isnan(distance)) {
    findings.unknown.push_back(label);
  } else if (distance > contract_of(std::max(mean_a, mean_b))) {
    findings.other_means.push_back(label + ": " + to_text(mean_a) + " and " + to_text(mean_b));
  }
}

}  // namespace pac
