// NCCL's functions. As in NCCL, what a non-blocking communicator is asked for is under way only after
// ncclCommGetAsyncError has said so: a group is queued on its stream by the call that gives ncclSuccess.
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <functional>
#include <stdexcept>
#include <thread>

#include <unistd.h>

#include "communicator.hpp"
#include "device.hpp"
#include "memory.hpp"
#include "streams.hpp"

/// What the program holds as ncclComm_t.
struct ncclComm {
  std::shared_ptr<simulated::Communicator> communicator;
  int device = 0;
  int busy_answers = 0;  ///< how often ncclCommGetAsyncError still says ncclInProgress
  std::vector<std::function<ncclResult_t()>> unqueued;
};

namespace simulated {

namespace {

std::string last_error;

ncclResult_t refuse(ncclResult_t error, const std::string& why) {
  last_error = why;
  return error;
}

struct Call {
  ncclComm* comm;
  cudaStream_t stream;
  Transfer transfer;
};
thread_local int group_depth = 0;
thread_local std::vector<Call> group;

std::size_t size_of(ncclDataType_t type) {
  switch (type) {
    case ncclInt64:
    case ncclUint64:
    case ncclFloat64:
      return 8;
    case ncclInt32:
    case ncclUint32:
    case ncclFloat32:
      return 4;
    case ncclFloat16:
    case ncclBfloat16:
      return 2;
    default:
      return 1;
  }
}

/// Folders that this process made for ranks to meet in; what is left of them goes when it ends.
struct Folders {
  std::vector<std::string> paths;
  ~Folders() {
    std::error_code ignored;
    for (const std::string& path : paths) std::filesystem::remove_all(path, ignored);
  }
} folders;

std::uint64_t host_number() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  const char* const chosen = std::getenv("NCCL_HOSTID");
  return std::hash<std::string>{}(chosen != nullptr ? chosen : name);
}

ncclResult_t start(ncclComm& comm, cudaStream_t stream, std::vector<Transfer> transfers) {
  auto communicator = comm.communicator;
  auto work = [communicator, transfers = std::move(transfers)]() mutable { return communicator->progress(transfers); };
  const cudaError_t status = queue(stream, std::move(work));
  return status == cudaSuccess ? ncclSuccess : refuse(ncclUnhandledCudaError, "no such stream");
}

ncclResult_t end_group() {
  std::vector<Call> calls = std::move(group);
  group.clear();
  ncclResult_t result = ncclSuccess;
  while (!calls.empty()) {  // the calls of one communicator and stream are one piece of work
    ncclComm* const comm = calls.front().comm;
    const cudaStream_t stream = calls.front().stream;
    std::vector<Transfer> together;
    std::erase_if(calls, [&](const Call& call) {
      const bool belongs = call.comm == comm && call.stream == stream;
      if (belongs) together.push_back(call.transfer);
      return belongs;
    });
    const auto begin = [comm, stream, together] { return start(*comm, stream, together); };
    ncclResult_t status = ncclInProgress;
    if (comm->communicator->blocking()) {
      status = begin();
    } else {
      comm->unqueued.push_back(begin);
      comm->busy_answers = 1;
    }
    if (status != ncclSuccess && (result == ncclSuccess || result == ncclInProgress)) result = status;
  }
  return result;
}

ncclResult_t add(ncclComm* comm, cudaStream_t stream, bool is_send, void* buffer, std::size_t count,
                 ncclDataType_t type, int peer) {
  const std::lock_guard<std::recursive_mutex> guard(lock());
  if (comm == nullptr || peer < 0 || peer >= comm->communicator->own().ranks)
    return refuse(ncclInvalidArgument, "no such peer");
  const ncclResult_t state = comm->communicator->progress();
  if (state != ncclSuccess) return refuse(state == ncclInProgress ? ncclInvalidUsage : state, "communicator is not up");
  const std::size_t bytes = count * size_of(type);
  const Range range = find_range(buffer, bytes);
  if (bytes > 0 && (range.place == Place::pageable || !range.fits))
    give_up("NCCL: a buffer of " + std::to_string(bytes) + " bytes is not within device or pinned memory");
  group.push_back({comm, stream, {is_send, peer, buffer, bytes, false, false}});
  return group_depth > 0 ? ncclSuccess : end_group();
}

/// The state of a communicator; queues what has waited for it.
ncclResult_t state_of(ncclComm& comm) {
  const ncclResult_t state = comm.communicator->progress();
  if (state != ncclSuccess) return state == ncclInProgress ? state : refuse(state, comm.communicator->why());
  if (comm.busy_answers-- > 0) return ncclInProgress;
  comm.busy_answers = 0;
  for (const auto& begin : comm.unqueued) {
    const ncclResult_t status = begin();
    if (status != ncclSuccess) return status;
  }
  comm.unqueued.clear();
  return ncclSuccess;
}

}  // namespace
}  // namespace simulated

using namespace simulated;

extern "C" {

ncclResult_t ncclGetUniqueId(ncclUniqueId* id) {
  const char* const temporary = std::getenv("TMPDIR");
  std::string path = std::string(temporary != nullptr ? temporary : "/tmp") + "/pacbench_nccl_XXXXXX";
  *id = {};
  if (path.size() >= sizeof id->internal || mkdtemp(path.data()) == nullptr)
    return refuse(ncclSystemError, "no folder " + path);
  folders.paths.push_back(path);
  std::memcpy(id->internal, path.c_str(), path.size());
  return ncclSuccess;
}

ncclResult_t ncclCommInitRankConfig(ncclComm_t* comm, int ranks, ncclUniqueId id, int rank, ncclConfig_t* config) {
  *comm = nullptr;
  const bool blocking = config == nullptr || config->blocking != 0;  // unset is blocking
  {
    const std::lock_guard<std::recursive_mutex> guard(lock());
    if (unusable() != cudaSuccess) return refuse(ncclUnhandledCudaError, cudaGetErrorString(unusable()));
    if (rank < 0 || rank >= ranks) return refuse(ncclInvalidArgument, "no such rank");
    Hello own;
    own.rank = rank;
    own.ranks = ranks;
    own.host = host_number();
    const cudaUUID_t uuid = uuid_of(current_device());
    std::memcpy(own.device, uuid.bytes, sizeof own.device);
    try {
      *comm = new ncclComm{std::make_shared<Communicator>(id.internal, own, blocking), current_device(), 1, {}};
    } catch (const std::runtime_error& error) {
      return refuse(ncclSystemError, error.what());
    }
  }
  if (!blocking) return ncclInProgress;
  (*comm)->busy_answers = 0;
  const auto give_up_at = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  for (;;) {
    ncclResult_t state = ncclInProgress;
    ncclCommGetAsyncError(*comm, &state);
    if (state != ncclInProgress) return state;
    if (std::chrono::steady_clock::now() > give_up_at) return refuse(ncclSystemError, "ranks have not come");
    std::this_thread::sleep_for(std::chrono::microseconds(200));
  }
}

ncclResult_t ncclCommInitRank(ncclComm_t* comm, int ranks, ncclUniqueId id, int rank) {
  return ncclCommInitRankConfig(comm, ranks, id, rank, nullptr);
}

ncclResult_t ncclCommGetAsyncError(ncclComm_t comm, ncclResult_t* state) {
  const std::lock_guard<std::recursive_mutex> guard(lock());
  if (comm == nullptr) return refuse(ncclInvalidArgument, "no communicator");
  *state = state_of(*comm);
  return ncclSuccess;
}

ncclResult_t ncclCommAbort(ncclComm_t comm) {
  const std::lock_guard<std::recursive_mutex> guard(lock());
  if (comm == nullptr) return ncclSuccess;
  comm->communicator->abort();
  delete comm;
  return ncclSuccess;
}

ncclResult_t ncclCommFinalize(ncclComm_t comm) {
  const std::lock_guard<std::recursive_mutex> guard(lock());
  if (comm == nullptr) return refuse(ncclInvalidArgument, "no communicator");
  if (comm->communicator->blocking()) return ncclSuccess;
  comm->busy_answers = 1;
  return ncclInProgress;
}

ncclResult_t ncclCommDestroy(ncclComm_t comm) {
  const std::lock_guard<std::recursive_mutex> guard(lock());
  if (comm == nullptr) return ncclSuccess;
  if (!comm->unqueued.empty()) say("NCCL: communicator destroyed before its group was under way");
  delete comm;
  return ncclSuccess;
}

ncclResult_t ncclCommCount(const ncclComm_t comm, int* count) {
  *count = comm->communicator->own().ranks;
  return ncclSuccess;
}

ncclResult_t ncclCommUserRank(const ncclComm_t comm, int* rank) {
  *rank = comm->communicator->own().rank;
  return ncclSuccess;
}

ncclResult_t ncclCommCuDevice(const ncclComm_t comm, int* device) {
  *device = comm->device;
  return ncclSuccess;
}

ncclResult_t ncclGroupStart() {
  ++group_depth;
  return ncclSuccess;
}

ncclResult_t ncclGroupEnd() {
  if (group_depth == 0) return refuse(ncclInvalidUsage, "group ends that did not start");
  if (--group_depth > 0) return ncclSuccess;
  const std::lock_guard<std::recursive_mutex> guard(lock());
  return end_group();
}

ncclResult_t ncclSend(const void* buffer, std::size_t count, ncclDataType_t type, int peer, ncclComm_t comm,
                      cudaStream_t stream) {
  return add(comm, stream, true, const_cast<void*>(buffer), count, type, peer);
}

ncclResult_t ncclRecv(void* buffer, std::size_t count, ncclDataType_t type, int peer, ncclComm_t comm,
                      cudaStream_t stream) {
  return add(comm, stream, false, buffer, count, type, peer);
}

const char* ncclGetLastError(ncclComm_t) {
  static std::string text;
  text = last_error;
  return text.c_str();
}

}  // extern "C"
