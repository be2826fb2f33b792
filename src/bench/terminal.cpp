// What rank 0 prints.
#include "bench/terminal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <sstream>

#include <unistd.h>

#include "bench/floor_table.hpp"
#include "bench/measured_case.hpp"
#include "core/options.hpp"
#include "io/tables.hpp"

namespace pac {
namespace {

constexpr int label_width = 26;

int width_of(const std::string& column) { return std::max(11, static_cast<int>(column.size())); }

void print_numbers(const Case& c) {
  std::printf("\n%s, %lld rank%s\n", c.label.c_str(), static_cast<long long>(c.n_ranks), c.n_ranks == 1 ? "" : "s");
  std::size_t width = 0;
  for (const auto* list : {&c.variables, &c.metrics}) {
    for (const Metric& metric : *list) width = std::max(width, metric.name.size());
  }
  for (const auto* list : {&c.variables, &c.metrics}) {
    for (const Metric& metric : *list) {
      if (is_floor(metric)) continue;  // they have a table of their own
      std::printf("  %-*s  %s\n", static_cast<int>(width), metric.name.c_str(), readable(metric).c_str());
    }
  }
}

void print_warnings(const Record& record) {
  const auto found = record.provenance.find("warnings");
  if (found == record.provenance.end()) return;
  std::istringstream lines(found->second);
  for (std::string line; std::getline(lines, line);) std::fprintf(stderr, "pacbench: warning: %s\n", line.c_str());
}

}  // namespace

std::string number_text(const char* format, double value, const char* unit) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), format, value, unit);
  return text.data();
}

std::string readable(const Metric& metric) {
  const double value = metric.value;
  if (std::isnan(value)) return "-";
  if (metric.unit == "byte") return bytes_text(static_cast<std::int64_t>(value));
  if (metric.unit == "s" && std::abs(value) < 1e-3) return number_text("%.4g us", value * 1e6);
  if (metric.unit == "s" && std::abs(value) < 1) return number_text("%.4g ms", value * 1e3);
  if (metric.unit != "1") return number_text("%.5g %s", value, metric.unit.c_str());
  return value == std::floor(value) && std::abs(value) < 1e9 ? number_text("%.0f", value) : number_text("%.4g", value);
}

std::string bytes_text(std::int64_t bytes) {
  constexpr std::array<const char*, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  return number_text(unit == 0 ? "%.0f %s" : "%.2f %s", value, units[unit]);
}

Terminal::Terminal(const Config& config, const Communicator& world, const Record& record)
    : config_(config),
      record_(record),
      n_ranks_(world.size()),
      warns_(world.is_root() && !config.quiet),
      prints_(world.is_root() && !config.quiet && config.json != "-" && config.csv != "-"),
      draws_(world.is_root() && !config.quiet && isatty(STDERR_FILENO) == 1) {
  expect(1);
}

Terminal::~Terminal() { clear_bar(); }

void Terminal::announce() {
  if (announced_) return;
  announced_ = true;
  if (warns_) print_warnings(record_);
  if (!prints_) return;
  std::printf("%s  %s  on %d rank%s\n", version_line().c_str(), record_.benchmark.c_str(), n_ranks_,
              n_ranks_ == 1 ? "" : "s");
  const std::string changed = header_of(config_, false);
  std::printf("%s", changed.empty() ? "  all options at their defaults\n" : changed.c_str());
  std::fflush(stdout);
}

bool Terminal::ready() {
  if (!prints_) return false;
  clear_bar();
  announce();
  return true;
}

void Terminal::table(std::vector<std::string> columns) { columns_ = std::move(columns); }

void Terminal::line(const Case& c) {
  if (!ready()) return;
  if (!head_printed_) {
    head_printed_ = true;
    std::printf("\n%-*s %5s", label_width, "case", "ranks");
    for (const std::string& column : columns_) std::printf("  %*s", width_of(column), column.c_str());
    std::printf("\n");
  }
  std::printf("%-*s %5lld", label_width, c.label.c_str(), static_cast<long long>(c.n_ranks));
  if (!c.failure.empty()) {
    std::printf("  %s", c.failure.c_str());
  } else {
    for (const std::string& column : columns_) {
      const Metric* metric = metric_named(c, column);
      std::printf("  %*s", width_of(column), metric == nullptr ? "-" : readable(*metric).c_str());
    }
  }
  std::printf("\n");
  if (config_.verbose && c.failure.empty()) std::printf("%s\n", floor_table(c).c_str());
  std::fflush(stdout);
}

void Terminal::note(const std::string& text) {
  if (!ready()) return;
  std::printf("%s\n", text.c_str());
  std::fflush(stdout);
}

void Terminal::result(const Record& record, const std::string& path) {
  if (!ready()) return;
  if (record.verdict != Verdict::failed && columns_.empty()) {
    for (const Case& c : record.cases) {
      print_numbers(c);
      if (config_.verbose) std::printf("%s\n", floor_table(c).c_str());
    }
  }
  const std::string verdict = record.verdict == Verdict::failed ? "FAILED" : to_text(record.verdict);
  std::printf("\nverdict  %s: %s\nresult   %s\n", verdict.c_str(), record.reason.c_str(), path.c_str());
  std::fflush(stdout);
}

void Terminal::expect(double work) {
  expected_ = work;
  done_ = 0;
  begin_ = last_ = std::chrono::steady_clock::now();
}

void Terminal::advance(double work) {
  done_ += work;
  if (!draws_ || done_ <= 0 || done_ >= expected_) return;
  const auto now = std::chrono::steady_clock::now();
  const double elapsed_s = std::chrono::duration<double>(now - begin_).count();
  if (elapsed_s < 1 || std::chrono::duration<double>(now - last_).count() < 0.2) return;
  last_ = now;
  drawn_ = true;
  const double share = done_ / expected_;
  constexpr int width = 30;
  const int filled = static_cast<int>(share * width);
  const std::string bar =
      std::string(static_cast<std::size_t>(filled), '#') + std::string(static_cast<std::size_t>(width - filled), '.');
  std::fprintf(stderr, "\r[%s] %3.0f %%  %.0f s left  ", bar.c_str(), share * 100, elapsed_s * (1 - share) / share);
}

void Terminal::clear_bar() {
  if (drawn_) std::fprintf(stderr, "\r%*s\r", 60, "");
  drawn_ = false;
}

}  // namespace pac
