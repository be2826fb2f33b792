// --dry-run: what would be computed, with how many bytes.
#include "bench/plan_text.hpp"

#include <cstdio>

namespace pac {
namespace {

void line(const char* name, const std::string& text) { std::printf("  %-22s %s\n", name, text.c_str()); }

void print_workload(const Workload& work, std::int64_t tile) {
  const Plan& plan = work.plan;
  const SignalShape& shape = work.source->shape();
  const DeviceInfo device = work.models.device();
  std::printf("plan\n");
  const std::int64_t n_pairs = std::ssize(work.groups.pairs());
  line("rows", to_text(work.n_rows()) + " = " + to_text(shape.n_batches) + " x " +
                   (n_pairs > 0 ? to_text(n_pairs) + " pairs of " : "") + to_text(shape.n_channels) + " channels");
  line("samples per row", to_text(shape.n_times) + " at " + to_text(shape.fs_hz) + " Hz");
  line("extension", to_text(plan.pad) + " samples on each side");
  line("Hilbert transform", to_text(plan.hilbert) + ", length " + to_text(plan.hilbert_length));
  line("bands", to_text(plan.n_pha()) + " phase x " + to_text(plan.n_amp()) + " amplitude");
  line("rows per rank", to_text(work.longest_shard()) + (work.groups.n_signals() > 0 ? " of a group" : "") +
                            " on rank 0, in tiles of " + to_text(tile));
  line("backend", device.backend + ", " + device.name + ", " + std::to_string(device.threads) + " threads");
  line("predicted per rank", bytes_text(work.models.predicted_bytes(plan, tile)));
  line("result on rank 0", bytes_text(Gathered::bytes(work, tile, Keep::all)));
}

}  // namespace

void print_plan(Run& run, ModelFactory& models, const std::vector<CasePlan>& cases) {
  Workload work(run.config, run.world, models);
  const std::int64_t tile = tile_for(run.config, work, Keep::all);
  run.terminal.announce();
  run.world.agree([&] {
    if (!run.world.is_root()) return;
    print_workload(work, tile);
    if (cases.empty()) return;
    std::printf("cases\n");
    for (const CasePlan& one : cases) {
      line(one.label.c_str(), one.n_batches == 0 ? "" : to_text(one.n_batches) + " batch items");
    }
  });
}

}  // namespace pac
