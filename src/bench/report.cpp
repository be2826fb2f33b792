// Benchmark `report`: what do result files hold? Reads them and writes one page of HTML that needs nothing but a
// browser. Computes nothing; done (exit status 0) when the page is written, whatever the verdicts on it are.
#include "bench/benchmark.hpp"
#include "bench/provenance.hpp"
#include "bench/report_page.hpp"
#include "bench/result_file.hpp"
#include "bench/terminal.hpp"
#include "core/error.hpp"
#include "io/atomic_file.hpp"
#include "io/result_reader.hpp"
#include "io/signal_array.hpp"

namespace pac {
namespace {

void refuse_tables(const Config& config) {
  for (const auto& [option, name] : {std::pair{"--json", config.json}, std::pair{"--csv", config.csv}}) {
    if (name.empty()) continue;
    throw Error(Exit::usage,
                std::string(option) + ": '" + name +
                    "': a report is a page and has no tables of its own; give the option to the run itself");
  }
}

}  // namespace

void run_report(Run& run) {
  run.world.agree([&] {
    refuse_tables(run.config);
    if (!run.world.is_root()) return;
    std::vector<ReportedResult> results;
    for (const std::string& file : run.files) {
      refuse_own_input(file, run.result.path());
      results.push_back({file, read_result(file)});
    }
    const std::string page = report_page(results, utc_time("%Y-%m-%d %H:%M UTC"));
    if (!run.config.dry_run) write_text_file(run.result.path(), page, run.config.overwrite, "--output");
    for (const ReportedResult& result : results) {
      const Record& record = result.record;
      run.terminal.note(result.path + "  " + record.benchmark + "  " + verdict_word(record) + ": " +
                        file_text(record.reason));
    }
    const std::string size = bytes_text(static_cast<std::int64_t>(page.size()));
    run.terminal.note("page     " + run.result.path() + "  " + size + (run.config.dry_run ? ", not written" : ""));
  });
}

}  // namespace pac
