// What a kernel body sees when the host runs it: kernels/context.hpp's context, made of a team of threads that can wait
// for each other. A team has meet(), lanes(), shared() and add().
#pragma once

#include <cstring>

#include "kernels/context.hpp"

namespace pac::kernels {

/// Where threads wait for each other: all of a block at a barrier, all of a warp at one and the same operation.
enum class Meeting : unsigned char { none, barrier, shuffle, shuffle_up, shuffle_xor };

/// What a lane gives to the others in a warp operation.
struct alignas(16) LaneValue {
  unsigned char bytes[16];
};

/// The threads of a warp that wait in turn use two sets of values: who has left the first meeting may write for the
/// second while others still read.
constexpr unsigned lane_value_sets = 2;

/// For bodies whose threads have nothing to do with each other.
struct LoneContext {
  unsigned thread_number;
  unsigned thread_count;
  Index3 block_number;

  [[nodiscard]] unsigned thread() const { return thread_number; }
  [[nodiscard]] unsigned threads() const { return thread_count; }
  [[nodiscard]] Index3 block() const { return block_number; }
};

template <class Team>
class HostContext {
 public:
  HostContext(Team& team, unsigned thread, unsigned threads, Index3 block)
      : team_(&team), thread_(thread), threads_(threads), block_(block) {}

  [[nodiscard]] unsigned thread() const { return thread_; }
  [[nodiscard]] unsigned threads() const { return threads_; }
  [[nodiscard]] Index3 block() const { return block_; }
  void sync() const { team_->meet(thread_, Meeting::barrier); }

  template <class T>
  T shuffle(T value, unsigned lane) const {
    return read<T>(give(Meeting::shuffle, value), lane % warp_size);
  }
  template <class T>
  T shuffle_up(T value, unsigned lanes) const {
    const unsigned own = thread_ % warp_size;
    return read<T>(give(Meeting::shuffle_up, value), own < lanes ? own : own - lanes);
  }
  template <class T>
  T shuffle_xor(T value, unsigned mask) const {
    return read<T>(give(Meeting::shuffle_xor, value), (thread_ ^ mask) % warp_size);
  }
  template <class T>
  T atomic_add(T* to, T value) const {
    return team_->add(to, value);
  }
  template <class T>
  T* shared() const {
    return static_cast<T*>(team_->shared());
  }

 private:
  /// Waits for the warp; the values of its 32 lanes.
  template <class T>
  const LaneValue* give(Meeting meeting, const T& value) const {
    static_assert(sizeof(T) <= sizeof(LaneValue));
    LaneValue* const values = team_->lanes(thread_ / warp_size, turn_);
    turn_ = (turn_ + 1) % lane_value_sets;
    std::memcpy(values[thread_ % warp_size].bytes, &value, sizeof value);
    team_->meet(thread_, meeting);
    return values;
  }
  template <class T>
  static T read(const LaneValue* values, unsigned lane) {
    T value;
    std::memcpy(&value, values[lane].bytes, sizeof value);
    return value;
  }

  Team* team_;
  unsigned thread_;
  unsigned threads_;
  Index3 block_;
  mutable unsigned turn_ = 0;
};

}  // namespace pac::kernels
