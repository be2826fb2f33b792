// The ranks of a run and what they say to each other. The only folder that includes <mpi.h>; its headers do not.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/error.hpp"
#include "core/shard.hpp"

namespace pac {

/// A failure that all ranks know of: each of them unwinds, none waits for another. `lines` are the distinct messages.
class AgreedError : public Error {
 public:
  AgreedError(Exit status, std::vector<std::string> lines);
  [[nodiscard]] const std::vector<std::string>& lines() const { return lines_; }

 private:
  std::vector<std::string> lines_;
};

/// All members below are collective unless said otherwise: every rank calls them, in the same order.
class Communicator {
 public:
  Communicator();  ///< all ranks of the run
  ~Communicator();
  Communicator(const Communicator&) = delete;
  Communicator& operator=(const Communicator&) = delete;

  [[nodiscard]] int rank() const { return rank_; }  ///< local
  [[nodiscard]] int size() const { return size_; }  ///< local
  [[nodiscard]] int local_rank() const {
    return local_rank_;
  }  ///< local: rank among those that share this host's memory
  [[nodiscard]] int local_size() const { return local_size_; }  ///< local
  [[nodiscard]] const std::string& host() const { return host_; }
  [[nodiscard]] bool is_root() const { return rank_ == 0; }

  void barrier() const;
  /// A barrier whose waiting ranks sleep instead of polling: for ranks that have nothing to do for long. Leaves up to
  /// some milliseconds late.
  void quiet_barrier() const;

  /// The first n ranks as a communicator of their own; nothing on the others.
  [[nodiscard]] std::unique_ptr<Communicator> first(int n) const;

  /// Runs `work` on every rank and agrees on the outcome: where any rank failed (Error, std::bad_alloc, any other
  /// exception), every rank throws AgreedError with the lowest failing rank's status. The rule of the house: whatever
  /// may fail on one rank only stands in an agree() before the next collective.
  void agree(const std::function<void()>& work) const;

  /// Rank 0's text on every rank.
  [[nodiscard]] std::string broadcast(const std::string& text) const;
  /// Each rank's text, on every rank, in rank order.
  [[nodiscard]] std::vector<std::string> all_gather(const std::string& text) const;
  /// Each rank's number, on rank 0 only (empty elsewhere), in rank order.
  [[nodiscard]] std::vector<double> gather(const std::vector<double>& mine) const;
  /// Each rank's clock minus rank 0's, s, on rank 0 only (empty elsewhere): `now` read by all between a barrier and a
  /// gather, the briefest of some such rounds. Off by at most half of what that round took.
  [[nodiscard]] std::vector<double> clock_offsets_s(const std::function<double()>& now) const;
  [[nodiscard]] std::int64_t sum(std::int64_t mine) const;
  [[nodiscard]] std::uint64_t sum(std::uint64_t mine) const;  ///< modulo 2^64
  [[nodiscard]] std::int64_t max(std::int64_t mine) const;
  [[nodiscard]] double max(double mine) const;
  [[nodiscard]] bool all(bool mine) const { return max(std::int64_t{mine ? 0 : 1}) == 0; }

  /// Gathers uneven shards of an array of rows on rank 0: `mine` holds rows.count rows of row_bytes; they become rows
  /// rows.first, rows.first + rows.stride, .. of `whole`, which is used on rank 0 only. All ranks' rows have the same
  /// stride, and the same first row modulo it.
  void gather_rows(const void* mine, RowRun rows, std::int64_t row_bytes, void* whole) const;
  /// Brings an array of rows of row_bytes together on every rank, where each has filled in its own rows.
  void all_gather_rows(void* whole, Shard mine, std::int64_t row_bytes) const;

 private:
  struct Handles;
  explicit Communicator(std::unique_ptr<Handles> handles);
  std::unique_ptr<Handles> handles_;
  int rank_ = 0;
  int size_ = 1;
  int local_rank_ = 0;
  int local_size_ = 1;
  std::string host_;
};

/// "Open MPI v4.1.4, ..." in one line.
std::string mpi_library();

}  // namespace pac
