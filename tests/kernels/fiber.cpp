// Changing stacks: some instructions on x86-64, ucontext elsewhere and under sanitizers, which are told of each change.
#include "fiber.hpp"

#include <cstdint>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#elif defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#elif defined(__x86_64__)
#define PACBENCH_OWN_SWITCH
#endif

#if defined(PACBENCH_OWN_SWITCH)
// Saves the registers that a callee must keep, stores the stack pointer at *save, goes on with the stack `load`.
// (ucontext would ask the kernel for the signal mask at each change: ten times slower.)
extern "C" void pacbench_switch_stack(void** save, void* load);
asm(R"(
  .text
  .globl pacbench_switch_stack
  .hidden pacbench_switch_stack
  .type pacbench_switch_stack, @function
pacbench_switch_stack:
  pushq %rbp
  pushq %rbx
  pushq %r12
  pushq %r13
  pushq %r14
  pushq %r15
  movq %rsp, (%rdi)
  movq %rsi, %rsp
  popq %r15
  popq %r14
  popq %r13
  popq %r12
  popq %rbx
  popq %rbp
  ret
  .size pacbench_switch_stack, .-pacbench_switch_stack
)");
#endif

namespace pac::kernels {

namespace {

#if defined(PACBENCH_OWN_SWITCH)
constexpr std::size_t stack_bytes = 64 << 10;
/// The fiber that is entered for the first time: its start has no arguments.
thread_local Fiber* starting = nullptr;
#else
constexpr std::size_t stack_bytes = 256 << 10;
#endif

}  // namespace

Fiber::Fiber() : stack_(new unsigned char[stack_bytes]) {
#if defined(PACBENCH_OWN_SWITCH)
  // As if start() had been called and had saved six registers: a return address on a multiple of 16, then the six.
  auto top = reinterpret_cast<std::uintptr_t>(stack_.get() + stack_bytes) & ~std::uintptr_t{15};
  void** const place = reinterpret_cast<void**>(top);
  place[-1] = nullptr;
  place[-2] = reinterpret_cast<void*>(+[] { start(0, 0); });
  for (int i = 3; i <= 8; ++i) place[-i] = nullptr;
  own_stack_pointer_ = place - 8;
#else
  getcontext(&own_);
  own_.uc_stack.ss_sp = stack_.get();
  own_.uc_stack.ss_size = stack_bytes;
  own_.uc_link = nullptr;
  const auto self = reinterpret_cast<std::uintptr_t>(this);
  makecontext(&own_, reinterpret_cast<void (*)()>(&Fiber::start), 2, static_cast<unsigned>(self >> 32),
              static_cast<unsigned>(self));
#if defined(__SANITIZE_THREAD__)
  own_shadow_ = __tsan_create_fiber(0);
#endif
#endif
}

Fiber::~Fiber() {
#if defined(__SANITIZE_THREAD__)
  __tsan_destroy_fiber(own_shadow_);
#endif
}

void Fiber::start([[maybe_unused]] unsigned high, [[maybe_unused]] unsigned low) {
#if defined(PACBENCH_OWN_SWITCH)
  starting->run();
#else
  reinterpret_cast<Fiber*>((static_cast<std::uintptr_t>(high) << 32) | low)->run();
#endif
}

void Fiber::run() {
#if defined(__SANITIZE_ADDRESS__)
  __sanitizer_finish_switch_fiber(nullptr, &caller_stack_, &caller_stack_size_);
#endif
  for (;;) {
    work_();
    leave();
  }
}

void Fiber::enter() {
#if defined(PACBENCH_OWN_SWITCH)
  starting = this;
  pacbench_switch_stack(&caller_stack_pointer_, own_stack_pointer_);
#elif defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&caller_shadow_, stack_.get(), stack_bytes);
  swapcontext(&caller_, &own_);
  __sanitizer_finish_switch_fiber(caller_shadow_, nullptr, nullptr);
#else
#if defined(__SANITIZE_THREAD__)
  caller_shadow_ = __tsan_get_current_fiber();
  __tsan_switch_to_fiber(own_shadow_, 0);
#endif
  swapcontext(&caller_, &own_);
#endif
}

void Fiber::leave() {
#if defined(PACBENCH_OWN_SWITCH)
  pacbench_switch_stack(&own_stack_pointer_, caller_stack_pointer_);
#elif defined(__SANITIZE_ADDRESS__)
  __sanitizer_start_switch_fiber(&own_shadow_, caller_stack_, caller_stack_size_);
  swapcontext(&own_, &caller_);
  __sanitizer_finish_switch_fiber(own_shadow_, &caller_stack_, &caller_stack_size_);
#else
#if defined(__SANITIZE_THREAD__)
  __tsan_switch_to_fiber(caller_shadow_, 0);
#endif
  swapcontext(&own_, &caller_);
#endif
}

}  // namespace pac::kernels
