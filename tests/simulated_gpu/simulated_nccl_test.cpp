// NCCL of the simulated GPU: processes as ranks, each on a device of its own. Runs with the library preloaded.
#include <chrono>
#include <cstdlib>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include <cuda_runtime_api.h>
#include <gtest/gtest.h>
#include <nccl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

/// What a rank found wrong; empty: nothing.
using Rank = std::function<std::string(int rank, int ranks, ncclUniqueId id)>;

/// Runs a function in a process for each rank and expects that none complains.
void on_ranks(int ranks, const Rank& function, bool one_device = false, bool one_host = true) {
  ncclUniqueId id;
  ASSERT_EQ(ncclGetUniqueId(&id), ncclSuccess);
  std::vector<pid_t> children;
  for (int rank = 0; rank < ranks; ++rank) {
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      setenv("PACBENCH_SIMULATED_GPU", "count=4", 1);
      setenv("CUDA_VISIBLE_DEVICES", one_device ? "0" : std::to_string(rank).c_str(), 1);
      if (!one_host) setenv("NCCL_HOSTID", std::to_string(rank).c_str(), 1);
      const std::string complaint = function(rank, ranks, id);
      if (!complaint.empty()) fprintf(stderr, "rank %d: %s\n", rank, complaint.c_str());
      _exit(complaint.empty() ? 0 : 1);
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int status = 0;
    ASSERT_EQ(waitpid(child, &status, 0), child);
    EXPECT_EQ(status, 0);
  }
  EXPECT_NE(access(id.internal, F_OK), 0) << "the folder stays behind";
}

/// Polls as a program does that will not hang; ncclInProgress after ten seconds.
ncclResult_t settle(ncclComm_t comm) {
  ncclResult_t state = ncclInProgress;
  for (int i = 0; i < 10000 && state == ncclInProgress; ++i) {
    ncclCommGetAsyncError(comm, &state);
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return state;
}

ncclResult_t begin(ncclComm_t* comm, int rank, int ranks, const ncclUniqueId& id) {
  ncclConfig_t config = NCCL_CONFIG_INITIALIZER;
  config.blocking = 0;
  const ncclResult_t status = ncclCommInitRankConfig(comm, ranks, id, rank, &config);
  return status == ncclInProgress ? settle(*comm) : status;
}

constexpr std::size_t n = 300'000;

float* device_values(std::size_t count, float value) {
  void* pointer = nullptr;
  cudaMalloc(&pointer, count * sizeof(float));
  const std::vector<float> values(count, value);
  cudaMemcpy(pointer, values.data(), count * sizeof(float), cudaMemcpyHostToDevice);
  return static_cast<float*>(pointer);
}

bool all_are(const float* device, std::size_t count, float value) {
  std::vector<float> values(count);
  cudaMemcpy(values.data(), device, count * sizeof(float), cudaMemcpyDeviceToHost);
  for (const float found : values)
    if (found != value) return false;
  return true;
}

TEST(SimulatedNccl, RankZeroGathersFromAllAndItself) {
  on_ranks(3, [](int rank, int ranks, ncclUniqueId id) -> std::string {
    ncclComm_t comm = nullptr;
    if (begin(&comm, rank, ranks, id) != ncclSuccess) return ncclGetLastError(nullptr);
    cudaStream_t stream = nullptr;
    cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
    float* const own = device_values(n, static_cast<float>(rank + 1));
    float* const all = device_values(rank == 0 ? n * static_cast<std::size_t>(ranks) : 1, 0);
    for (int round = 0; round < 2; ++round) {
      ncclGroupStart();
      ncclSend(own, n, ncclFloat32, 0, comm, stream);
      for (int r = 0; r < ranks && rank == 0; ++r)
        ncclRecv(all + n * static_cast<std::size_t>(r), n, ncclFloat32, r, comm, stream);
      if (ncclGroupEnd() != ncclInProgress) return "a non-blocking group ends at once";
      if (settle(comm) != ncclSuccess) return "group does not settle";
    }
    if (cudaStreamSynchronize(stream) != cudaSuccess) return "stream fails";
    for (int r = 0; r < ranks && rank == 0; ++r)
      if (!all_are(all + n * static_cast<std::size_t>(r), n, static_cast<float>(r + 1))) return "wrong values";
    return ncclCommDestroy(comm) == ncclSuccess ? "" : "destroy fails";
  });
}

TEST(SimulatedNccl, RanksExchangeInARing) {
  on_ranks(4, [](int rank, int ranks, ncclUniqueId id) -> std::string {
    ncclComm_t comm = nullptr;
    if (ncclCommInitRank(&comm, ranks, id, rank) != ncclSuccess) return ncclGetLastError(nullptr);
    float* const own = device_values(n, static_cast<float>(rank));
    float* const other = device_values(n, -1);
    ncclGroupStart();
    ncclSend(own, n, ncclFloat32, (rank + 1) % ranks, comm, nullptr);
    ncclRecv(other, n, ncclFloat32, (rank + ranks - 1) % ranks, comm, nullptr);
    ncclGroupEnd();
    if (cudaDeviceSynchronize() != cudaSuccess) return "device fails";
    if (!all_are(other, n, static_cast<float>((rank + ranks - 1) % ranks))) return "wrong values";
    return ncclCommDestroy(comm) == ncclSuccess ? "" : "destroy fails";
  });
}

TEST(SimulatedNccl, TwoRanksOnOneDeviceAreRefusedUnlessTheyClaimTwoHosts) {
  const Rank refused = [](int rank, int ranks, ncclUniqueId id) -> std::string {
    ncclComm_t comm = nullptr;
    if (begin(&comm, rank, ranks, id) != ncclInvalidUsage) return "not refused";
    const std::string why = ncclGetLastError(comm);
    ncclCommAbort(comm);
    return why.rfind("Duplicate GPU detected", 0) == 0 ? "" : "wrong reason: " + why;
  };
  const Rank accepted = [](int rank, int ranks, ncclUniqueId id) -> std::string {
    ncclComm_t comm = nullptr;
    if (begin(&comm, rank, ranks, id) != ncclSuccess) return ncclGetLastError(nullptr);
    return ncclCommDestroy(comm) == ncclSuccess ? "" : "destroy fails";
  };
  on_ranks(2, refused, true);
  on_ranks(2, accepted, true, false);
}

/// Rank 0 receives n values from rank 1, which sends another number or goes; what rank 0 is told.
std::string receive(int rank, int ranks, const ncclUniqueId& id, std::size_t sent, ncclResult_t expected) {
  ncclComm_t comm = nullptr;
  if (begin(&comm, rank, ranks, id) != ncclSuccess) return ncclGetLastError(nullptr);
  float* const values = device_values(n, 0);
  if (rank == 1) {
    if (sent > 0) ncclSend(values, sent, ncclFloat32, 0, comm, nullptr);
    if (sent > 0 && settle(comm) != ncclSuccess) return "send does not settle";
    cudaDeviceSynchronize();
    ncclCommAbort(comm);
    return "";
  }
  cudaStream_t stream = nullptr;
  cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking);
  ncclRecv(values, n, ncclFloat32, 1, comm, stream);
  settle(comm);
  for (int i = 0; i < 5000 && cudaStreamQuery(stream) == cudaErrorNotReady; ++i) {
    ncclResult_t state = ncclSuccess;
    ncclCommGetAsyncError(comm, &state);
    if (state == expected) {
      ncclCommAbort(comm);
      return cudaStreamSynchronize(stream) == cudaSuccess ? "" : "the aborted stream stays stuck";
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
  return "no error";
}

TEST(SimulatedNccl, ARankThatGoesIsARemoteError) {
  on_ranks(2, [](int rank, int ranks, ncclUniqueId id) { return receive(rank, ranks, id, 0, ncclRemoteError); });
}

TEST(SimulatedNccl, SizesThatDifferAreAnInternalError) {
  on_ranks(2, [](int rank, int ranks, ncclUniqueId id) { return receive(rank, ranks, id, 7, ncclInternalError); });
}

}  // namespace
