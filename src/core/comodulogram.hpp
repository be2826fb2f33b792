// The result: per row and pair of bands the modulation index and its companions, as plain arrays on the host.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pac {

/// Quality of one pair of bands in one row.
enum class Quality : std::uint8_t {
  good = 0,
  empty_phase_bin = 1,  ///< a phase bin holds no sample: its p is 0
  undefined = 2,        ///< constant row or no amplitude: the values are NaN
  not_computed = 3,     ///< the run was interrupted before: the values are NaN
};

/// Arrays [row][phase band][amplitude band]; empty where not asked for.
struct Comodulogram {
  std::int64_t n_rows = 0;
  std::int64_t n_pha = 0;
  std::int64_t n_amp = 0;
  std::int64_t n_bins = 0;
  std::vector<float> pac;              ///< modulation index, 0..1
  std::vector<float> preferred_phase;  ///< rad: angle of sum_j p_j exp(i phi_j)
  std::vector<std::uint8_t> quality;   ///< Quality
  std::vector<float> pac_z;            ///< with n_perm > 0, as the next three
  std::vector<float> surrogate_mean;
  std::vector<float> surrogate_std;  ///< population
  std::vector<float> p_value;
  std::vector<float> amplitude_distribution;  ///< [row][phase band][amplitude band][bin], with --distributions

  [[nodiscard]] std::int64_t pairs() const { return n_pha * n_amp; }
  /// Takes memory for the given shape; statistics with n_perm > 0, distribution on request.
  void allocate(std::int64_t rows, std::int64_t pha, std::int64_t amp, std::int64_t bins, bool statistics,
                bool distribution);
};

/// Calls field(name, vector, values per row) for each float array of a comodulogram that is not empty.
template <class ComodulogramType, class Field>
void for_each_map(ComodulogramType& c, Field&& field) {
  const auto one = [&](const char* name, auto& values, std::int64_t width) {
    if (!values.empty()) field(name, values, width);
  };
  one("pac", c.pac, c.pairs());
  one("preferred_phase", c.preferred_phase, c.pairs());
  one("pac_z", c.pac_z, c.pairs());
  one("surrogate_mean", c.surrogate_mean, c.pairs());
  one("surrogate_std", c.surrogate_std, c.pairs());
  one("p_value", c.p_value, c.pairs());
  one("amplitude_distribution", c.amplitude_distribution, c.pairs() * c.n_bins);
}

/// The float array of that name; nothing where it is empty or unknown.
template <class ComodulogramType>
auto* map_named(ComodulogramType& c, const std::string& wanted) {
  decltype(c.pac.data()) found = nullptr;
  for_each_map(c, [&](const char* name, auto& values, std::int64_t) {
    if (name == wanted) found = values.data();
  });
  return found;
}

/// Hash of a row's global number and of all its values, bit by bit. Results are hashed by summing this over rows
/// modulo 2^64, so that it does not depend on how rows were divided.
std::uint64_t row_digest(const Comodulogram& c, std::int64_t row, std::int64_t global_row);

}  // namespace pac
