// States of a communicator: ranks are missing, up, failed (its queued work then waits until it is aborted), aborted.
#include "communicator.hpp"

#include <cstring>

#include "settings.hpp"

namespace simulated {

Communicator::Communicator(const std::string& folder, const Hello& own, bool blocking)
    : own_(own), blocking_(blocking) {
  if (settings().nccl != Nccl::hang) mesh_ = std::make_unique<Mesh>(folder, own);
}

ncclResult_t Communicator::fail(ncclResult_t error, const std::string& why) {
  if (error_ == ncclSuccess) {
    error_ = error;
    why_ = why;
  }
  return error_;
}

void Communicator::check_devices() {
  for (int a = 0; a < own_.ranks; ++a)
    for (int b = a + 1; b < own_.ranks; ++b) {
      const Hello& one = mesh_->hello_of(a);
      const Hello& other = mesh_->hello_of(b);
      if (one.host == other.host && std::memcmp(one.device, other.device, sizeof one.device) == 0)
        fail(ncclInvalidUsage, "Duplicate GPU detected : rank " + std::to_string(a) + " and rank " + std::to_string(b) +
                                   " both on one simulated device");
    }
}

ncclResult_t Communicator::progress() {
  if (error_ != ncclSuccess) return error_;
  if (mesh_ == nullptr) return ncclInProgress;
  mesh_->progress();
  if (up_) return ncclSuccess;
  if (mesh_->complete()) {
    up_ = true;
    check_devices();
    return error_;
  }
  for (int rank = 0; rank < own_.ranks; ++rank)
    if (mesh_->gone(rank)) return fail(ncclRemoteError, "rank " + std::to_string(rank) + " has gone");
  return ncclInProgress;
}

Progress Communicator::progress(std::vector<Transfer>& group) {
  if (aborted_) return Progress::done;
  if (settings().nccl == Nccl::error) fail(ncclRemoteError, "simulated remote error");
  const ncclResult_t state = progress();
  if (state != ncclSuccess) return state == ncclInProgress ? Progress::waits : Progress::stuck;
  for (Transfer& transfer : group) {
    if (!transfer.is_send || transfer.begun) continue;
    mesh_->send(transfer.peer, transfer.buffer, transfer.bytes);
    transfer.begun = true;
  }
  mesh_->progress();
  std::vector<bool> waits(static_cast<std::size_t>(own_.ranks));  // for a receive: later ones from that rank wait, too
  bool all_done = true;
  for (Transfer& transfer : group) {
    const auto peer = static_cast<std::size_t>(transfer.peer);
    if (transfer.done) continue;
    if (transfer.is_send) {
      transfer.done = mesh_->all_sent_to(transfer.peer);
    } else if (!waits[peer]) {
      const Mesh::Taken taken = mesh_->take(transfer.peer, transfer.buffer, transfer.bytes);
      if (taken == Mesh::Taken::of_other_size)
        fail(ncclInternalError, "rank " + std::to_string(transfer.peer) + " sends another size than is received");
      transfer.done = taken == Mesh::Taken::yes;
      waits[peer] = !transfer.done;
    }
    all_done = all_done && transfer.done;
    if (!transfer.done && mesh_->gone(transfer.peer))
      fail(ncclRemoteError, "rank " + std::to_string(transfer.peer) + " has gone");
  }
  if (error_ != ncclSuccess) return Progress::stuck;
  return all_done ? Progress::done : Progress::waits;
}

}  // namespace simulated
