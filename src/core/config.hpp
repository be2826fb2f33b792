// Config: every setting of a run with its default, and the ONE list of options (describe) that feeds the command line,
// --help, --config FILE, the header before a run, /parameters of the result file and the round-trip test.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "core/comodulogram.hpp"

namespace pac {

enum class Hilbert { cropped, extended };
enum class BinStatistic { mean, sum };
enum class Backend { automatic, cuda, cpu };
enum class Gather { automatic, nccl, mpi };
enum class Layout { automatic, bct, ct, tc, t };
enum class Surrogate { shift, shift_phase, swap_trials };

/// One planted coupling: the amplitude of a rhythm at amplitude_hz follows the phase of one at phase_hz.
struct Coupling {
  double phase_hz = 6;
  double amplitude_hz = 80;
  double strength = 0.8;  ///< 0 none .. 1 full modulation
  friend bool operator==(const Coupling&, const Coupling&) = default;
};

/// One band, edges in Hz.
struct Band {
  double lo_hz = 0;
  double hi_hz = 0;
  [[nodiscard]] double centre_hz() const { return (lo_hz + hi_hz) / 2; }
  friend bool operator==(const Band&, const Band&) = default;
};

/// What the program, MPI, HDF5 and its buffers take of --mem-limit, beside rows and results.
constexpr std::int64_t program_bytes = std::int64_t{64} << 20;

/// A number of bytes; 0 means "no limit given". Written as 512M, 2G (powers of 1024) or plain bytes.
struct Bytes {
  std::uint64_t value = 0;
  friend bool operator==(const Bytes&, const Bytes&) = default;
};

/// Bytes a second. Written as 10Gbit, 1.25GB (powers of 1000, a second understood).
struct Bandwidth {
  double bytes_per_s = 0;
  friend bool operator==(const Bandwidth&, const Bandwidth&) = default;
};

/// Selected channels, in the order given: "0,3-7". Empty: all.
struct ChannelList {
  std::vector<std::int64_t> indices;
  friend bool operator==(const ChannelList&, const ChannelList&) = default;
};

/// One axis of a sweep: an option and the values it takes, as text.
struct Variation {
  std::string option;  ///< the field's name: batch_size
  std::vector<std::string> values;
  friend bool operator==(const Variation&, const Variation&) = default;
};

/// Words that --pairs takes beside the name of a file.
inline constexpr const char* pairs_within = "within";
inline constexpr const char* pairs_all = "all";

struct Config {
  // signals
  std::string input;  ///< FILE[:DATASET]; empty: synthetic rows
  Layout layout = Layout::automatic;
  double fs = 512;  ///< Hz
  ChannelList channels;
  double seq_sec = 8;
  std::int64_t batch_size = 8;
  std::int64_t n_batches = 1;
  std::int64_t n_channels = 16;
  std::vector<Coupling> coupling = std::vector<Coupling>(1);  ///< one, at its defaults
  double noise = 1;
  std::uint64_t seed = 42;
  // bands
  double pha_start_hz = 2;
  double pha_end_hz = 18;
  std::int64_t pha_n_bands = 20;
  std::vector<Band> pha_bands;  ///< explicit bands replace the range
  double amp_start_hz = 40;
  double amp_end_hz = 148;
  std::int64_t amp_n_bands = 30;
  std::vector<Band> amp_bands;
  std::int64_t pha_cycles = 3;
  std::int64_t amp_cycles = 6;
  // PAC
  std::int64_t n_bins = 18;
  std::int64_t n_perm = 0;
  Surrogate surrogate = Surrogate::shift;
  std::int64_t min_shift = 1;  ///< samples
  double min_shift_sec = 0;    ///< s; 0: min_shift says it
  bool all_shifts = false;
  std::vector<std::int64_t> shifts;  ///< samples; explicit ones replace random ones
  bool surrogate_max = false;
  std::vector<Measure> measure{Measure::mi};
  std::string pairs = pairs_within;  ///< or all, or a file of pairs of channels
  Hilbert hilbert = Hilbert::cropped;
  BinStatistic bin_statistic = BinStatistic::mean;
  bool distributions = false;
  // engine
  Backend backend = Backend::automatic;
  std::int64_t threads = 0;  ///< 0: all of the rank's
  Gather gather = Gather::automatic;
  Bytes mem_limit;
  bool oversubscribe = false;
  // measuring
  std::int64_t warmups = 1;
  std::int64_t repetitions = 5;
  double precision = 0;  ///< relative; 0: exactly `repetitions`
  double timeout = 0;    ///< s; 0: none
  bool no_verify = false;
  bool quick = false;
  bool verbose = false;
  // sweep
  std::vector<Variation> vary;
  bool full_grid = false;
  bool shuffle = false;
  // planning
  std::string from;  ///< result file of a finished run
  std::vector<std::int64_t> ranks{1, 2, 4, 8, 16, 32, 64};
  std::int64_t ranks_per_node = 0;  ///< 0: as the run had, or as a node's cores hold
  std::int64_t cores_per_node = 0;  ///< 0: as the run's first host had
  Bandwidth network_bandwidth{1.25e9};
  double network_latency = 3e-5;  ///< s
  Bandwidth write_bandwidth{2e8};
  // output
  std::string output;  ///< empty: pacbench-<benchmark>-<UTC time>.h5, or .html
  bool overwrite = false;
  bool resume = false;
  std::string json;
  std::string csv;
  std::string save_signals;  ///< .npy file; empty: none
  bool quiet = false;
  bool dry_run = false;

  /// Names of the fields the user set (command line or --config), in no particular order.
  std::vector<std::string> given;
  [[nodiscard]] bool is_given(const std::string& name) const;
  /// The option by which rows take phase and amplitude, or surrogates, from different signals, with its value as
  /// messages begin; empty where there is none.
  [[nodiscard]] std::string pairing_option() const;
};

/// Which heading of --help an option stands under.
enum class OptionGroup { signals, bands, pac, engine, measuring, sweep, planning, output };

/// Calls field(name, reference, group, placeholder, help) for each option, in the order of --help. `name` is the
/// field's own (batch_size); the command line spells it --batch-size. Adding an option is one line here and one in
/// Config.
template <class ConfigType, class Field>
void describe(ConfigType& c, Field&& field) {
  using enum OptionGroup;
  field("input", c.input, signals, "FILE[:DATASET]", "recording or epochs to read; absent: synthetic rows");
  field("layout", c.layout, signals, "AXES", "order of the input's axes");
  field("fs", c.fs, signals, "HZ", "sampling rate; must agree with the file's where the file states one");
  field("channels", c.channels, signals, "LIST", "channels to use, counted from 0: 0,3-7 (all)");
  field("seq_sec", c.seq_sec, signals, "S", "length of a row; a recording is cut into segments of it");
  field("batch_size", c.batch_size, signals, "N", "synthetic batch items");
  field("n_batches", c.n_batches, signals, "N", "synthetic batches of --batch-size items each");
  field("n_channels", c.n_channels, signals, "N", "synthetic channels");
  field("coupling", c.coupling, signals, "P:A:S,..", "planted couplings: phase Hz, amplitude Hz, strength 0..1");
  field("noise", c.noise, signals, "SD", "standard deviation of the synthetic pink noise");
  field("seed", c.seed, signals, "N", "seed of synthetic rows and surrogates");
  field("pha_start_hz", c.pha_start_hz, bands, "HZ", "first phase band's centre");
  field("pha_end_hz", c.pha_end_hz, bands, "HZ", "last phase band's centre");
  field("pha_n_bands", c.pha_n_bands, bands, "N", "number of phase bands");
  field("pha_bands", c.pha_bands, bands, "LO-HI,..", "explicit phase bands in Hz instead of the range");
  field("amp_start_hz", c.amp_start_hz, bands, "HZ", "first amplitude band's centre");
  field("amp_end_hz", c.amp_end_hz, bands, "HZ", "last amplitude band's centre");
  field("amp_n_bands", c.amp_n_bands, bands, "N", "number of amplitude bands");
  field("amp_bands", c.amp_bands, bands, "LO-HI,..", "explicit amplitude bands in Hz instead of the range");
  field("pha_cycles", c.pha_cycles, bands, "N", "filter order of phase bands, in cycles of the lower edge");
  field("amp_cycles", c.amp_cycles, bands, "N", "filter order of amplitude bands, in cycles of the lower edge");
  field("n_bins", c.n_bins, pac, "N", "phase bins");
  field("n_perm", c.n_perm, pac, "N", "surrogates per row; 0: no statistics");
  field("surrogate", c.surrogate, pac, "KIND",
        "how surrogates are made: circular shift of the amplitude or of the phase, or another trial's amplitude");
  field("min_shift", c.min_shift, pac, "SAMPLES", "smallest shift of a surrogate, either way round");
  field("min_shift_sec", c.min_shift_sec, pac, "S", "the same in seconds; 0: --min-shift says it");
  field("all_shifts", c.all_shifts, pac, "", "every admissible shift once instead of --n-perm random ones");
  field("shifts", c.shifts, pac, "LIST", "these shifts in samples, such as 100,2000, instead of --n-perm random ones");
  field("surrogate_max", c.surrogate_max, pac, "",
        "also store the largest value of every surrogate over a row's pairs");
  field("measure", c.measure, pac, "NAME,..", "measures of coupling: mi, mvl, ndpac, plv, hr; the first one is `pac`");
  field("pairs", c.pairs, pac, "within|all|FILE",
        "phase and amplitude of one channel, of every ordered pair of channels, or of the pairs that a file lists");
  field("hilbert", c.hilbert, pac, "ORDER", "filter, cut, transform (cropped) or filter and transform, cut (extended)");
  field("bin_statistic", c.bin_statistic, pac, "STAT", "amplitude per phase bin");
  field("distributions", c.distributions, pac, "", "also store the amplitude distribution over phase bins");
  field("backend", c.backend, engine, "NAME", "where to compute");
  field("threads", c.threads, engine, "N", "threads per rank; 0: all of the rank's cores");
  field("gather", c.gather, engine, "HOW", "how results reach rank 0");
  field("mem_limit", c.mem_limit, engine, "BYTES", "memory a rank may use, e.g. 512M or 2G; 0: no limit");
  field("oversubscribe", c.oversubscribe, engine, "", "allow several ranks on one GPU");
  field("warmups", c.warmups, measuring, "N", "repetitions kept apart before the measured ones");
  field("repetitions", c.repetitions, measuring, "N", "measured repetitions");
  field("precision", c.precision, measuring, "SHARE",
        "go on until the median is known to within this share of itself, e.g. 0.01; 0: exactly --repetitions");
  field("timeout", c.timeout, measuring, "S", "give up after this many seconds; 0: never");
  field("no_verify", c.no_verify, measuring, "", "skip the recomputation that verifies the result");
  field("quick", c.quick, measuring, "", "a smaller set of cases, each smaller (README: Benchmarks)");
  field("verbose", c.verbose, measuring, "",
        "also measure and print the stages' floors, and the rate when rows come from host memory");
  field("vary", c.vary, sweep, "NAME=V1,V2,..", "values of one option; may be given again for others");
  field("full_grid", c.full_grid, sweep, "", "every combination of the values, not one option at a time");
  field("shuffle", c.shuffle, sweep, "", "cases in an order drawn from --seed");
  field("from", c.from, planning, "FILE.h5", "finished run that `plan` predicts from");
  field("ranks", c.ranks, planning, "LIST", "numbers of ranks to predict");
  field("ranks_per_node", c.ranks_per_node, planning, "N", "ranks of a node; 0: as the run had, or as its cores hold");
  field("cores_per_node", c.cores_per_node, planning, "N", "cores of a node; 0: as the run's first host had");
  field("network_bandwidth", c.network_bandwidth, planning, "RATE",
        "of a node's link, in bits or bytes a second: 10Gbit, 1.25GB; not given: what a run across nodes measured, or");
  field("network_latency", c.network_latency, planning, "S", "of a message between nodes");
  field("write_bandwidth", c.write_bandwidth, planning, "RATE", "at which rank 0 writes the result file");
  field("output", c.output, output, "FILE",
        "result file (pacbench-<benchmark>-<UTC time>.h5); of `report` the page (.html)");
  field("overwrite", c.overwrite, output, "", "replace an existing result file");
  field("resume", c.resume, output, "",
        "go on where the run with the same --output was interrupted; begin where there is none");
  field("json", c.json, output, "FILE", "write the tables as JSON too");
  field("csv", c.csv, output, "FILE", "write one row per case as CSV too");
  field("save_signals", c.save_signals, output, "FILE.npy",
        "write the samples of all rows too, [batch, channel, time] float64; --layout bct reads them back");
  field("quiet", c.quiet, output, "", "print nothing on success");
  field("dry_run", c.dry_run, output, "", "print plan and bytes, compute nothing");
}

/// Text of a field's value, readable back by parse(): numbers shortest exact, enums by name, lists joined by commas.
std::string to_text(double value);
std::string to_text(std::int64_t value);
std::string to_text(std::uint64_t value);
std::string to_text(bool value);
std::string to_text(const std::string& value);
std::string to_text(Bytes value);
std::string to_text(Bandwidth value);
std::string to_text(const std::vector<std::int64_t>& value);
std::string to_text(const ChannelList& value);
std::string to_text(const std::vector<Coupling>& value);
std::string to_text(const std::vector<Band>& value);
std::string to_text(const std::vector<Variation>& value);  ///< n_perm=0,200;fs=256,512
std::string to_text(Hilbert value);
std::string to_text(BinStatistic value);
std::string to_text(Backend value);
std::string to_text(Gather value);
std::string to_text(Layout value);
std::string to_text(Surrogate value);
std::string to_text(const std::vector<Measure>& value);

/// Reads a value; throws Error (usage) with `option`, the text and what is expected.
void parse(const std::string& option, const std::string& text, double& value);
void parse(const std::string& option, const std::string& text, std::int64_t& value);
void parse(const std::string& option, const std::string& text, std::uint64_t& value);
void parse(const std::string& option, const std::string& text, bool& value);
void parse(const std::string& option, const std::string& text, std::string& value);
void parse(const std::string& option, const std::string& text, Bytes& value);
void parse(const std::string& option, const std::string& text, Bandwidth& value);
void parse(const std::string& option, const std::string& text, std::vector<std::int64_t>& value);
void parse(const std::string& option, const std::string& text, ChannelList& value);
void parse(const std::string& option, const std::string& text, std::vector<Coupling>& value);
void parse(const std::string& option, const std::string& text, std::vector<Band>& value);
void parse(const std::string& option, const std::string& text, std::vector<Variation>& value);
void parse(const std::string& option, const std::string& text, Hilbert& value);
void parse(const std::string& option, const std::string& text, BinStatistic& value);
void parse(const std::string& option, const std::string& text, Backend& value);
void parse(const std::string& option, const std::string& text, Gather& value);
void parse(const std::string& option, const std::string& text, Layout& value);
void parse(const std::string& option, const std::string& text, Surrogate& value);
void parse(const std::string& option, const std::string& text, std::vector<Measure>& value);

/// "cropped|extended" for enums, "" for other types: shown by --help.
template <class T>
std::string choices();

/// The command-line spelling of a field: batch_size -> --batch-size.
std::string option_of(const std::string& field_name);

/// Text of every option's value, by the field's name.
std::map<std::string, std::string> settings_of(const Config& config);

/// Checks ranges that one field alone decides (counts > 0, bins 2..255, ...); throws Error (usage).
void check_ranges(const Config& config);

}  // namespace pac
