// How much fits.
#include "bench/memory_search.hpp"

#include <cmath>
#include <new>
#include <vector>

#include "core/bisection.hpp"
#include "core/error.hpp"

namespace pac {
namespace {

constexpr double allowed_error = 0.1;            // of a prediction, relative
constexpr double allowed_bytes = 4 * 1048576.0;  // what no row causes: allocators round up and keep

class Search {
 public:
  Search(const Config& config, const Workload& work) : work_(work) {
    work.ranks.agree([&] { limit_ = working_bytes(config, work.models); });
  }

  LargestBatch largest() {
    if (!fits(1)) {
      const std::string rows = to_text(work_.source->shape().n_channels) + " rows of one batch item";
      work_.ranks.agree([&] {
        throw Error(Exit::memory, "the " + rows + " do not fit a rank's " + bytes_text(limit_) +
                                      "; raise --mem-limit, or lower --n-channels or --seq-sec");
      });
    }
    std::int64_t most = 2;
    while (fits(most)) most *= 2;
    const std::int64_t per_rank = largest_that([this](std::int64_t n) { return fits(n); }, most);
    return {per_rank, refused_by_system_};
  }

 private:
  /// Collective: what the plan allows is really taken, on all ranks at once.
  bool fits(std::int64_t n_items) {
    const std::int64_t rows = n_items * work_.source->shape().n_channels;
    if (!work_.ranks.all(tile_fits(work_, rows, Keep::digests, limit_))) return false;
    bool taken = true;
    work_.ranks.agree([&] {
      try {
        const auto model = work_.models.make(work_.plan, rows, 0);
        const Gathered results(work_, rows, Keep::digests);
        const std::vector<float> samples(static_cast<std::size_t>(rows * work_.plan.extended()));
      } catch (const std::bad_alloc&) {
        taken = false;
      } catch (const Error& error) {
        if (error.status() != Exit::memory) throw;
        taken = false;
      }
    });
    taken = work_.ranks.all(taken);
    if (!taken) ++refused_by_system_;
    return taken;
  }

  const Workload& work_;
  std::int64_t limit_ = 0;
  std::int64_t refused_by_system_ = 0;
};

double measured_bytes(const MemoryUse& use) {
  return static_cast<double>(use.device_peak_bytes >= 0 ? use.device_peak_bytes
                                                        : use.host_peak_bytes - use.host_base_bytes);
}

}  // namespace

LargestBatch largest_batch(const Config& config, const Workload& work) { return Search(config, work).largest(); }

void judge_memory(const Config& config, MeasuredCase& measured) {
  Case& c = measured.numbers;
  const MemoryUse* worst = &c.memory.front();
  const auto error = [](const MemoryUse& use) {
    return measured_bytes(use) / static_cast<double>(use.predicted_bytes) - 1;
  };
  for (const MemoryUse& use : c.memory) {
    if (std::abs(error(use)) > std::abs(error(*worst))) worst = &use;
    const std::int64_t peak = use.device_peak_bytes >= 0 ? use.device_peak_bytes : use.host_peak_bytes;
    if (config.mem_limit.value > 0 && peak > static_cast<std::int64_t>(config.mem_limit.value)) {
      measured.wrong = "rank " + to_text(use.rank) + " held " + bytes_text(peak) + ", more than --mem-limit";
    }
  }
  const auto predicted = static_cast<double>(worst->predicted_bytes);
  c.metrics.push_back({"predicted_bytes", "byte", predicted});
  c.metrics.push_back({"requested_bytes", "byte", static_cast<double>(worst->requested_bytes)});
  c.metrics.push_back({"measured_bytes", "byte", measured_bytes(*worst)});
  c.metrics.push_back({"prediction_error", "1", error(*worst)});
  c.metrics.push_back({"bytes_per_row", "byte", measured_bytes(*worst) / metric_of(c, "rows_per_tile")});
  if (std::abs(measured_bytes(*worst) - predicted) > allowed_error * predicted + allowed_bytes) {
    measured.wrong = "rank " + to_text(worst->rank) + " took " +
                     bytes_text(static_cast<std::int64_t>(measured_bytes(*worst))) + " where the plan predicted " +
                     bytes_text(worst->predicted_bytes);
  }
}

}  // namespace pac
