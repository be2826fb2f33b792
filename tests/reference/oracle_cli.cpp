// oracle_cli: the oracle on one row, for scripts. Reads the row (raw float64, no extension) from standard input and
// writes every result to standard output as blocks: a line "name count", then count raw float64. An odd reflection
// extends the row.
#include <charconv>
#include <exception>
#include <iostream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>

#include "reference/oracle.hpp"

namespace {

constexpr const char* usage =
    "usage: oracle_cli --fs HZ --pha-bands LO-HI,.. --amp-bands LO-HI,.. [--hilbert cropped|extended]\n"
    "                  [--bin-statistic mean|sum] [--n-bins N] [--shifts S,..] [--margin RAD] < row.f64 > result\n";

struct Request {
  oracle::Definition definition;
  std::vector<std::int64_t> shifts;
  double margin = 1e-5;  ///< rad, of one_sample_effect
};

template <class Number>
Number read_number(std::string_view text) {
  Number value{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) {
    throw std::invalid_argument("not a number: " + std::string(text));
  }
  return value;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (std::size_t comma = 0; comma != std::string_view::npos;) {
    comma = text.find(separator);
    parts.push_back(text.substr(0, comma));
    if (comma != std::string_view::npos) text.remove_prefix(comma + 1);
  }
  return parts;
}

std::vector<std::pair<double, double>> read_bands(std::string_view text) {
  std::vector<std::pair<double, double>> bands;
  for (const auto part : split(text, ',')) {
    const auto edges = split(part, '-');
    if (edges.size() != 2) throw std::invalid_argument("not a band LO-HI: " + std::string(part));
    bands.emplace_back(read_number<double>(edges[0]), read_number<double>(edges[1]));
  }
  return bands;
}

void read_option(std::string_view name, std::string_view value, Request& request) {
  auto& definition = request.definition;
  if (name == "--fs") {
    definition.fs_hz = read_number<double>(value);
  } else if (name == "--pha-bands") {
    definition.pha_bands = read_bands(value);
  } else if (name == "--amp-bands") {
    definition.amp_bands = read_bands(value);
  } else if (name == "--hilbert" && (value == "cropped" || value == "extended")) {
    definition.extended = value == "extended";
  } else if (name == "--bin-statistic" && (value == "mean" || value == "sum")) {
    definition.sum_statistic = value == "sum";
  } else if (name == "--n-bins") {
    definition.n_bins = read_number<int>(value);
  } else if (name == "--shifts") {
    for (const auto part : split(value, ',')) request.shifts.push_back(read_number<std::int64_t>(part));
  } else if (name == "--margin") {
    request.margin = read_number<double>(value);
  } else {
    throw std::invalid_argument("unknown option or value: " + std::string(name) + " " + std::string(value));
  }
}

Request read_request(int argc, char** argv) {
  Request request;
  for (int i = 1; i < argc; i += 2) {
    if (i + 1 == argc) throw std::invalid_argument(std::string(argv[i]) + " needs a value");
    read_option(argv[i], argv[i + 1], request);
  }
  if (request.definition.pha_bands.empty() || request.definition.amp_bands.empty()) {
    throw std::invalid_argument("--pha-bands and --amp-bands are needed");
  }
  return request;
}

std::vector<double> read_row() {
  const std::string bytes((std::istreambuf_iterator<char>(std::cin)), std::istreambuf_iterator<char>());
  if (bytes.empty() || bytes.size() % sizeof(double) != 0) throw std::invalid_argument("input is not float64 samples");
  std::vector<double> row(bytes.size() / sizeof(double));
  bytes.copy(reinterpret_cast<char*>(row.data()), bytes.size());
  return row;
}

template <class Values>
void write_block(const std::string& name, const Values& values) {
  const std::vector<double> numbers(values.begin(), values.end());
  std::cout << name << ' ' << numbers.size() << '\n';
  std::cout.write(reinterpret_cast<const char*>(numbers.data()),
                  static_cast<std::streamsize>(numbers.size() * sizeof(double)));
}

void write_taps(const std::string& kind, const std::vector<std::pair<double, double>>& bands, int cycles, double fs_hz,
                std::int64_t n_times) {
  for (std::size_t i = 0; i < bands.size(); ++i) {
    const auto [lo, hi] = bands[i];
    const int order = oracle::filter_order(fs_hz, lo, cycles, n_times);
    write_block(kind + "_taps_" + std::to_string(i), oracle::band_pass_taps(order, lo, hi, fs_hz));
  }
}

void answer(const Request& request) {
  const auto& definition = request.definition;
  const auto row = read_row();
  const auto n_times = static_cast<std::int64_t>(row.size());
  const auto pad = oracle::extension_of(definition, n_times);
  const auto result = oracle::compute_row(definition, oracle::odd_extend(row, pad), pad, request.shifts);
  const auto effect_at = [&](std::int64_t shift, std::vector<double>& effect) {  // appends [phase band][amplitude band]
    for (int p = 0; p < static_cast<int>(definition.pha_bands.size()); ++p) {
      for (int a = 0; a < static_cast<int>(definition.amp_bands.size()); ++a) {
        effect.push_back(oracle::one_sample_effect(definition, result, p, a, request.margin, shift));
      }
    }
  };
  std::vector<double> effect;
  effect_at(0, effect);
  std::vector<double> surrogate_effect;
  for (const std::int64_t shift : request.shifts) effect_at(shift, surrogate_effect);
  write_taps("pha", definition.pha_bands, definition.pha_cycles, definition.fs_hz, n_times);
  write_taps("amp", definition.amp_bands, definition.amp_cycles, definition.fs_hz, n_times);
  write_block("mi", result.mi);
  write_block("preferred_phase", result.preferred_phase);
  write_block("distribution", result.distribution);
  write_block("phase_bin", result.phase_bin);
  write_block("phase", result.phase);
  write_block("amplitude", result.amplitude);
  write_block("edge_margin", result.edge_margin);
  write_block("empty_bin", result.empty_bin);
  write_block("one_sample_effect", effect);
  write_block("surrogate_mi", result.surrogate_mi);
  write_block("surrogate_one_sample_effect", surrogate_effect);
  write_block("surrogate_mean", result.surrogate_mean);
  write_block("surrogate_std", result.surrogate_std);
  write_block("pac_z", result.pac_z);
  write_block("p_value", result.p_value);
}

}  // namespace

int main(int argc, char** argv) {
  try {
    answer(read_request(argc, argv));
  } catch (const std::exception& error) {
    std::cerr << "oracle_cli: " << error.what() << '\n' << usage;
    return 2;
  }
  return 0;
}
