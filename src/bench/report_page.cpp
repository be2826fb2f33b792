// What stands on the page of `report`, and in which order: see report_page.hpp.
#include "bench/report_page.hpp"

#include <algorithm>

#include "bench/report_figures.hpp"
#include "bench/report_tables.hpp"
#include "core/options.hpp"
#include "io/html_page.hpp"
#include "io/tables.hpp"

namespace pac {
namespace {

/// The figures of each benchmark's own.
struct OwnFigures {
  const char* benchmark;
  void (*add)(const Record& record, FigureList& figures);
};
constexpr OwnFigures own_figures[] = {{"speed", add_speed}, {"throughput", add_throughput}, {"vram", add_vram},
                                      {"sweep", add_sweep}, {"compare", add_compare},       {"plan", add_plan}};

constexpr std::size_t most_cells = 8000;  // of all small maps: each is some 130 bytes

std::string section_id(std::size_t i) { return "result-" + std::to_string(i + 1); }

/// "a.h5: speed"
std::string heading_of(const ReportedResult& result) {
  return result.path + (result.record.benchmark.empty() ? "" : ": " + result.record.benchmark);
}

void write_verdict(Markup& page, const Record& record) {
  const std::string word = verdict_word(record);
  page.inside("p", {}, [&] {
    const std::string colour = word == "interrupted" ? "skipped" : word;
    page.line("span", {{"class", "verdict " + colour}}, word);
    page.text(" ");
    page.line("span", {}, record.reason);
  });
  page.new_line();
}

/// A heading with figures below it; nothing where `add` adds none.
void write_figures(Markup& page, const std::string& id, const std::string& heading,
                   void (*add)(const Record&, FigureList&), const Record& record, std::size_t own_cells) {
  Markup drawn;
  FigureList figures(drawn, id, own_cells);
  add(record, figures);
  if (figures.empty()) return;
  page.line("h3", {{"id", id}}, heading);
  page.inside("div", {{"class", "figures"}}, [&] { page.verbatim(drawn.str()); });
  page.new_line();
}

void write_section(Markup& page, const ReportedResult& result, std::size_t i, std::size_t own_cells) {
  const Record& record = result.record;
  const std::string id = section_id(i);
  page.inside("section", {{"aria-labelledby", id}}, [&] {
    page.line("h2", {{"id", id}}, heading_of(result));
    if (!record.question.empty()) page.line("p", {{"class", "soft"}}, record.question);
    write_verdict(page, record);
    write_warnings(page, record);
    write_figures(page, id + "-maps", "Comodulogram", add_maps, record, own_cells);
    for (const OwnFigures& own : own_figures) {
      if (record.benchmark == own.benchmark) write_figures(page, id + "-own", "Results", own.add, record, own_cells);
    }
    write_figures(page, id + "-stages", "Times", add_stages, record, own_cells);
    page.line("h3", {{"id", id + "-cases"}}, "Cases");
    write_cases(page, record);
    page.line("h3", {{"id", id + "-parameters"}}, "Parameters");
    write_parameters(page, record);
    page.line("h3", {{"id", id + "-provenance"}}, "Provenance");
    write_provenance(page, record);
  });
}

void write_contents(Markup& page, const std::vector<ReportedResult>& results) {
  page.inside("nav", {{"aria-label", "Contents"}}, [&] {
    page.inside("ul", {}, [&] {
      for (std::size_t i = 0; i < results.size(); ++i) {
        page.inside("li", {}, [&] { page.line("a", {{"href", "#" + section_id(i)}}, heading_of(results[i])); });
      }
    });
  });
  page.new_line();
}

PageTable verdicts_of(const std::vector<ReportedResult>& results) {
  PageTable table{"Verdicts", {"file", "benchmark", "verdict", "cases", "ranks", "started", "reason"}, {}};
  for (const ReportedResult& result : results) {
    const Record& record = result.record;
    const auto started = record.provenance.find("start");
    table.rows.push_back({{result.path},
                          {record.benchmark},
                          {verdict_word(record)},
                          number_cell(static_cast<double>(record.cases.size())),
                          number_cell(static_cast<double>(record.ranks.size())),
                          {started == record.provenance.end() ? "" : started->second},
                          {record.reason}});
  }
  return table;
}

}  // namespace

std::string verdict_word(const Record& record) { return record.complete ? to_text(record.verdict) : "interrupted"; }

std::string report_page(const std::vector<ReportedResult>& results, const std::string& when) {
  const bool several = results.size() > 1;
  const std::string title =
      several ? "pacbench report of " + std::to_string(results.size()) + " results" : "pacbench report";
  Markup body;
  body.inside("header", {}, [&] {
    body.line("h1", {}, title);
    if (several) write_contents(body, results);
  });
  body.inside("main", {}, [&] {
    if (several) write_table(body, verdicts_of(results));
    for (std::size_t i = 0; i < results.size(); ++i) write_section(body, results[i], i, most_cells / results.size());
  });
  body.inside("footer", {}, [&] { body.line("p", {}, "Written by " + version_line() + ", " + when + "."); });
  return html_document(several ? title : heading_of(results.front()), body);
}

}  // namespace pac
