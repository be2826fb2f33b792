// Bodies whose threads wait for each other: on host threads they give the bits that fibers give, where ThreadSanitizer
// sees every access; without their barriers they are wrong in every order of fibers, and ThreadSanitizer says so.
#include <sys/wait.h>
#include <unistd.h>

#include "shifted.hpp"
#include "thread_executor.hpp"

namespace pac::kernels {
namespace {

/// A context whose barrier does nothing.
template <class C>
struct NoBarrier {
  const C& context;

  [[nodiscard]] unsigned thread() const { return context.thread(); }
  [[nodiscard]] unsigned threads() const { return context.threads(); }
  [[nodiscard]] Index3 block() const { return context.block(); }
  void sync() const {}
  template <class T>
  T shuffle(T value, unsigned lane) const {
    return context.shuffle(value, lane);
  }
  template <class T>
  T shuffle_up(T value, unsigned lanes) const {
    return context.shuffle_up(value, lanes);
  }
  template <class T>
  T shuffle_xor(T value, unsigned mask) const {
    return context.shuffle_xor(value, mask);
  }
  template <unsigned Groups>
  std::uint32_t sum_of_lanes(std::uint32_t value) const {
    return context.template sum_of_lanes<Groups>(value);
  }
  template <class T>
  T atomic_add(T* to, T value) const {
    return context.atomic_add(to, value);
  }
  template <class T>
  T* shared() const {
    return context.template shared<T>();
  }
};

template <class Body>
struct WithoutBarriers {
  Body body;
  [[nodiscard]] Shape shape() const { return body.shape(); }
  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    body(NoBarrier<C>{c});
  }
};

Extent tiny(std::int64_t n_times) {
  Extent e{n_times, 3};
  e.n_pha = 2;
  e.n_amp = 3;
  e.n_rows = 1;
  e.tile_rows = 2;
  return e;
}

/// Everything that the bodies leave of a tile, each run by run(body).
template <unsigned Lanes, bool Staged>
struct Everything {
  Tile tile;
  Shifts shifts;
  Lists lists;
  Prefix<Lanes> prefix;
  Observed observed;
  std::vector<float> surrogates;

  template <class Run>
  Everything(const Extent& e, const Run& run) : tile(e), shifts(e, 5), lists(e), prefix(e), observed(e) {
    run(find_boundaries(tile, lists));
    run(prefix_sums(tile, prefix));
    observe<Lanes, Staged>(pair_data(e, lists, prefix), observed, run);
    surrogates = surrogate_indices<Lanes, Staged>(e, lists, prefix, shifts, {3, 2}, run);
  }
};

template <unsigned Lanes, bool Staged>
void expect_threads_as_fibers() {
  const Extent e = tiny(45);
  const Everything<Lanes, Staged> fibers(e, [](const auto& body) { run_on_host(body); });
  const Everything<Lanes, Staged> threads(e, [](const auto& body) { run_on_threads(body); });
  EXPECT_TRUE(threads.lists.starts.same_bits(fibers.lists.starts));
  EXPECT_TRUE(threads.lists.ends.same_bits(fibers.lists.ends));
  EXPECT_TRUE(threads.lists.weights.same_bits(fibers.lists.weights));
  EXPECT_TRUE(threads.lists.empty_bin.same_bits(fibers.lists.empty_bin));
  EXPECT_TRUE(threads.lists.last_bin.same_bits(fibers.lists.last_bin));
  EXPECT_TRUE(threads.prefix.sums.same_bits(fibers.prefix.sums));
  EXPECT_TRUE(threads.prefix.total.same_bits(fibers.prefix.total));
  EXPECT_TRUE(threads.observed.pac.same_bits(fibers.observed.pac));
  EXPECT_TRUE(threads.observed.preferred_phase.same_bits(fibers.observed.preferred_phase));
  EXPECT_TRUE(threads.observed.quality.same_bits(fibers.observed.quality));
  EXPECT_TRUE(threads.observed.distribution.same_bits(fibers.observed.distribution));
  EXPECT_TRUE(same_bits(threads.surrogates, fibers.surrogates));
}

TEST(Threads, GiveTheBitsOfFibersWithEightLanes) { expect_threads_as_fibers<8, true>(); }
#if !defined(__SANITIZE_THREAD__)  // seconds each; they wait where the others do
TEST(Threads, GiveTheBitsOfFibersWithFourLanes) { expect_threads_as_fibers<4, true>(); }
TEST(Threads, GiveTheBitsOfFibersWithTwoLanes) { expect_threads_as_fibers<2, true>(); }
#endif
TEST(Threads, GiveTheBitsOfFibersWithOneLane) { expect_threads_as_fibers<1, true>(); }
TEST(Threads, GiveTheBitsOfFibersWithoutACopyInSharedMemory) { expect_threads_as_fibers<8, false>(); }

/// More times than a block's threads copy at once, so that each barrier has something to wait for.
const Extent unguarded = tiny(301);

/// How many prefix sums differ when PrefixSums does not wait.
template <class Run>
std::int64_t wrong_prefix_sums(const Run& run) {
  const Tile tile(unguarded);
  Prefix<8> right(unguarded);
  Prefix<8> wrong(unguarded);
  run_on_host(prefix_sums(tile, right));
  run(WithoutBarriers<PrefixSums<8>>{prefix_sums(tile, wrong)});
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < right.sums.size(); ++i) count += right.sums[i] == wrong.sums[i] ? 0 : 1;
  return count;
}

/// How many surrogates differ when a body does not wait for its copy of the prefix sums.
template <class Run>
std::int64_t wrong_surrogates(const Run& run) {
  const Tile tile(unguarded);
  const Shifts shifts(unguarded, 70);
  Lists lists(unguarded);
  Prefix<8> prefix(unguarded);
  run_on_host(find_boundaries(tile, lists));
  run_on_host(prefix_sums(tile, prefix));
  const auto with = [&](const auto& body) { run_on_host(body); };
  const auto without = [&](const auto& body) { run(WithoutBarriers<std::decay_t<decltype(body)>>{body}); };
  const auto right = surrogate_indices<8, true>(unguarded, lists, prefix, shifts, {70, 1}, with);
  const auto wrong = surrogate_indices<8, true>(unguarded, lists, prefix, shifts, {70, 1}, without);
  std::int64_t count = 0;
  for (std::size_t i = 0; i < right.size(); ++i) count += bits_of(right[i]) == bits_of(wrong[i]) ? 0 : 1;
  return count;
}

TEST(WithoutBarriers, PrefixSumsAreWrongInEveryOrder) {
  for (const Order order : all_orders) {
    EXPECT_GT(wrong_prefix_sums([&](const auto& body) { run_on_host(body, order); }), 100) << name_of(order);
  }
}

TEST(WithoutBarriers, StagedSurrogatesAreWrongInEveryOrder) {
  for (const Order order : all_orders) {
    EXPECT_GT(wrong_surrogates([&](const auto& body) { run_on_host(body, order); }), 100) << name_of(order);
  }
}

// Each run by the next test, in a process of its own.
TEST(WithoutBarriers, DISABLED_PrefixSumsOnThreads) {
  wrong_prefix_sums([](const auto& body) { run_on_threads(body); });
}
TEST(WithoutBarriers, DISABLED_StagedSurrogatesOnThreads) {
  wrong_surrogates([](const auto& body) { run_on_threads(body); });
}

#if defined(__SANITIZE_THREAD__)
/// Whether a test of this program ends well in a process of its own.
bool passes_alone(const char* filter) {
  const pid_t child = fork();
  if (child == 0) {
    static_cast<void>(freopen("/dev/null", "w", stderr));
    static_cast<void>(freopen("/dev/null", "w", stdout));
    execl("/proc/self/exe", "kernel_bodies_test", "--gtest_also_run_disabled_tests", filter,
          static_cast<char*>(nullptr));
    _exit(0);
  }
  int status = 0;
  return waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
#endif

TEST(WithoutBarriers, ThreadSanitizerReportsIt) {
#if defined(__SANITIZE_THREAD__)
  EXPECT_TRUE(passes_alone("--gtest_filter=ArrangeShifts.*"));
  EXPECT_FALSE(passes_alone("--gtest_filter=WithoutBarriers.DISABLED_PrefixSumsOnThreads"));
  EXPECT_FALSE(passes_alone("--gtest_filter=WithoutBarriers.DISABLED_StagedSurrogatesOnThreads"));
#else
  GTEST_SKIP() << "not built with -fsanitize=thread";
#endif
}

}  // namespace
}  // namespace pac::kernels
