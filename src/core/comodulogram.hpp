// The result: per row and pair of bands the coupling and its companions, as plain arrays on the host.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

namespace pac {

/// How coupling is measured. For a phase phi(t), an amplitude a(t), t = 0..T-1, and <A>_j the mean amplitude in phase
/// bin j (definitions and signs as TensorPAC 0.6.5's functions for one band and one epoch):
enum class Measure {
  mi,     ///< modulation index, 1 + sum_j p_j ln p_j / ln n_bins (Tort et al. 2010, J Neurophysiol 104:1195)
  mvl,    ///< mean vector length, |sum_t a exp(i phi)| / T (Canolty et al. 2006, Science 313:1626); unit of a
  ndpac,  ///< normalised direct PAC: mvl of a minus its mean, over its sample standard deviation (Ozkurt & Schnitzler
          ///< 2011, J Neurosci Methods 201:438; Ozkurt 2012, IEEE Trans Biomed Eng 59:1973), no threshold
  plv,    ///< phase-locking value, |sum_t exp(i phi) exp(-i psi)| / T with psi the phase of a's analytic signal (Penny
          ///< et al. 2008, J Neurosci Methods 174:50)
  hr,     ///< heights ratio, (max <A>_j - min <A>_j) / max <A>_j over the bins that hold samples (Lakatos et al. 2005,
          ///< J Neurophysiol 94:1904)
};

/// Whether a measure is one of the amplitude's sums over phase bins (mi, hr) or of sums over the phasors exp(i phi).
constexpr bool is_binned(Measure measure) { return measure == Measure::mi || measure == Measure::hr; }

/// Quality of one pair of bands in one row.
enum class Quality : std::uint8_t {
  good = 0,
  empty_phase_bin = 1,  ///< a phase bin holds no sample: its p is 0
  undefined = 2,        ///< constant row or no amplitude: the values are NaN
  not_computed = 3,     ///< the run was interrupted before: the values are NaN
};

/// What a row's result consists of.
struct MapShape {
  std::int64_t n_pha = 0;
  std::int64_t n_amp = 0;
  std::int64_t n_bins = 0;
  std::int64_t n_perm = 0;                     ///< 0: no statistics
  std::vector<Measure> measures{Measure::mi};  ///< each once, at least one
  bool distributions = false;
  bool surrogate_max = false;

  [[nodiscard]] std::int64_t pairs() const { return n_pha * n_amp; }
  [[nodiscard]] bool has(Measure measure) const;
  /// Float arrays [row][phase band][amplitude band] of each measure.
  [[nodiscard]] std::int64_t maps_per_measure() const { return n_perm > 0 ? 8 : 1; }
  [[nodiscard]] std::int64_t bytes_per_row() const;
};

/// One measure's arrays [row][phase band][amplitude band]; empty where not asked for.
struct MeasureMaps {
  Measure measure = Measure::mi;
  std::vector<float> pac;    ///< the measure's value
  std::vector<float> pac_z;  ///< with n_perm > 0, as all below: (pac - mean) / std
  std::vector<float> surrogate_mean;
  std::vector<float> surrogate_std;  ///< population
  std::vector<float> exceed_count;   ///< surrogates >= pac; a whole number (exact up to 2^24)
  std::vector<float> p_value;        ///< (1 + exceed_count) / (1 + n_perm)
  std::vector<float> p_maxstat;      ///< family-wise over the row's pairs, as q_fdr: see infer_row()
  std::vector<float> q_fdr;
  std::vector<float> surrogate_max;  ///< [row][permutation] largest surrogate of all pairs, with --surrogate-max
};

/// The maps [row][phase band][amplitude band] that surrogates give a measure beside its value, of MeasureMaps or of
/// what has members of the same names.
template <class Maps>
constexpr auto statistics_of(Maps& maps) {
  return std::array{&maps.pac_z,   &maps.surrogate_mean, &maps.surrogate_std, &maps.exceed_count,
                    &maps.p_value, &maps.p_maxstat,      &maps.q_fdr};
}

/// The first measure's maps are its own.
struct Comodulogram : MeasureMaps {
  std::int64_t n_rows = 0;
  std::int64_t n_pha = 0;
  std::int64_t n_amp = 0;
  std::int64_t n_bins = 0;
  std::int64_t n_perm = 0;
  std::vector<MeasureMaps> others;            ///< of further measures, in the order asked for
  std::vector<float> preferred_phase;         ///< rad: angle of sum_j p_j exp(i phi_j)
  std::vector<std::uint8_t> quality;          ///< Quality
  std::vector<float> amplitude_distribution;  ///< [row][phase band][amplitude band][bin], with --distributions

  [[nodiscard]] std::int64_t pairs() const { return n_pha * n_amp; }
  [[nodiscard]] std::size_t n_measures() const { return 1 + others.size(); }
  [[nodiscard]] MeasureMaps& of(std::size_t m) { return m == 0 ? *this : others[m - 1]; }
  [[nodiscard]] const MeasureMaps& of(std::size_t m) const { return m == 0 ? *this : others[m - 1]; }
  void allocate(std::int64_t rows, const MapShape& shape);
};

/// mi, mvl, ndpac, plv, hr.
const char* name_of(Measure measure);
/// Its name in words.
const char* long_name_of(Measure measure);

/// Calls field(name, vector, values per row) for each float array of a comodulogram that is not empty. The first
/// measure's maps are pac, pac_z, surrogate_mean ..; another one's are, say, mvl, mvl_z, mvl_surrogate_mean ...
template <class ComodulogramType, class Field>
void for_each_map(ComodulogramType& c, Field&& field) {
  const auto one = [&](const std::string& name, auto& values, std::int64_t width) {
    if (!values.empty()) field(name.c_str(), values, width);
  };
  for (std::size_t m = 0; m < c.n_measures(); ++m) {
    auto& maps = c.of(m);
    const std::string value = m == 0 ? "pac" : name_of(maps.measure);
    const std::string prefix = m == 0 ? "" : value + "_";
    one(value, maps.pac, c.pairs());
    one(value + "_z", maps.pac_z, c.pairs());
    one(prefix + "surrogate_mean", maps.surrogate_mean, c.pairs());
    one(prefix + "surrogate_std", maps.surrogate_std, c.pairs());
    one(prefix + "exceed_count", maps.exceed_count, c.pairs());
    one(prefix + "p_value", maps.p_value, c.pairs());
    one(prefix + "p_maxstat", maps.p_maxstat, c.pairs());
    one(prefix + "q_fdr", maps.q_fdr, c.pairs());
    one(prefix + "surrogate_max", maps.surrogate_max, c.n_perm);
  }
  one("preferred_phase", c.preferred_phase, c.pairs());
  one("amplitude_distribution", c.amplitude_distribution, c.pairs() * c.n_bins);
}

/// The float array of that name; nothing where it is empty or unknown.
template <class ComodulogramType>
auto* map_named(ComodulogramType& c, const std::string& wanted) {
  decltype(c.preferred_phase.data()) found = nullptr;
  for_each_map(c, [&](const char* name, auto& values, std::int64_t) {
    if (name == wanted) found = values.data();
  });
  return found;
}

/// Hash of a row's global number and of all its values, bit by bit. Results are hashed by summing this over rows
/// modulo 2^64, so that it does not depend on how rows were divided.
std::uint64_t row_digest(const Comodulogram& c, std::int64_t row, std::int64_t global_row);

}  // namespace pac
