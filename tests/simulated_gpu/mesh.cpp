// The lower rank of a pair listens, the higher one connects; both say hello first.
#include "mesh.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

namespace simulated {

namespace {

sockaddr_un address_of(const std::string& path) {
  sockaddr_un address = {};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw std::runtime_error("path too long for a socket: " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  return address;
}

int new_socket() { return socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0); }

void append(std::vector<char>& to, const void* data, std::size_t bytes) {
  const char* const first = static_cast<const char*>(data);
  to.insert(to.end(), first, first + bytes);
}

void drop(std::vector<char>& from, std::size_t bytes) {
  from.erase(from.begin(), from.begin() + static_cast<std::ptrdiff_t>(bytes));
}

}  // namespace

Mesh::Mesh(std::string folder, const Hello& own)
    : folder_(std::move(folder)), own_(own), peers_(static_cast<std::size_t>(own.ranks)) {
  Peer& self = peers_[static_cast<std::size_t>(own.rank)];
  self.greeted = true;
  self.hello = own;
  const sockaddr_un address = address_of(path_of(own.rank));
  listener_ = new_socket();
  if (listener_ < 0 || bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
      listen(listener_, own.ranks) != 0)
    throw std::runtime_error("no socket " + path_of(own.rank) + ": " + std::strerror(errno));
}

Mesh::~Mesh() {
  for (const auto* const list : {&peers_, &newcomers_})
    for (const Peer& peer : *list)
      if (peer.socket >= 0) close(peer.socket);
  stop_listening();
}

void Mesh::accept_newcomers() {
  for (;;) {
    const int socket = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (socket < 0) break;
    newcomers_.emplace_back().socket = socket;
    append(newcomers_.back().out, &own_, sizeof own_);
  }
  for (std::size_t i = 0; i < newcomers_.size();) {
    exchange(newcomers_[i]);
    const int rank = newcomers_[i].hello.rank;
    if (!newcomers_[i].greeted || rank <= own_.rank || rank >= own_.ranks) {
      ++i;
      continue;
    }
    peers_[static_cast<std::size_t>(rank)] = std::move(newcomers_[i]);
    newcomers_.erase(newcomers_.begin() + static_cast<std::ptrdiff_t>(i));
  }
}

void Mesh::connect_to(int rank) {
  const sockaddr_un address = address_of(path_of(rank));
  const int socket = new_socket();
  if (connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    close(socket);  // has not come yet: again next time, unless the folder went with the rank that made it
    peers_[static_cast<std::size_t>(rank)].gone = access(folder_.c_str(), F_OK) != 0;
    return;
  }
  Peer& peer = peers_[static_cast<std::size_t>(rank)];
  peer.socket = socket;
  append(peer.out, &own_, sizeof own_);
}

void Mesh::exchange(Peer& peer) {
  while (!peer.out.empty() && !peer.gone) {
    const ssize_t sent = ::send(peer.socket, peer.out.data(), peer.out.size(), MSG_NOSIGNAL);
    if (sent > 0) drop(peer.out, static_cast<std::size_t>(sent));
    if (sent < 0 && errno != EAGAIN && errno != EINTR) peer.gone = true;
    if (sent <= 0) break;
  }
  std::vector<char> piece(1 << 20);
  while (peer.socket >= 0) {
    const ssize_t received = recv(peer.socket, piece.data(), piece.size(), 0);
    if (received > 0) append(peer.in, piece.data(), static_cast<std::size_t>(received));
    if (received == 0 || (received < 0 && errno != EAGAIN && errno != EINTR)) peer.gone = true;
    if (received <= 0) break;
  }
  if (!peer.greeted && peer.in.size() >= sizeof peer.hello) {
    std::memcpy(&peer.hello, peer.in.data(), sizeof peer.hello);
    drop(peer.in, sizeof peer.hello);
    peer.greeted = true;
  }
}

void Mesh::progress() {
  if (listener_ >= 0) accept_newcomers();
  for (int rank = 0; rank < own_.ranks; ++rank) {
    if (rank < own_.rank && peers_[static_cast<std::size_t>(rank)].socket < 0) connect_to(rank);
    if (peers_[static_cast<std::size_t>(rank)].socket >= 0) exchange(peers_[static_cast<std::size_t>(rank)]);
  }
  if (complete()) stop_listening();
}

void Mesh::stop_listening() {
  if (listener_ < 0) return;
  close(listener_);
  listener_ = -1;
  unlink(path_of(own_.rank).c_str());
  rmdir(folder_.c_str());  // the last one succeeds
}

bool Mesh::complete() const {
  return std::all_of(peers_.begin(), peers_.end(), [](const Peer& peer) { return peer.greeted; });
}

void Mesh::send(int rank, const void* data, std::size_t bytes) {
  Peer& peer = peers_[static_cast<std::size_t>(rank)];
  std::vector<char>& to = rank == own_.rank ? peer.in : peer.out;
  const std::uint64_t header = bytes;
  append(to, &header, sizeof header);
  append(to, data, bytes);
}

Mesh::Taken Mesh::take(int rank, void* data, std::size_t bytes) {
  Peer& peer = peers_[static_cast<std::size_t>(rank)];
  std::uint64_t header = 0;
  if (peer.in.size() < sizeof header) return Taken::not_yet;
  std::memcpy(&header, peer.in.data(), sizeof header);
  if (header != bytes) return Taken::of_other_size;
  if (peer.in.size() < sizeof header + bytes) return Taken::not_yet;
  if (bytes > 0) std::memcpy(data, peer.in.data() + sizeof header, bytes);
  drop(peer.in, sizeof header + bytes);
  return Taken::yes;
}

}  // namespace simulated
