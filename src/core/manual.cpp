// The manual page. Its words are those of --help: options, benchmarks and exit statuses are written once, elsewhere.
#include "core/manual.hpp"

#include <array>

#include "core/error.hpp"
#include "core/option_text.hpp"

namespace pac {
namespace {

constexpr std::array manual_examples{
    Example{"pacbench comodulogram --input night.edf --channels 0,3-7 --seq-sec 30 --n-perm 200",
            "The comodulograms of six channels in segments of 30 s, with 200 surrogates."},
    Example{"mpirun -np 4 pacbench speed --n-perm 200 --threads 1",
            "How much faster four ranks of one thread are than one."},
    Example{"srun --mpi=pmix -n 4 pacbench throughput --quick --json -", "Rows per second under SLURM, as JSON."},
    Example{"pacbench sweep --vary n_perm=0,50,200 --vary batch_size=1,8 --output sweep.h5",
            "One parameter at a time; called again, it computes what is missing."},
    Example{"pacbench compare a.h5 b.h5", "Two result files of the same signals beside each other."},
    Example{"pacbench report night.h5 scaling.h5 -o report.html", "Both results as one page for a browser."},
    Example{"pacbench vram --mem-limit 256M --dry-run", "Plan and predicted bytes; nothing is computed."},
};

/// Text as roff prints it: no character of it is a request, an escape or a typographic quote or dash.
std::string roff(const std::string& text) {
  std::string out = text.starts_with(".") || text.starts_with("'") ? "\\&" : "";
  for (const char c : text) {
    switch (c) {
      case '\\':
        out += "\\e";
        break;
      case '-':
        out += "\\-";
        break;
      case '\'':
        out += "\\(aq";
        break;
      case '`':
        out += "\\(ga";
        break;
      case '^':
        out += "\\(ha";
        break;
      case '~':
        out += "\\(ti";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string bold(const std::string& text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(const std::string& text) { return "\\fI" + roff(text) + "\\fR"; }

/// A tagged paragraph.
std::string item(const std::string& tag, const std::string& text) { return ".TP\n" + tag + "\n" + text + "\n"; }

std::string spelled_with(const std::string& option, const std::string& value) {
  return bold(option) + (value.empty() ? "" : " " + italic(value));
}

std::string option_item(const std::string& spelled, const std::string& value, const std::string& help) {
  return item(spelled_with(spelled, value), roff(help));
}

std::string options_of(OptionGroup wanted) {
  std::string text;
  const Config defaults;
  describe(defaults, [&]<class Value>(const char* name, const Value& value, OptionGroup group, const char* placeholder,
                                      const char* help) {
    if (group != wanted) return;
    const std::string shown = shown_value<Value>(placeholder);
    const std::string letter = short_form(name);
    const std::string also = letter.empty() ? "" : ", " + spelled_with("-" + letter, shown);
    text += item(spelled_with(option_of(name), shown) + also, roff(help_text(value, help)));
  });
  return text;
}

std::string benchmark_items(std::span<const BenchmarkName> benchmarks) {
  std::string text;
  for (const BenchmarkName& b : benchmarks) text += item(bold(b.name), roff(b.question));
  return text;
}

/// One synopsis for benchmarks that take no files, one for each that does.
std::string synopses(std::span<const BenchmarkName> benchmarks) {
  std::string text = ".B pacbench\n\\fIbenchmark\\fR [\\fIoptions\\fR]\n";
  for (const BenchmarkName& b : benchmarks) {
    if (b.n_files == 0) continue;
    text += ".br\n.B pacbench " + b.name + "\n";
    for (const std::string& word : file_words(b)) text += italic(word) + " ";
    text += "[\\fIoptions\\fR]\n";
  }
  return text + ".br\n.B pacbench list\n";
}

}  // namespace

std::span<const Example> examples() { return manual_examples; }

std::string manual_page(std::span<const BenchmarkName> benchmarks) {
  std::string page = ".TH PACBENCH 1 \"\" \"pacbench " + version() + "\" \"User Commands\"\n.nh\n.ad l\n";
  page += ".SH NAME\npacbench \\- phase\\-amplitude coupling on many ranks, and how well they do it\n";
  page += ".SH SYNOPSIS\n" + synopses(benchmarks);
  page += ".SH DESCRIPTION\n" + roff(program_summary) + "\n.PP\nEach benchmark answers a question:\n";
  page += benchmark_items(benchmarks);
  page += ".SH OPTIONS\n";
  for (const OptionHeading& heading : option_headings) {
    page += ".SS " + roff(heading.text) + "\n" + options_of(heading.group);
  }
  page += ".SS General\n";
  for (const GeneralOption& option : general_options) {
    page += option_item(std::string("--") + option.name, option.placeholder, option.help);
  }
  page += ".SH EXIT STATUS\n";
  for (const ExitMeaning& exit : exit_meanings) {
    page += item(bold(std::to_string(static_cast<int>(exit.status))), roff(exit.meaning));
  }
  page += ".PP\nA failure is one line on standard error: the option or file, the value, the remedy.\n";
  page += ".SH FILES\n";
  page += item(italic("pacbench-<benchmark>-<UTC time>.h5"), "The result file where \\fB\\-\\-output\\fR names none.");
  page += item(italic("pacbench-report-<UTC time>.html"), "The same of \\fBreport\\fR.");
  page += item(italic("OUTPUT.journal"), "Finished rows of an unfinished comodulogram, for \\fB\\-\\-resume\\fR.");
  page += item(italic("~/.cache/pacbench/"), "What planning the FFTs found, so that later runs repeat bitwise.");
  page += ".SH ENVIRONMENT\n";
  page += item(bold("PACBENCH_CACHE"),
               "Folder of the FFT plans instead of \\fIXDG_CACHE_HOME\\fR/pacbench or \\fI\\(ti/.cache/pacbench\\fR.");
  page += item(bold("CUDA_VISIBLE_DEVICES"), "GPUs that a rank may choose from.");
  page += ".SH EXAMPLES\n";
  for (const Example& example : manual_examples) {
    page += ".PP\n" + roff(example.effect) + "\n.PP\n.RS 4\n.nf\n" + bold(example.command) + "\n.fi\n.RE\n";
  }
  page += ".SH SEE ALSO\n.BR mpirun (1),\n.BR srun (1)\n";
  return page;
}

}  // namespace pac
