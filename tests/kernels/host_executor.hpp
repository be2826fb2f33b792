// Runs kernel bodies on the host. run_on_host: every thread of a block a fiber, blocks one after the other, in a chosen
// order; a body whose threads have nothing to do with each other (cooperative = false) in plain loops.
//
// What this does not show: fences and the memory model, alignment faults, limits of registers and occupancy.
#pragma once

#include "fiber_team.hpp"

namespace pac::kernels {

template <class Body>
constexpr bool is_cooperative() {
  if constexpr (requires { Body::cooperative; }) {
    return Body::cooperative;
  } else {
    return true;
  }
}

/// The block that has a number, counted along x first.
inline Index3 block_of(Index3 blocks, unsigned number) {
  return {number % blocks.x, number / blocks.x % blocks.y, number / blocks.x / blocks.y};
}

template <class Body>
void run_on_host(const Body& body, Order order = Order::forward) {
  const Shape shape = body.shape();
  if (shape.empty()) return;
  const unsigned n_blocks = shape.blocks.x * shape.blocks.y * shape.blocks.z;
  const std::vector<unsigned> block_order = numbers_in_order(n_blocks, order, 0);
  if constexpr (!is_cooperative<Body>()) {
    const std::vector<unsigned> thread_order = numbers_in_order(shape.threads, order, 1);
    for (const unsigned number : block_order)
      for (const unsigned thread : thread_order)
        body(LoneContext{thread, shape.threads, block_of(shape.blocks, number)});
  } else {
    FiberTeam team(shape.threads, shape.shared_bytes);
    for (const unsigned number : block_order) {
      const Index3 block = block_of(shape.blocks, number);
      const auto work = [&](unsigned thread) { body(HostContext<FiberTeam>(team, thread, shape.threads, block)); };
      team.run_block(work, order, number);
    }
  }
}

}  // namespace pac::kernels
