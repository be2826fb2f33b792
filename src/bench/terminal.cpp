// What rank 0 prints.
#include "bench/terminal.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include <unistd.h>

#include "core/options.hpp"

namespace pac {
namespace {

const char* verdict_text(Verdict verdict) {
  switch (verdict) {
    case Verdict::passed:
      return "passed";
    case Verdict::failed:
      return "FAILED";
    case Verdict::skipped:
      return "skipped";
  }
  return "";
}

/// A number with its unit in a form that people read: 12.3 ms, 1.5 GiB, 1234.
std::string readable(const Metric& metric) {
  std::array<char, 64> text{};
  if (metric.unit == "byte") return bytes_text(static_cast<std::int64_t>(metric.value));
  if (metric.unit == "s" && std::abs(metric.value) < 1) {
    std::snprintf(text.data(), text.size(), "%.4g ms", metric.value * 1e3);
  } else {
    std::snprintf(text.data(), text.size(), "%.6g%s%s", metric.value, metric.unit == "1" ? "" : " ",
                  metric.unit == "1" ? "" : metric.unit.c_str());
  }
  return text.data();
}

}  // namespace

std::string bytes_text(std::int64_t bytes) {
  constexpr std::array<const char*, 5> units{"B", "KiB", "MiB", "GiB", "TiB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; value >= 1024 && unit + 1 < units.size(); ++unit) value /= 1024;
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.2f %s", value, units[unit]);
  return text.data();
}

bool prints_tables(const Config& config) { return !config.quiet && config.json != "-" && config.csv != "-"; }

void announce(const Record& record, const Config& config, const Communicator& world) {
  if (!world.is_root() || !prints_tables(config)) return;
  std::printf("%s  %s  on %d rank%s\n", version_line().c_str(), record.benchmark.c_str(), world.size(),
              world.size() == 1 ? "" : "s");
  const std::string changed = header_of(config, false);
  std::printf("%s", changed.empty() ? "  all options at their defaults\n" : changed.c_str());
  std::fflush(stdout);
}

void print_result(const Record& record, const std::string& path) {
  for (const Case& c : record.cases) {
    std::printf("\n%s, %lld rank%s\n", c.label.c_str(), static_cast<long long>(c.n_ranks), c.n_ranks == 1 ? "" : "s");
    std::size_t width = 0;
    for (const auto* list : {&c.variables, &c.metrics}) {
      for (const Metric& metric : *list) width = std::max(width, metric.name.size());
    }
    for (const auto* list : {&c.variables, &c.metrics}) {
      for (const Metric& metric : *list) {
        std::printf("  %-*s  %s\n", static_cast<int>(width), metric.name.c_str(), readable(metric).c_str());
      }
    }
  }
  std::printf("\nverdict  %s: %s\nresult   %s\n", verdict_text(record.verdict), record.reason.c_str(), path.c_str());
  std::fflush(stdout);
}

Progress::Progress(bool wanted, std::int64_t units) : shown_(wanted && isatty(STDERR_FILENO) == 1), units_(units) {}

Progress::~Progress() {
  if (drawn_) std::fprintf(stderr, "\r%*s\r", 60, "");
}

void Progress::advance() {
  ++done_;
  if (!shown_ || done_ >= units_) return;
  const auto now = std::chrono::steady_clock::now();
  const double elapsed_s = std::chrono::duration<double>(now - begin_).count();
  if (elapsed_s < 1 || std::chrono::duration<double>(now - last_).count() < 0.2) return;
  last_ = now;
  drawn_ = true;
  const double share = static_cast<double>(done_) / static_cast<double>(units_);
  constexpr int width = 30;
  const int filled = static_cast<int>(share * width);
  const std::string bar =
      std::string(static_cast<std::size_t>(filled), '#') + std::string(static_cast<std::size_t>(width - filled), '.');
  std::fprintf(stderr, "\r[%s] %3.0f %%  %.0f s left  ", bar.c_str(), share * 100, elapsed_s * (1 - share) / share);
}

}  // namespace pac
