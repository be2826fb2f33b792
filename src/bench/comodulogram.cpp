// Benchmark `comodulogram`: is the map right, and the same on N ranks as on one? The whole workflow on a recording or a
// synthetic batch, then verified: rows recomputed alone on one rank must be bitwise equal, a planted pair must be the
// map's peak.
#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>

#include "bench/benchmark.hpp"
#include "bench/terminal.hpp"
#include "bench/workload.hpp"
#include "measure/sampler.hpp"
#include "measure/statistics.hpp"

namespace pac {
namespace {

constexpr std::int64_t verified_rows = 4;

/// Rows to recompute: the first and last ones of the batch and of shards in between.
std::set<std::int64_t> rows_to_verify(std::int64_t n_rows, int ranks) {
  std::set<std::int64_t> rows{0, n_rows - 1};
  for (int rank = ranks - 1; rank > 0 && static_cast<std::int64_t>(rows.size()) < verified_rows; --rank) {
    rows.insert(std::min(shard_of(n_rows, ranks, rank).first, n_rows - 1));
  }
  rows.insert(n_rows / 2);
  return rows;
}

/// Recomputes rows one by one with one thread; returns what differs from the gathered result, or nothing.
std::string recompute(const Workload& work, const Comodulogram& whole) {
  const auto model = work.models->make(work.plan, 1, 1);
  RowBlock block;
  for (const std::int64_t row : rows_to_verify(whole.n_rows, work.world.size())) {
    work.source->read({row, 1}, work.plan.pad, block);
    model->load(block);
    model->compute();
    std::string different;
    for_each_map(model->results(), [&](const char* name, const std::vector<float>& alone, std::int64_t width) {
      for_each_map(whole, [&](const char* other, const std::vector<float>& all, std::int64_t) {
        if (std::strcmp(name, other) != 0) return;
        const float* const there = all.data() + row * width;
        if (std::memcmp(alone.data(), there, static_cast<std::size_t>(width) * sizeof(float)) != 0) different = name;
      });
    });
    if (!different.empty()) return "row " + std::to_string(row) + " recomputed on one rank differs in " + different;
  }
  return {};
}

struct Peak {
  double value = 0;
  Band pha;
  Band amp;
};

/// The largest value of the map averaged over rows (rows without a value left out).
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

bool holds(const Band& band, double hz) { return band.lo_hz <= hz && hz <= band.hi_hz; }

std::string text_of(const Peak& peak) {
  return to_text(std::vector<Band>{peak.pha}) + " Hz x " + to_text(std::vector<Band>{peak.amp}) + " Hz";
}

/// Whether the map's peak lies at a planted pair; only asked of synthetic rows with coupling inside the bands.
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

void verify(const Config& config, const Workload& work, const Peak& peak, Record& record) {
  std::string wrong = recompute(work, record.comodulogram);
  if (wrong.empty() && config.input.empty()) wrong = misplaced(config, work.plan, peak);
  record.verdict = wrong.empty() ? Verdict::passed : Verdict::failed;
  const auto checked = std::to_string(rows_to_verify(record.comodulogram.n_rows, work.world.size()).size());
  record.reason =
      wrong.empty() ? checked + " rows recomputed on one rank are bitwise equal; peak at " + text_of(peak) : wrong;
}

void print_plan(const Config& config, const Workload& work) {
  const Plan& plan = work.plan;
  const SignalShape& shape = work.source->shape();
  const std::int64_t whole = shape.n_rows() * plan.result_bytes_per_row();
  const std::int64_t tile = tile_rows(*work.models, plan, work.shard.count, model_budget(config, work.world, whole));
  const auto line = [](const char* name, const std::string& text) { std::printf("  %-22s %s\n", name, text.c_str()); };
  std::printf("plan\n");
  line("rows",
       to_text(shape.n_rows()) + " = " + to_text(shape.n_batches) + " x " + to_text(shape.n_channels) + " channels");
  line("samples per row", to_text(shape.n_times) + " at " + to_text(shape.fs_hz) + " Hz");
  line("extension", to_text(plan.pad) + " samples on each side");
  line("Hilbert transform", to_text(plan.hilbert) + ", length " + to_text(plan.hilbert_length));
  line("bands", to_text(plan.n_pha()) + " phase x " + to_text(plan.n_amp()) + " amplitude");
  line("rows per rank", to_text(work.shard.count) + " on rank 0, in tiles of " + to_text(tile));
  line("backend", work.models->device().backend + ", " + work.models->device().name + ", " +
                      std::to_string(work.models->device().threads) + " threads");
  line("predicted per rank", bytes_text(work.models->predicted_bytes(plan, tile)));
  line("result on rank 0", bytes_text(whole));
}

}  // namespace

void run_comodulogram(Run& run) {
  const auto& [config, files, world, path, record] = run;
  const Workload work(config, world);
  if (config.dry_run) {
    announce(record, config, world);
    world.agree([&] {
      if (world.is_root()) print_plan(config, work);
    });
    return;
  }
  ShardRunner runner(config, work, record.comodulogram);
  announce(record, config, world);
  Case c;
  c.label = "comodulogram";
  c.n_ranks = world.size();
  c.stages = ShardRunner::stages();
  {
    Progress progress(world.is_root() && !config.quiet, (config.warmups + config.repetitions) * runner.rounds());
    c.samples =
        measure(world, {config.warmups, config.repetitions}, [&](std::int64_t) { return runner.pass(progress); });
  }
  const ModelMemory memory = runner.memory();
  const std::vector<double> mine{static_cast<double>(memory.predicted_bytes),
                                 static_cast<double>(memory.requested_bytes),
                                 static_cast<double>(memory.fft_workspace_bytes),
                                 static_cast<double>(memory.device_peak_bytes), static_cast<double>(host_peak_bytes())};
  const std::vector<double> all = world.gather(mine);
  for (std::size_t i = 0; i < all.size(); i += mine.size()) {
    const auto bytes = [&](std::size_t k) { return static_cast<std::int64_t>(all[i + k]); };
    c.memory.push_back({static_cast<std::int64_t>(i / mine.size()), bytes(0), bytes(1), bytes(2), bytes(3), bytes(4)});
  }
  work.describe(config, record);
  world.agree([&] {
    if (!world.is_root()) return;
    const SignalShape& shape = work.source->shape();
    const Peak peak = peak_of(work.plan, record.comodulogram);
    if (config.no_verify) {
      record.reason = "not verified (--no-verify); peak at " + text_of(peak);
    } else {
      verify(config, work, peak, record);
    }
    c.variables = {{"n_rows", "1", static_cast<double>(shape.n_rows())},
                   {"n_times", "1", static_cast<double>(shape.n_times)}};
    add_time_metrics(c);
    const double wall_s = quantile(job_wall_s(c.samples), 0.5);
    c.metrics.push_back({"rows_per_s", "1/s", static_cast<double>(shape.n_rows()) / wall_s});
    c.metrics.push_back({"fft_planning_s", "s", work.preparation.seconds});
    c.metrics.push_back({"first_read_s", "s", runner.first_read_s()});
    c.metrics.push_back({"rows_per_tile", "1", static_cast<double>(runner.tile())});
    c.metrics.push_back({"host_peak_bytes", "byte", static_cast<double>(c.memory.front().host_peak_bytes)});
    c.metrics.push_back({"peak_pac", "1", peak.value});
    record.cases.push_back(c);
  });
}

}  // namespace pac
