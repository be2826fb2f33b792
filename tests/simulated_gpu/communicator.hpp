// A NCCL communicator of ranks on one machine, and the groups of sends and receives queued on it.
#pragma once

#include <memory>

#include <nccl.h>

#include "mesh.hpp"
#include "streams.hpp"

namespace simulated {

struct Transfer {
  bool is_send = false;
  int peer = 0;
  void* buffer = nullptr;
  std::size_t bytes = 0;
  bool begun = false;
  bool done = false;
};

class Communicator {
 public:
  Communicator(const std::string& folder, const Hello& own, bool blocking);

  /// Meets ranks that have come; the state for ncclCommGetAsyncError.
  ncclResult_t progress();
  /// Does what can be done now of a group; it is done also where the communicator was aborted.
  Progress progress(std::vector<Transfer>& group);
  void abort() { aborted_ = true; }

  [[nodiscard]] bool blocking() const { return blocking_; }
  [[nodiscard]] const Hello& own() const { return own_; }
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  ncclResult_t fail(ncclResult_t error, const std::string& why);
  void check_devices();

  Hello own_;
  bool blocking_;
  bool up_ = false;
  bool aborted_ = false;
  ncclResult_t error_ = ncclSuccess;
  std::string why_;
  std::unique_ptr<Mesh> mesh_;  ///< none where the settings let initialisation hang
};

}  // namespace simulated
