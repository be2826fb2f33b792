// Ranks on one machine that find each other in a folder and exchange messages through Unix sockets, without ever
// blocking.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace simulated {

/// What a rank tells the others when it comes.
struct Hello {
  std::int32_t rank = 0;
  std::int32_t ranks = 0;
  std::uint64_t host = 0;
  char device[16] = {};
};

/// A connection of every rank with every other (and with itself). Messages of a pair arrive in order.
class Mesh {
 public:
  /// `folder` is the same for all ranks and exists; std::runtime_error where no socket can be made in it.
  Mesh(std::string folder, const Hello& own);
  Mesh(const Mesh&) = delete;
  Mesh& operator=(const Mesh&) = delete;
  ~Mesh();

  /// Does what can be done now: meets ranks that have come, sends, receives.
  void progress();
  [[nodiscard]] bool complete() const;  ///< all ranks have come
  [[nodiscard]] const Hello& hello_of(int rank) const { return peers_[static_cast<std::size_t>(rank)].hello; }
  /// Whether a rank has gone; what it sent before can still be taken.
  [[nodiscard]] bool gone(int rank) const { return peers_[static_cast<std::size_t>(rank)].gone; }

  void send(int rank, const void* data, std::size_t bytes);
  [[nodiscard]] bool all_sent_to(int rank) const { return peers_[static_cast<std::size_t>(rank)].out.empty(); }

  enum class Taken { yes, not_yet, of_other_size };
  Taken take(int rank, void* data, std::size_t bytes);

 private:
  struct Peer {
    int socket = -1;
    bool greeted = false;  ///< its hello has come
    bool gone = false;
    Hello hello;
    std::vector<char> in;   ///< received, not taken yet
    std::vector<char> out;  ///< not sent yet
  };

  [[nodiscard]] std::string path_of(int rank) const { return folder_ + "/" + std::to_string(rank); }
  void accept_newcomers();
  void connect_to(int rank);
  void stop_listening();  ///< nobody else will come
  void exchange(Peer& peer);

  std::string folder_;
  Hello own_;
  int listener_ = -1;
  std::vector<Peer> peers_;
  std::vector<Peer> newcomers_;  ///< connected, their hello has not come
};

}  // namespace simulated
