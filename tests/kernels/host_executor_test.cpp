// The host executor itself: right bodies give right results in every order and on threads, planted faults are reported.
#include "host_executor.hpp"

#include <numeric>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "thread_executor.hpp"

namespace pac::kernels {
namespace {

constexpr Order orders[] = {Order::forward, Order::reverse, Order::shuffled};

/// out[columns][rows] = in[rows][columns] by tiles of 32 x 32; without its barrier where Barrier is false.
template <bool Barrier>
struct Transpose {
  const float* in;
  float* out;
  unsigned rows;
  unsigned columns;

  [[nodiscard]] Shape shape() const {
    return {{(columns + 31) / 32, (rows + 31) / 32, 1}, 128, 32 * 33 * sizeof(float)};
  }
  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    float* const tile = c.template shared<float>();
    const unsigned lane = c.thread() % 32;
    const unsigned first_row = c.block().y * 32;
    const unsigned first_column = c.block().x * 32;
    for (unsigned j = c.thread() / 32; j < 32; j += c.threads() / 32)
      if (first_row + j < rows && first_column + lane < columns)
        tile[j * 33 + lane] = in[(first_row + j) * columns + first_column + lane];
    if (Barrier) c.sync();
    for (unsigned j = c.thread() / 32; j < 32; j += c.threads() / 32)
      if (first_column + j < columns && first_row + lane < rows)
        out[(first_column + j) * rows + first_row + lane] = tile[lane * 33 + j];
  }
};

/// Per block of 96 elements: their running sums, the sums of its even and odd elements, and how many are odd numbers.
struct BlockSums {
  const std::uint32_t* in;
  std::uint32_t* running;
  std::uint32_t* halves;  ///< [block][2]
  std::uint32_t* odd;     ///< [block]
  unsigned n_blocks;

  [[nodiscard]] Shape shape() const { return {{n_blocks, 1, 1}, 96, 8 * sizeof(std::uint32_t)}; }
  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    auto* const totals = c.template shared<std::uint32_t>();  // three warps, two halves, a count
    const unsigned lane = c.thread() % 32;
    const unsigned warp = c.thread() / 32;
    if (c.thread() < 3) totals[3 + c.thread()] = 0;
    const std::uint32_t own = in[c.block().x * c.threads() + c.thread()];
    std::uint32_t sum = own;
    for (unsigned step = 1; step < 32; step *= 2) {
      const std::uint32_t below = c.shuffle_up(sum, step);
      if (lane >= step) sum += below;
    }
    std::uint32_t total = own;
    for (unsigned mask = 16; mask > 0; mask /= 2) total += c.shuffle_xor(total, mask);
    const std::uint32_t last = c.shuffle(sum, 31);
    if (lane == 0) totals[warp] = last == total ? total : 0;
    std::uint32_t half = own;  // of the lanes with the same number modulo 2
    for (unsigned mask = 16; mask > 1; mask /= 2) half += c.shuffle_xor(half, mask);
    c.sync();
    if (lane < 2) c.atomic_add(&totals[3 + lane], half);
    if (own % 2 == 1) c.atomic_add(&totals[5], 1U);
    for (unsigned w = 0; w < warp; ++w) sum += totals[w];
    running[c.block().x * c.threads() + c.thread()] = sum;
    c.sync();
    if (c.thread() < 2) halves[2 * c.block().x + c.thread()] = totals[3 + c.thread()];
    if (c.thread() == 0) odd[c.block().x] = totals[5];
  }
};

/// Half of the threads leave before the barrier, one lane before a shuffle, or a thread writes behind its shared
/// memory.
enum class Fault { divergent_barrier, missing_lane, mixed_operations, beyond_shared };
struct Faulty {
  Fault fault;
  [[nodiscard]] static Shape shape() { return {{1, 1, 1}, 64, 16}; }
  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    if (fault == Fault::divergent_barrier && c.thread() >= 32) return;
    if (fault == Fault::beyond_shared && c.thread() == 3) c.template shared<int>()[4] = 1;
    if (fault == Fault::missing_lane) {
      if (c.thread() != 7) static_cast<void>(c.shuffle(1, 0));
    } else if (fault == Fault::mixed_operations) {
      static_cast<void>(c.thread() == 40 ? c.shuffle_xor(1, 1) : c.shuffle(1, 0));
    }
    c.sync();
  }
};

/// Elements without cooperation: the plain loops.
struct Square {
  static constexpr bool cooperative = false;
  const int* in;
  int* out;
  std::int64_t n;
  [[nodiscard]] Shape shape() const { return elementwise(n, 2); }
  template <class C>
  KERNEL_FN void operator()(const C& c) const {
    const std::int64_t i = static_cast<std::int64_t>(c.block().x) * c.threads() + c.thread();
    if (i >= n) return;
    const std::int64_t at = c.block().y * n + i;
    out[at] += in[at] * in[at];
  }
};

constexpr unsigned rows = 45;
constexpr unsigned columns = 70;

/// How many elements the transpose got wrong.
template <bool Barrier, class Run>
unsigned wrong_elements(const Run& run) {
  std::vector<float> in(rows * columns);
  std::vector<float> out(in.size(), -1.0F);
  std::iota(in.begin(), in.end(), 0.0F);
  run(Transpose<Barrier>{in.data(), out.data(), rows, columns});
  unsigned wrong = 0;
  for (unsigned r = 0; r < rows; ++r)
    for (unsigned c = 0; c < columns; ++c) wrong += out[c * rows + r] == in[r * columns + c] ? 0U : 1U;
  return wrong;
}

template <class Run>
void expect_right_sums(const Run& run) {
  constexpr unsigned n_blocks = 3;
  std::vector<std::uint32_t> in(96 * n_blocks);
  for (std::size_t i = 0; i < in.size(); ++i) in[i] = static_cast<std::uint32_t>(i * i * 2654435761U);
  std::vector<std::uint32_t> running(in.size());
  std::vector<std::uint32_t> halves(2 * n_blocks);
  std::vector<std::uint32_t> odd(n_blocks);
  run(BlockSums{in.data(), running.data(), halves.data(), odd.data(), n_blocks});
  for (unsigned block = 0; block < n_blocks; ++block) {
    std::uint32_t half[2] = {0, 0};
    std::uint32_t odd_here = 0;
    for (unsigned i = 0; i < 96; ++i) {
      const std::uint32_t value = in[96 * block + i];
      half[i % 2] += value;
      odd_here += value % 2;
      ASSERT_EQ(running[96 * block + i], half[0] + half[1]) << block << " " << i;
    }
    EXPECT_EQ(halves[2 * block], half[0]);
    EXPECT_EQ(halves[2 * block + 1], half[1]);
    EXPECT_EQ(odd[block], odd_here);
  }
}

std::string complaint(Fault fault, Order order) {
  try {
    run_on_host(Faulty{fault}, order);
  } catch (const std::logic_error& error) {
    return error.what();
  }
  return "";
}

TEST(HostExecutor, RightBodiesAreRightInEveryOrder) {
  for (const Order order : orders) {
    EXPECT_EQ(wrong_elements<true>([&](const auto& body) { run_on_host(body, order); }), 0U);
    expect_right_sums([&](const auto& body) { run_on_host(body, order); });
  }
}

TEST(HostExecutor, RightBodiesAreRightOnThreads) {
  EXPECT_EQ(wrong_elements<true>([](const auto& body) { run_on_threads(body); }), 0U);
  expect_right_sums([](const auto& body) { run_on_threads(body); });
}

TEST(HostExecutor, PlainLoopsReachEveryElementOnce) {
  for (const Order order : orders) {
    std::vector<int> in(2 * 300);
    std::iota(in.begin(), in.end(), 0);
    std::vector<int> out(in.size());
    run_on_host(Square{in.data(), out.data(), 300}, order);
    for (std::size_t i = 0; i < in.size(); ++i) ASSERT_EQ(out[i], in[i] * in[i]);
  }
}

TEST(HostExecutor, AMissingBarrierGivesWrongResultsInEveryOrder) {
  for (const Order order : orders)
    EXPECT_GT(wrong_elements<false>([&](const auto& body) { run_on_host(body, order); }), rows * columns / 4);
}

TEST(HostExecutor, ThreadsThatWaitForOthersInVainAreReported) {
  for (const Order order : orders) {
    EXPECT_EQ(complaint(Fault::divergent_barrier, order), "barrier not reached by all threads");
    EXPECT_EQ(complaint(Fault::missing_lane, order), "warp operation not reached by all lanes");
    EXPECT_EQ(complaint(Fault::mixed_operations, order), "warp operation not reached by all lanes");
    EXPECT_EQ(complaint(Fault::beyond_shared, order), "write behind the end of shared memory");
  }
  EXPECT_EQ(wrong_elements<true>([](const auto& body) { run_on_host(body); }), 0U) << "after reports";
}

// Run by the next test, in a process of its own.
TEST(HostExecutor, DISABLED_MissingBarrierOnThreads) {
  wrong_elements<false>([](const auto& body) { run_on_threads(body); });
}

TEST(HostExecutor, ThreadSanitizerReportsAMissingBarrier) {
#if defined(__SANITIZE_THREAD__)
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    static_cast<void>(freopen("/dev/null", "w", stderr));
    execl("/proc/self/exe", "host_executor_test", "--gtest_also_run_disabled_tests",
          "--gtest_filter=HostExecutor.DISABLED_MissingBarrierOnThreads", static_cast<char*>(nullptr));
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_FALSE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
#else
  GTEST_SKIP() << "not built with -fsanitize=thread";
#endif
}

}  // namespace
}  // namespace pac::kernels
