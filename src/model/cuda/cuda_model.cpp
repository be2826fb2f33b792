// The CUDA backend's model.
#include "model/cuda/cuda_model.hpp"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/error.hpp"
#include "core/fault.hpp"
#include "model/cuda/cuda_check.hpp"
#include "model/cuda/device.hpp"
#include "model/cuda/tile_pipeline.hpp"

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

/// One thread copies slower than a device computes; the rank's share of the host's cores, four at most.
std::int64_t threads_for_uploads(const Communicator& communicator) {
  constexpr std::int64_t most = 4;
  return std::min<std::int64_t>(std::thread::hardware_concurrency() / static_cast<unsigned>(communicator.local_size()),
                                most);
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
      most_rows_(rows),
      upload_threads_(threads_for_uploads(communicator)) {
  const Plan& plan = prepared_->plan;
  const std::int64_t tile = prepared_->geometry.tile_rows;
  results_.allocate(rows, plan.map_shape());
  Arena counted;
  ResultArrays(counted, plan.map_shape(), rows);
  host_results_ = PinnedMemory(counted.bytes());
  Arena held(host_results_.as());
  on_host_ = ResultArrays(held, plan.map_shape(), rows);
  for (int i = 0; i < 2; ++i) {
    uploads_.push_back({RowStaging(plan, prepared_->geometry.lanes, std::min(rows, tile)), Event()});
  }
  const std::int64_t tiles = kernels::ceil_div(rows, tile);
  clocks_ = std::vector<StageClock>(static_cast<std::size_t>(tiles));
  computed_ = std::vector<Event>(static_cast<std::size_t>(tiles));
}

std::int64_t CudaModel::predicted_bytes(const PreparedPlan& prepared, std::int64_t rows) {
  return buffer_bytes(prepared, rows) + prepared.bytes();
}

std::int64_t CudaModel::tile_bytes(const Plan& plan, const Geometry& geometry) {
  Arena count;
  Buffers(count, plan, geometry, 0, 0);
  return count.bytes();
}

void CudaModel::load(const RowBlock& rows) {
  if (rows.rows.count > most_rows_) throw Error(Exit::usage, "more rows than the model was made for");
  rows_ = &rows;
  on_device_ = false;
}

void CudaModel::upload(Upload& upload, std::int64_t first, std::int64_t count) {
  const Plan& plan = prepared_->plan;
  upload.done.synchronize();
  upload.rows.fill(*rows_, first, count,
                   std::clamp(upload_threads_, std::int64_t{1}, std::max(count / 8, std::int64_t{1})));
  copy_async(buffers_.samples + first * plan.extended(), upload.rows.samples(), count * plan.extended(),
             cudaMemcpyHostToDevice, uploading_);
  copy_async(buffers_.scales + first, upload.rows.scales(), count, cudaMemcpyHostToDevice, uploading_);
  copy_async(buffers_.shifts + first * plan.n_perm, upload.rows.shifts(), count * plan.n_perm, cudaMemcpyHostToDevice,
             uploading_);
  copy_async(buffers_.permutation + first * plan.n_perm, upload.rows.permutation(), count * plan.n_perm,
             cudaMemcpyHostToDevice, uploading_);
  upload.done.record(uploading_);
  wait_for(computing_, upload.done);
}

void CudaModel::download(std::int64_t first, std::int64_t count) {
  for_each_map(results_, [&](const char* name, const std::vector<float>&, std::int64_t width) {
    copy_async(map_named(on_host_, name) + first * width, map_named(buffers_.results, name) + first * width,
               count * width, cudaMemcpyDeviceToHost, downloading_);
  });
  const std::int64_t pairs = prepared_->plan.pairs();
  copy_async(on_host_.quality + first * pairs, buffers_.results.quality + first * pairs, count * pairs,
             cudaMemcpyDeviceToHost, downloading_);
}

StageSeconds CudaModel::compute() {
  const std::int64_t count = rows_ == nullptr ? 0 : rows_->rows.count;
  if (count == 0) return {};
  const TilePipeline pipeline(*prepared_, buffers_, computing_);
  prepared_->transforms->use(computing_, buffers_.workspace);
  const std::int64_t size = prepared_->geometry.tile_rows;
  const std::int64_t tiles = kernels::ceil_div(count, size);
  for (std::int64_t k = 0; k < tiles; ++k) {
    const Shard tile = piece_of({0, count}, size, k);
    const auto at = static_cast<std::size_t>(k);
    if (!on_device_) upload(uploads_[at % uploads_.size()], tile.first, tile.count);
    pipeline.queue(tile.first, tile.count, clocks_[at]);
    computed_[at].record(computing_);
    wait_for(downloading_, computed_[at]);
    download(tile.first, tile.count);
  }
  computing_.synchronize();
  downloading_.synchronize();
  on_device_ = true;
  filled_ = false;
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

void CudaModel::gather(Comodulogram& whole, RowRun place) {
  const auto one = [&](const void* host, const void* device, std::int64_t row_bytes, void* to) {
    if (nccl_ != nullptr) {
      nccl_->gather_rows(device, {place.first, place.count}, row_bytes, to);
    } else {
      communicator_.gather_rows(host, place, row_bytes, to);
    }
  };
  for_each_map(results_, [&](const char* name, const std::vector<float>&, std::int64_t width) {
    one(map_named(on_host_, name), map_named(buffers_.results, name), width * static_cast<std::int64_t>(sizeof(float)),
        map_named(whole, name));
  });
  one(on_host_.quality, buffers_.results.quality, results_.pairs(), whole.quality.data());
}

const Comodulogram& CudaModel::results() const {
  if (!filled_) {
    for_each_map(results_, [&](const char* name, std::vector<float>& values, std::int64_t) {
      std::copy_n(map_named(on_host_, name), values.size(), values.begin());
    });
    std::copy_n(on_host_.quality, results_.quality.size(), results_.quality.begin());
    filled_ = true;
  }
  return results_;
}

ModelMemory CudaModel::memory() const {
  const std::int64_t requested = memory_.bytes() + prepared_->bytes();
  return {predicted_bytes(*prepared_, most_rows_), requested, prepared_->transforms->workspace_bytes(),
          free_bytes_ < 0 ? requested : free_bytes_ - free_device_bytes()};
}

}  // namespace pac::cuda
