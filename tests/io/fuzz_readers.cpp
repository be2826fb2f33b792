// Damaged files: takes valid ones, cuts and changes bytes at random, opens them and reads all rows. Every case must end
// in rows or in one pac::Error; a crash, a hang, another exception or a sanitizer's report fails the program and keeps
// the file. Each case runs in a process of its own. Usage: fuzz_readers SEED COUNT FOLDER [KEEP-FOLDER]
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

#include "core/config.hpp"
#include "core/error.hpp"
#include "io/signals.hpp"

// Under AddressSanitizer: HDF5 1.10 does not free everything when it refuses a damaged file, and asks for absurd sizes,
// which malloc refuses. Neither is ours. The names are the sanitizer's.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() { return "leak:libhdf5"; }
extern "C" const char* __lsan_default_options();
extern "C" const char* __lsan_default_options() { return "print_suppressions=0"; }
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() { return "allocator_may_return_null=1"; }

namespace {

constexpr unsigned limit_s = 60;  // a case takes milliseconds; sanitizers and a busy machine take longer
constexpr int refused = 10;
constexpr int defect = 11;
constexpr int library_failed = 12;  // refused, because HDF5 itself crashed on the file in its child process

using Random = std::mt19937_64;

std::size_t below(Random& random, std::size_t n) { return static_cast<std::size_t>(random() % n); }

std::string damaged(std::string bytes, Random& random) {
  const std::size_t way = below(random, 8);
  if (way == 0) bytes.resize(below(random, bytes.size() + 1));
  const std::size_t changes = way == 0 ? below(random, 2) : std::size_t{1} << below(random, 6);
  // Headers stand in front: half of all changes go there.
  const std::size_t front = below(random, 2) == 0 ? bytes.size() : std::min<std::size_t>(bytes.size(), 2048);
  for (std::size_t i = 0; i < changes && front > 0; ++i) {
    char& byte = bytes[below(random, front)];
    switch (below(random, 4)) {
      case 0:
        byte = static_cast<char>(byte ^ static_cast<char>(1U << below(random, 8)));
        break;
      case 1:
        byte = static_cast<char>(random());
        break;
      case 2:
        byte = std::string("\0\xff\x7f\x80 9-\1", 8)[below(random, 8)];
        break;
      default:
        byte = static_cast<char>(byte + (below(random, 2) == 0 ? 1 : -1));
        break;
    }
  }
  return bytes;
}

pac::Config options(const std::string& path, const std::string& name, Random& random) {
  pac::Config config;
  config.input = path;
  const auto give = [&](const char* field) { config.given.emplace_back(field); };
  if (name == "several.hdf5") config.input += below(random, 2) == 0 ? ":/epochs" : ":/fs_free/fine";
  if (name == "timestamps.nwb") config.input += ":/acquisition/by_timestamps";
  config.fs = 200;
  if (name.ends_with(".npy") || below(random, 8) == 0) give("fs");
  if (below(random, 2) == 0) {
    config.seq_sec = 0.5;
    give("seq_sec");
  }
  if (name == "chunked_tc.hdf5" || below(random, 8) == 0) {
    config.layout = pac::Layout::tc;
    give("layout");
  }
  if (name == "two_rates.edf" || below(random, 8) == 0) config.channels.indices = {0, 2};
  return config;
}

/// In a process of its own: 0 read, `refused`, or `defect`.
int run_case(const pac::Config& config) {
  ::alarm(limit_s);
  try {
    const auto source = pac::open_signals(config);
    const pac::SignalShape& shape = source->shape();
    // Enough rows to touch everything; a damaged size may state millions of them.
    const std::int64_t rows = std::min<std::int64_t>(shape.n_rows(), 4096);
    const std::int64_t pad = std::min<std::int64_t>(50, shape.n_times - 1);
    for (std::int64_t i = 0; i < rows; i += 16) {
      pac::RowBlock block;
      source->read({i, std::min<std::int64_t>(16, rows - i)}, pad, block);
    }
    return 0;
  } catch (const pac::Error& error) {
    const std::string line = error.what();
    const bool good = !line.empty() && line.find('\n') == std::string::npos;
    if (line.find("the HDF5 library") != std::string::npos) return library_failed;
    if (!good) std::fprintf(stderr, "not one line: %s\n", line.c_str());
    return good ? refused : defect;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "not a pac::Error: %s\n", error.what());
    return defect;
  }
}

std::string bytes_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Fixture {
  std::string name;
  std::string bytes;
};

std::vector<Fixture> fixtures_in(const std::string& folder) {
  std::vector<Fixture> fixtures;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    fixtures.push_back({entry.path().filename().string(), bytes_of(entry.path())});
  }
  std::sort(fixtures.begin(), fixtures.end(), [](const Fixture& a, const Fixture& b) { return a.name < b.name; });
  return fixtures;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: fuzz_readers SEED COUNT FOLDER [KEEP-FOLDER]\n");
    return 2;
  }
  const auto seed = std::strtoull(argv[1], nullptr, 10);
  const long count = std::strtol(argv[2], nullptr, 10);
  const std::vector<Fixture> fixtures = fixtures_in(argv[3]);
  const std::filesystem::path scratch =
      std::filesystem::temp_directory_path() / ("pacbench-fuzz-" + std::to_string(::getpid()));
  const std::filesystem::path keep = argc > 4 ? argv[4] : scratch / "kept";
  std::filesystem::create_directories(scratch);
  long n_read = 0;
  long n_refused = 0;
  long n_library = 0;
  long n_bad = 0;
  for (long i = 0; i < count; ++i) {
    Random random(seed * 1'000'003 + static_cast<unsigned long long>(i));
    const Fixture& fixture = fixtures[below(random, fixtures.size())];
    const std::filesystem::path path = scratch / fixture.name;
    std::ofstream(path, std::ios::binary) << damaged(fixture.bytes, random);
    const pac::Config config = options(path.string(), fixture.name, random);
    std::fflush(nullptr);
    const pid_t child = ::fork();
    if (child < 0) {
      std::perror("fork");
      return 2;
    }
    if (child == 0) std::exit(run_case(config));
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status) && WEXITSTATUS(status) == 0) {
      ++n_read;
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == refused) {
      ++n_refused;
    } else if (WIFEXITED(status) && WEXITSTATUS(status) == library_failed) {
      ++n_library;
    } else {
      ++n_bad;
      std::filesystem::create_directories(keep);
      const auto kept = keep / (std::to_string(i) + "-" + fixture.name);
      std::filesystem::copy_file(path, kept, std::filesystem::copy_options::overwrite_existing);
      std::printf("case %ld: %s %d: kept %s\n", i, WIFSIGNALED(status) ? "signal" : "status",
                  WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status), kept.c_str());
    }
    std::filesystem::remove(path);
  }
  std::printf("%ld cases: %ld read, %ld refused, %ld refused as HDF5 crashed on them, %ld defects\n", count, n_read,
              n_refused, n_library, n_bad);
  if (n_bad == 0) std::filesystem::remove_all(scratch);
  return n_bad == 0 ? 0 : 1;
}
