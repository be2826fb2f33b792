// The CUDA backend's model.
#include "model/cuda/cuda_model.hpp"

#include <algorithm>
#include <chrono>

#include "core/error.hpp"
#include "core/fault.hpp"
#include "kernels/surrogates.hpp"
#include "model/cuda/cuda_check.hpp"
#include "model/cuda/tile_pipeline.hpp"
#include "model/row_tables.hpp"

namespace pac::cuda {
namespace {

std::int64_t buffer_bytes(const PreparedPlan& prepared, std::int64_t rows) {
  Arena count;
  Buffers(count, prepared.plan, prepared.geometry, rows, prepared.transforms->workspace_bytes());
  return count.bytes();
}

Buffers cut(const DeviceMemory& memory, const PreparedPlan& prepared, std::int64_t rows) {
  Arena arena(memory.as());
  return {arena, prepared.plan, prepared.geometry, rows, prepared.transforms->workspace_bytes()};
}

template <class T>
void copy_async(T* to, const T* from, std::int64_t count, cudaMemcpyKind kind, const Stream& stream) {
  if (count == 0) return;
  check(cudaMemcpyAsync(to, from, static_cast<std::size_t>(count) * sizeof(T), kind, stream.get()),
        kind == cudaMemcpyHostToDevice ? "copy rows to the device" : "copy results from the device");
}

void wait_for(const Stream& stream, const Event& event) {
  check(cudaStreamWaitEvent(stream.get(), event.get(), 0), "let a stream wait");
}

}  // namespace

CudaModel::CudaModel(std::shared_ptr<const PreparedPlan> prepared, std::int64_t rows, const Communicator& communicator,
                     NcclGather* nccl, std::int64_t free_bytes)
    : prepared_(std::move(prepared)),
      communicator_(communicator),
      nccl_(nccl),
      free_bytes_(free_bytes),
      memory_(buffer_bytes(*prepared_, rows)),
      buffers_(cut(memory_, *prepared_, rows)),
      infos_(2 * static_cast<std::int64_t>(sizeof(kernels::CallbackInfo))) {
  const Plan& plan = prepared_->plan;
  const std::int64_t tile = prepared_->geometry.tile_rows;
  results_.allocate(rows, plan.n_pha(), plan.n_amp(), plan.n_bins, plan.n_perm > 0, plan.distributions);
  for_each_map(results_, [&](const char*, std::vector<float>& values, std::int64_t) {
    pinned_results_.emplace_back(values.data(), static_cast<std::int64_t>(values.size() * sizeof(float)));
  });
  pinned_results_.emplace_back(results_.quality.data(), std::ssize(results_.quality));
  for (Staging& staging : staging_) {
    const auto lay_out = [&](Arena arena) {
      staging.samples = arena.take<float>(std::min(rows, tile) * plan.extended());
      staging.scales = arena.take<kernels::RowScale>(std::min(rows, tile));
      staging.shifts = arena.take<std::uint32_t>(std::min(rows, tile) * plan.n_perm);
      return arena.bytes();
    };
    staging.memory = PinnedMemory(lay_out(Arena()));
    lay_out(Arena(staging.memory.as()));
  }
  const std::int64_t tiles = kernels::ceil_div(rows, tile);
  clocks_ = std::vector<StageClock>(static_cast<std::size_t>(tiles));
  computed_ = std::vector<Event>(static_cast<std::size_t>(tiles));
  see_memory();
}

std::int64_t CudaModel::predicted_bytes(const PreparedPlan& prepared, std::int64_t rows) {
  return buffer_bytes(prepared, rows) + prepared.bytes();
}

void CudaModel::load(const RowBlock& rows) {
  if (rows.rows.count > results_.n_rows) throw Error(Exit::usage, "more rows than the model was made for");
  rows_ = &rows;
  on_device_ = false;
}

void CudaModel::fill(Staging& staging, std::int64_t first, std::int64_t count) const {
  const Plan& plan = prepared_->plan;
  std::copy_n(rows_->samples.data() + first * plan.extended(), count * plan.extended(), staging.samples);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto row = static_cast<std::size_t>(first + i);
    const double mean = rows_->constant[row] != 0 ? 0 : rows_->mean[row];
    const float scale = scale_of(rows_->row(first + i), mean);
    staging.scales[i] = {scale, static_cast<float>(mean * static_cast<double>(scale))};
    if (plan.n_perm == 0) continue;
    std::uint32_t* const shifts = staging.shifts + i * plan.n_perm;
    const std::vector<std::int64_t> drawn = surrogate_shifts(plan, rows_->rows.first + first + i);
    std::transform(drawn.begin(), drawn.end(), shifts, [](std::int64_t s) { return static_cast<std::uint32_t>(s); });
    kernels::arrange_shifts(shifts, plan.n_perm, kernels::warp_size / prepared_->geometry.lanes);
  }
}

void CudaModel::upload(Staging& staging, std::int64_t first, std::int64_t count) {
  const Plan& plan = prepared_->plan;
  staging.uploaded.synchronize();
  fill(staging, first, count);
  copy_async(buffers_.samples + first * plan.extended(), staging.samples, count * plan.extended(),
             cudaMemcpyHostToDevice, uploading_);
  copy_async(buffers_.scales + first, staging.scales, count, cudaMemcpyHostToDevice, uploading_);
  copy_async(buffers_.shifts + first * plan.n_perm, staging.shifts, count * plan.n_perm, cudaMemcpyHostToDevice,
             uploading_);
  staging.uploaded.record(uploading_);
  wait_for(computing_, staging.uploaded);
}

void CudaModel::download(std::int64_t first, std::int64_t count) {
  for_each_map(results_, [&](const char* name, std::vector<float>& values, std::int64_t width) {
    copy_async(values.data() + first * width, buffers_.results.named(name) + first * width, count * width,
               cudaMemcpyDeviceToHost, downloading_);
  });
  const std::int64_t pairs = prepared_->plan.pairs();
  copy_async(results_.quality.data() + first * pairs, buffers_.results.quality + first * pairs, count * pairs,
             cudaMemcpyDeviceToHost, downloading_);
}

StageSeconds CudaModel::compute() {
  const std::int64_t count = rows_ == nullptr ? 0 : rows_->rows.count;
  if (count == 0) return {};
  const TilePipeline pipeline(*prepared_, buffers_, computing_);
  prepared_->transforms->use(computing_, buffers_.workspace);
  if (prepared_->transforms->callbacks()) {
    auto* const infos = infos_.as<kernels::CallbackInfo>();
    infos[0] = pipeline.callback_info(prepared_->geometry.pha);
    infos[1] = pipeline.callback_info(prepared_->geometry.amp);
    copy_async(prepared_->transforms->pha.info, infos, 2, cudaMemcpyHostToDevice, computing_);
  }
  const std::int64_t size = prepared_->geometry.tile_rows;
  const std::int64_t tiles = kernels::ceil_div(count, size);
  for (std::int64_t k = 0; k < tiles; ++k) {
    const Shard tile = piece_of({0, count}, size, k);
    const auto at = static_cast<std::size_t>(k);
    if (!on_device_) upload(staging_[at % staging_.size()], tile.first, tile.count);
    pipeline.queue(tile.first, tile.count, clocks_[at]);
    computed_[at].record(computing_);
    wait_for(downloading_, computed_[at]);
    download(tile.first, tile.count);
  }
  computing_.synchronize();
  downloading_.synchronize();
  on_device_ = true;
  see_memory();
  StageSeconds seconds{};
  for (std::int64_t k = 0; k < tiles; ++k) clocks_[static_cast<std::size_t>(k)].add_to(seconds);
  for (std::size_t s = 0; s < seconds.size(); ++s) {
    const auto begin = std::chrono::steady_clock::now();
    slow_down(stage_names[s]);
    if (faults().slow_s > 0)
      seconds[s] += std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  }
  return seconds;
}

void CudaModel::gather(Comodulogram& whole, std::int64_t at) {
  const Shard place{at, rows_ == nullptr ? 0 : rows_->rows.count};
  const auto one = [&](const void* host, const void* device, std::int64_t row_bytes, void* to) {
    if (nccl_ != nullptr) {
      nccl_->gather_rows(device, place, row_bytes, to);
    } else {
      communicator_.gather_rows(host, place, row_bytes, to);
    }
  };
  for_each_map(results_, [&](const char* name, const std::vector<float>& mine, std::int64_t width) {
    one(mine.data(), buffers_.results.named(name), width * static_cast<std::int64_t>(sizeof(float)),
        map_named(whole, name));
  });
  one(results_.quality.data(), buffers_.results.quality, results_.pairs(), whole.quality.data());
}

void CudaModel::see_memory() {
  std::size_t free = 0;
  std::size_t total = 0;
  check(cudaMemGetInfo(&free, &total), "ask for the device's memory");
  peak_bytes_ = std::max(peak_bytes_, free_bytes_ - static_cast<std::int64_t>(free));
}

ModelMemory CudaModel::memory() const {
  return {predicted_bytes(*prepared_, results_.n_rows), memory_.bytes() + prepared_->bytes(),
          prepared_->transforms->workspace_bytes(), peak_bytes_};
}

}  // namespace pac::cuda
