// Rows from the devices of all ranks to rank 0, through NCCL.
#include "model/cuda/nccl_gather.hpp"

#include <algorithm>
#include <cstring>
#include <exception>
#include <string>
#include <thread>
#include <vector>

#include "core/config.hpp"
#include "core/error.hpp"
#include "model/cuda/cuda_check.hpp"

namespace pac::cuda {
namespace {

std::size_t size_of(std::int64_t bytes) { return static_cast<std::size_t>(bytes); }

}  // namespace

NcclGather::NcclGather(const Communicator& communicator, double timeout_s)
    : communicator_(communicator), patience_(timeout_s > 0 ? timeout_s : 60), stream_(nullptr), queued_(nullptr) {
  ncclUniqueId id{};
  communicator.agree([&] {
    stream_ = Stream();
    queued_ = Event();
    reserve(staging_bytes);
    if (communicator.is_root()) check(ncclGetUniqueId(&id), "make an address for the ranks");
  });
  const std::string text = communicator.broadcast(std::string(id.internal, sizeof id.internal));
  std::copy(text.begin(), text.end(), id.internal);
  communicator.agree([&] { start(id); });
}

NcclGather::~NcclGather() {
  if (!comm_ || std::uncaught_exceptions() > 0) return;
  try {
    check(ncclCommFinalize(comm_.get()), "finish");
    await_nccl("finish");
    static_cast<void>(ncclCommDestroy(comm_.release()));
  } catch (...) {  // the owner of comm_ aborts it
  }
}

void NcclGather::start(const ncclUniqueId& id) {
  ncclConfig_t settings = NCCL_CONFIG_INITIALIZER;
  settings.blocking = 0;
  ncclComm_t comm = nullptr;
  const ncclResult_t status = ncclCommInitRankConfig(&comm, communicator_.size(), id, communicator_.rank(), &settings);
  comm_.reset(comm);
  check(status, "connect the ranks");
  await_nccl("connect the ranks");
}

void NcclGather::reserve(std::int64_t bytes) {
  if (!communicator_.is_root()) return;
  if (pinned_.bytes() < bytes) {
    pinned_.reset();
    pinned_ = PinnedMemory(bytes);
  }
  if (communicator_.size() > 1 && staging_.bytes() < bytes) {
    staging_.reset();
    staging_ = DeviceMemory(bytes);
  }
}

void NcclGather::gather_rows(const void* mine, Shard rows, std::int64_t row_bytes, void* whole) {
  if (row_bytes == 0) return;
  const auto places = communicator_.gather({static_cast<double>(rows.first), static_cast<double>(rows.count)});
  std::vector<Shard> shards;
  for (std::size_t i = 0; i < places.size(); i += 2) {
    shards.push_back({static_cast<std::int64_t>(places[i]), static_cast<std::int64_t>(places[i + 1])});
  }
  const std::int64_t senders = std::max(communicator_.size() - 1, 1);
  const std::int64_t piece_rows = std::max<std::int64_t>(staging_bytes / (row_bytes * senders), 1);
  const bool is_root = communicator_.is_root();
  const std::int64_t pieces = communicator_.max(is_root ? 0 : (rows.count + piece_rows - 1) / piece_rows);
  const auto* const from = static_cast<const std::byte*>(mine);
  auto* const to = static_cast<std::byte*>(whole);
  communicator_.agree([&] {
    if (!comm_) throw Error(Exit::communication, "NCCL: gather rows: it failed before; use --gather mpi");
    reserve(piece_rows * senders * row_bytes);
  });
  try {
    communicator_.agree([&] {
      if (is_root) copy_own(from, rows.count * row_bytes, to + rows.first * row_bytes);
      for (std::int64_t p = 0; p < pieces; ++p) {
        const Shard piece = piece_of(rows, piece_rows, p);
        if (is_root) {
          receive(shards, piece_rows, p, row_bytes, to);
        } else if (piece.count > 0) {
          send(from + (piece.first - rows.first) * row_bytes, piece.count * row_bytes);
        }
      }
    });
  } catch (...) {
    comm_.reset();
    throw;
  }
}

void NcclGather::copy_own(const std::byte* mine, std::int64_t bytes, std::byte* to) {
  for (std::int64_t at = 0; at < bytes; at += pinned_.bytes()) {
    const std::size_t size = size_of(std::min(pinned_.bytes(), bytes - at));
    check(cudaMemcpyAsync(pinned_.as(), mine + at, size, cudaMemcpyDeviceToHost, stream_.get()),
          "copy rows to the host");
    await_stream("copy rows to the host");
    std::memcpy(to + at, pinned_.as(), size);
  }
}

void NcclGather::send(const std::byte* piece, std::int64_t bytes) {
  group("gather rows",
        [&] { check(ncclSend(piece, size_of(bytes), ncclUint8, 0, comm_.get(), stream_.get()), "gather rows"); });
  await_stream("gather rows");
}

void NcclGather::receive(const std::vector<Shard>& shards, std::int64_t piece_rows, std::int64_t piece,
                         std::int64_t row_bytes, std::byte* whole) {
  std::int64_t staged = 0;
  const auto for_each_part = [&](const auto& use) {  // parts lie in the staging one after another, in rank order
    std::int64_t at = 0;
    for (std::size_t r = 1; r < shards.size(); ++r) {
      const Shard part = piece_of(shards[r], piece_rows, piece);
      if (part.count > 0) use(static_cast<int>(r), part, at);
      at += part.count * row_bytes;
    }
    return at;
  };
  group("gather rows", [&] {
    staged = for_each_part([&](int rank, Shard part, std::int64_t at) {
      check(ncclRecv(staging_.as() + at, size_of(part.count * row_bytes), ncclUint8, rank, comm_.get(), stream_.get()),
            "gather rows");
    });
  });
  check(cudaMemcpyAsync(pinned_.as(), staging_.as(), size_of(staged), cudaMemcpyDeviceToHost, stream_.get()),
        "copy rows to the host");
  await_stream("gather rows");
  for_each_part([&](int, Shard part, std::int64_t at) {
    std::memcpy(whole + part.first * row_bytes, pinned_.as() + at, size_of(part.count * row_bytes));
  });
}

void NcclGather::group(const char* what, const std::function<void()>& calls) {
  check(ncclGroupStart(), what);
  try {
    calls();
  } catch (...) {
    static_cast<void>(ncclGroupEnd());  // or the group would stay open for this thread
    throw;
  }
  check(ncclGroupEnd(), what);
  await_nccl(what);
}

void NcclGather::await_nccl(const char* what) {
  await(what, [&] { return state(what) == ncclSuccess; });
}

void NcclGather::await_stream(const char* what) {
  queued_.record(stream_);
  await(what, [&] {
    static_cast<void>(state(what));
    return queued_.done();
  });
}

ncclResult_t NcclGather::state(const char* what) const {
  ncclResult_t found = ncclSuccess;
  check(ncclCommGetAsyncError(comm_.get(), &found), what);
  check(found, what);
  return found;
}

void NcclGather::await(const char* what, const std::function<bool()>& done) const {
  using Clock = std::chrono::steady_clock;
  constexpr auto awake = std::chrono::microseconds(200);  // short waits are not lengthened by sleeping
  constexpr auto longest_pause = std::chrono::microseconds(1000);
  const auto begin = Clock::now();
  auto pause = std::chrono::microseconds(20);
  while (!done()) {
    const auto waited = Clock::now() - begin;
    if (waited > patience_) {
      throw Error(Exit::communication, std::string("NCCL: ") + what + ": not done within " +
                                           to_text(patience_.count()) +
                                           " s; use --gather mpi; NCCL_DEBUG=INFO shows more");
    }
    if (waited < awake) {
      std::this_thread::yield();
    } else {
      std::this_thread::sleep_for(pause);
      pause = std::min(2 * pause, longest_pause);
    }
  }
}

}  // namespace pac::cuda
