// A stack of its own that runs a function, can be left in the middle and entered again: a GPU thread on the host.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include <ucontext.h>

namespace pac::kernels {

class Fiber {
 public:
  Fiber();
  Fiber(const Fiber&) = delete;
  Fiber& operator=(const Fiber&) = delete;
  ~Fiber();

  /// What the next enter() runs; not while work is under way.
  void set_work(std::function<void()> work) { work_ = std::move(work); }
  /// Runs the work from where it stands until it ends or calls leave().
  void enter();
  /// Called by the work: goes back to whoever called enter().
  void leave();

 private:
  static void start(unsigned high, unsigned low);
  [[noreturn]] void run();

  std::unique_ptr<unsigned char[]> stack_;
  std::function<void()> work_;
  void* own_stack_pointer_ = nullptr;
  void* caller_stack_pointer_ = nullptr;
  ucontext_t own_ = {};
  ucontext_t caller_ = {};
  // What the sanitizers want to hear of a change of stacks.
  void* own_shadow_ = nullptr;
  void* caller_shadow_ = nullptr;
  const void* caller_stack_ = nullptr;
  std::size_t caller_stack_size_ = 0;
};

}  // namespace pac::kernels
