// Rows from the devices of all ranks to rank 0, through NCCL. No wait is without bound: where NCCL fails or stays
// silent its communicator is aborted, and every rank gets an Error that names the remedy.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include <nccl.h>

#include "comm/communicator.hpp"
#include "core/shard.hpp"
#include "core/unique_handle.hpp"
#include "model/cuda/handles.hpp"

namespace pac::cuda {

/// Aborts: for a communicator that can no longer be taken down together with the other ranks.
struct AbortNccl {
  void operator()(ncclComm_t comm) const noexcept { static_cast<void>(ncclCommAbort(comm)); }
};

class NcclGather {
 public:
  /// Collective; blocks for at most `timeout_s` (0: 60 s) in NCCL, as every wait below. Ranks must have bound their
  /// devices. Takes the memory for gathering. The communicator must outlive this.
  NcclGather(const Communicator& communicator, double timeout_s);
  /// Collective, unless an exception is unwinding.
  ~NcclGather();
  NcclGather(const NcclGather&) = delete;
  NcclGather& operator=(const NcclGather&) = delete;

  /// Collective; blocks. The contract of Communicator::gather_rows, but `mine` lies in device memory and is complete.
  /// After a failure this object can gather no more.
  void gather_rows(const void* mine, Shard rows, std::int64_t row_bytes, void* whole);

  /// Local: device memory held here - rank 0's staging, where it has others to receive from. What NCCL takes for
  /// itself is not in it.
  [[nodiscard]] std::int64_t bytes() const { return staging_.bytes(); }

  /// Of rank 0's staging and of the page-locked memory beside it; a row from every rank may need more.
  static constexpr std::int64_t staging_bytes = (std::int64_t{32} << 20) - 1;

 private:
  void start(const ncclUniqueId& id);
  void reserve(std::int64_t bytes);
  void copy_own(const std::byte* mine, std::int64_t bytes, std::byte* to);
  void send(const std::byte* piece, std::int64_t bytes);
  void receive(const std::vector<Shard>& shards, std::int64_t piece_rows, std::int64_t piece, std::int64_t row_bytes,
               std::byte* whole);
  /// Runs `calls` in one NCCL group and waits until the group is queued on the stream.
  void group(const char* what, const std::function<void()>& calls);
  void await_nccl(const char* what);    ///< until no call is in progress
  void await_stream(const char* what);  ///< until all that was queued so far has happened
  /// Asks `done` again and again until it says yes; throws Error (communication) once the patience is over.
  void await(const char* what, const std::function<bool()>& done) const;
  /// Throws where NCCL has failed meanwhile; else ncclSuccess or ncclInProgress.
  [[nodiscard]] ncclResult_t state(const char* what) const;

  const Communicator& communicator_;
  std::chrono::duration<double> patience_;
  Stream stream_;
  Event queued_;
  DeviceMemory staging_;
  PinnedMemory pinned_;
  UniqueHandle<ncclComm_t, AbortNccl> comm_;  // last: aborted before its memory goes
};

}  // namespace pac::cuda
