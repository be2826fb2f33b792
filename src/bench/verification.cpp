// Whether results are right.
#include "bench/verification.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>

#include "bench/terminal.hpp"

namespace pac {
namespace {

constexpr std::size_t verified_rows = 4;

/// Rows to recompute: the first and last ones of the batch and of shards in between.
std::set<std::int64_t> rows_to_verify(std::int64_t n_rows, int ranks) {
  std::set<std::int64_t> rows{0, n_rows - 1};
  for (int rank = ranks - 1; rank > 0 && rows.size() < verified_rows; --rank) {
    rows.insert(std::min(shard_of(n_rows, ranks, rank).first, n_rows - 1));
  }
  rows.insert(n_rows / 2);
  return rows;
}

/// Names of the maps in which a row differs, where all rows are kept.
std::string different_maps(const Comodulogram& alone, const Comodulogram& whole, std::int64_t row) {
  std::string names;
  for_each_map(alone, [&](const char* name, const std::vector<float>& values, std::int64_t width) {
    const float* const there = map_named(whole, name);
    if (row >= whole.n_rows || there == nullptr) return;
    if (std::memcmp(values.data(), there + row * width, static_cast<std::size_t>(width) * sizeof(float)) == 0) return;
    names += (names.empty() ? " in " : ", ") + std::string(name);
  });
  return names;
}

bool holds(const Band& band, double hz) { return band.lo_hz <= hz && hz <= band.hi_hz; }

}  // namespace

std::string recompute(const Workload& work, Gathered& results, const std::set<std::int64_t>& rows) {
  const auto model = work.models.make(work.plan_alone(), 1, 1);
  RowBlock block;
  for (const std::int64_t row : rows) {
    work.groups.read_alone(*work.source, row, work.plan.pad, block);
    model->load(block);
    model->compute();
    if (row_digest(model->results(), 0, row) == results.digest_of(row)) continue;
    return "row " + std::to_string(row) + " recomputed on one rank differs" +
           different_maps(model->results(), results.whole(), row);
  }
  return "";
}

Finding recompute_rows(const Workload& work, Gathered& results) {
  const std::set<std::int64_t> rows = rows_to_verify(work.n_rows(), work.ranks.size());
  const std::string wrong = recompute(work, results, rows);
  if (!wrong.empty()) return {wrong, ""};
  return {"", std::to_string(rows.size()) + " rows recomputed on one rank are bitwise equal"};
}

Peak peak_of(const Plan& plan, const Comodulogram& whole) {
  Peak peak{std::nan(""), {}, {}};
  const auto pairs = static_cast<std::size_t>(whole.pairs());
  for (std::size_t pair = 0; pair < pairs; ++pair) {
    double sum = 0;
    std::int64_t count = 0;
    for (std::size_t i = pair; i < whole.pac.size(); i += pairs) {
      if (std::isnan(whole.pac[i])) continue;
      sum += static_cast<double>(whole.pac[i]);
      ++count;
    }
    if (count == 0 || sum / static_cast<double>(count) <= peak.value) continue;
    const std::size_t n_amp = plan.amp.size();
    peak = {sum / static_cast<double>(count), plan.pha[pair / n_amp].band, plan.amp[pair % n_amp].band};
  }
  return peak;
}

std::string text_of(const Peak& peak) {
  const auto edges = [](const Band& band) {
    return number_text("%.4g", band.lo_hz) + "-" + number_text("%.4g", band.hi_hz) + " Hz";
  };
  return edges(peak.pha) + " x " + edges(peak.amp);
}

std::string misplaced(const Config& config, const Plan& plan, const Peak& peak) {
  const auto covered = [](const std::vector<BandFilter>& filters, double hz) {
    return std::any_of(filters.begin(), filters.end(), [hz](const BandFilter& f) { return holds(f.band, hz); });
  };
  bool any_planted = false;
  for (const Coupling& c : config.coupling) {
    if (c.strength <= 0 || !covered(plan.pha, c.phase_hz) || !covered(plan.amp, c.amplitude_hz)) continue;
    any_planted = true;
    if (holds(peak.pha, c.phase_hz) && holds(peak.amp, c.amplitude_hz)) return {};
  }
  return any_planted
             ? "the peak lies at " + text_of(peak) + ", not at a planted pair (" + to_text(config.coupling) + ")"
             : "";
}

double mean_pac(const Comodulogram& whole) {
  double sum = 0;
  double count = 0;
  for (const float value : whole.pac) {
    if (std::isnan(value)) continue;
    sum += static_cast<double>(value);
    ++count;
  }
  return sum / count;
}

}  // namespace pac
