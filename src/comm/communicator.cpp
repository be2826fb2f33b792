// The ranks of a run and what they say to each other.
#include "comm/communicator.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <new>
#include <thread>

#include "comm/mpi_check.hpp"

namespace pac {
namespace {

int int_of(std::size_t size) {
  if (size > static_cast<std::size_t>(std::numeric_limits<int>::max())) {
    throw Error(Exit::communication, "MPI: a message of " + std::to_string(size) + " elements is too large");
  }
  return static_cast<int>(size);
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += (text.empty() ? "" : "\n") + line;
  return text;
}

}  // namespace

AgreedError::AgreedError(Exit status, std::vector<std::string> lines)
    : Error(status, joined(lines)), lines_(std::move(lines)) {}

struct Communicator::Handles {
  MPI_Comm all = MPI_COMM_NULL;
};

namespace {

MPI_Comm copy_of_world() {
  MPI_Comm all = MPI_COMM_NULL;
  check_mpi(MPI_Comm_dup(MPI_COMM_WORLD, &all), "duplicate the communicator");
  return all;
}

}  // namespace

Communicator::Communicator() : Communicator(std::make_unique<Handles>(Handles{copy_of_world()})) {}

Communicator::Communicator(std::unique_ptr<Handles> handles) : handles_(std::move(handles)) {
  MPI_Comm_set_errhandler(handles_->all, MPI_ERRORS_RETURN);
  MPI_Comm_rank(handles_->all, &rank_);
  MPI_Comm_size(handles_->all, &size_);
  MPI_Comm node = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split_type(handles_->all, MPI_COMM_TYPE_SHARED, rank_, MPI_INFO_NULL, &node), "split by host");
  MPI_Comm_rank(node, &local_rank_);
  MPI_Comm_size(node, &local_size_);
  MPI_Comm_free(&node);
  std::array<char, MPI_MAX_PROCESSOR_NAME> name{};
  int length = 0;
  MPI_Get_processor_name(name.data(), &length);
  host_.assign(name.data(), static_cast<std::size_t>(length));
}

Communicator::~Communicator() {
  if (std::uncaught_exceptions() == 0 && handles_->all != MPI_COMM_NULL) MPI_Comm_free(&handles_->all);
}

void Communicator::barrier() const { check_mpi(MPI_Barrier(handles_->all), "barrier"); }

void Communicator::quiet_barrier() const {
  constexpr auto longest = std::chrono::milliseconds(5);
  MPI_Request request = MPI_REQUEST_NULL;
  check_mpi(MPI_Ibarrier(handles_->all, &request), "barrier");
  auto pause = std::chrono::microseconds(50);
  for (int done = 0;;) {
    check_mpi(MPI_Test(&request, &done, MPI_STATUS_IGNORE), "barrier");
    if (done != 0) return;
    std::this_thread::sleep_for(pause);
    pause = std::min<std::chrono::microseconds>(2 * pause, longest);
  }
}

std::unique_ptr<Communicator> Communicator::first(int n) const {
  MPI_Comm part = MPI_COMM_NULL;
  check_mpi(MPI_Comm_split(handles_->all, rank_ < n ? 0 : MPI_UNDEFINED, rank_, &part), "split");
  if (part == MPI_COMM_NULL) return nullptr;
  return std::unique_ptr<Communicator>(new Communicator(std::make_unique<Handles>(Handles{part})));
}

void Communicator::agree(const std::function<void()>& work) const {
  Exit status = Exit::ok;
  std::string line;
  try {
    work();
  } catch (const AgreedError&) {
    throw;  // already everyone's
  } catch (const Error& error) {
    status = error.status();
    line = error.what();
  } catch (const std::bad_alloc&) {
    status = Exit::memory;
    line = "out of memory; lower --mem-limit or the row length, or use more ranks";
  } catch (const std::exception& error) {
    status = Exit::communication;
    line = error.what();
  }
  if (max(static_cast<std::int64_t>(status)) == 0) return;
  const std::vector<std::string> all = all_gather(std::to_string(static_cast<int>(status)) + " " + host_ + "\n" + line);
  Exit agreed = Exit::ok;
  std::vector<std::string> distinct;
  std::vector<std::string> first_seen;  // the ranks' own words, to compare without the rank's name
  const auto without_host = [](const std::string& text) { return text.substr(text.find('\n')); };
  const bool everywhere = std::all_of(
      all.begin(), all.end(), [&](const std::string& text) { return without_host(text) == without_host(all[0]); });
  for (std::size_t r = 0; r < all.size(); ++r) {
    const auto space = all[r].find(' ');
    const int code = std::stoi(all[r].substr(0, space));
    if (code == 0) continue;
    if (agreed == Exit::ok) agreed = static_cast<Exit>(code);
    const auto end = all[r].find('\n');
    const std::string host = all[r].substr(space + 1, end - space - 1);
    const std::string words = all[r].substr(end + 1);
    if (std::find(first_seen.begin(), first_seen.end(), words) != first_seen.end()) continue;
    first_seen.push_back(words);
    distinct.push_back(everywhere ? words : "[rank " + std::to_string(r) + ", host " + host + "] " + words);
  }
  throw AgreedError(agreed, distinct);
}

std::string Communicator::broadcast(const std::string& text) const {
  std::int64_t size = static_cast<std::int64_t>(text.size());
  check_mpi(MPI_Bcast(&size, 1, MPI_INT64_T, 0, handles_->all), "broadcast");
  std::string copy = is_root() ? text : std::string(static_cast<std::size_t>(size), '\0');
  check_mpi(MPI_Bcast(copy.data(), int_of(copy.size()), MPI_CHAR, 0, handles_->all), "broadcast");
  return copy;
}

std::vector<std::string> Communicator::all_gather(const std::string& text) const {
  const int mine = int_of(text.size());
  std::vector<int> counts(static_cast<std::size_t>(size_));
  check_mpi(MPI_Allgather(&mine, 1, MPI_INT, counts.data(), 1, MPI_INT, handles_->all), "gather lengths");
  std::vector<int> starts(counts.size());
  std::size_t total = 0;
  for (std::size_t r = 0; r < counts.size(); ++r) {
    starts[r] = int_of(total);
    total += static_cast<std::size_t>(counts[r]);
  }
  std::string joint(total, '\0');
  check_mpi(
      MPI_Allgatherv(text.data(), mine, MPI_CHAR, joint.data(), counts.data(), starts.data(), MPI_CHAR, handles_->all),
      "gather texts");
  std::vector<std::string> texts;
  for (std::size_t r = 0; r < counts.size(); ++r) {
    texts.push_back(joint.substr(static_cast<std::size_t>(starts[r]), static_cast<std::size_t>(counts[r])));
  }
  return texts;
}

std::vector<double> Communicator::gather(const std::vector<double>& mine) const {
  const int count = int_of(mine.size());
  std::vector<double> all(is_root() ? mine.size() * static_cast<std::size_t>(size_) : 0);
  check_mpi(MPI_Gather(mine.data(), count, MPI_DOUBLE, all.data(), count, MPI_DOUBLE, 0, handles_->all), "gather");
  return all;
}

std::vector<double> Communicator::clock_offsets_s(const std::function<double()>& now) const {
  constexpr int rounds = 8;
  std::vector<double> offsets;
  double briefest = std::numeric_limits<double>::infinity();
  for (int round = 0; round < rounds; ++round) {
    const double begin = now();
    barrier();
    std::vector<double> stamps = gather({now()});
    const double end = now();
    if (!is_root() || end - begin >= briefest) continue;
    briefest = end - begin;
    for (double& stamp : stamps) stamp -= (begin + end) / 2;
    stamps[0] = 0;
    offsets = std::move(stamps);
  }
  return offsets;
}

std::int64_t Communicator::sum(std::int64_t mine) const {
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_INT64_T, MPI_SUM, handles_->all), "sum");
  return mine;
}

std::uint64_t Communicator::sum(std::uint64_t mine) const {
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_UINT64_T, MPI_SUM, handles_->all), "sum");
  return mine;
}

double Communicator::max(double mine) const {
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_DOUBLE, MPI_MAX, handles_->all), "maximum");
  return mine;
}

std::int64_t Communicator::max(std::int64_t mine) const {
  check_mpi(MPI_Allreduce(MPI_IN_PLACE, &mine, 1, MPI_INT64_T, MPI_MAX, handles_->all), "maximum");
  return mine;
}

namespace {

/// A row of bytes as MPI's type, `stride` rows from the next: rows, not bytes, are counted, as counts are ints.
class RowType {
 public:
  explicit RowType(std::int64_t row_bytes, std::int64_t stride = 1) {
    MPI_Datatype row = MPI_DATATYPE_NULL;
    check_mpi(MPI_Type_contiguous(int_of(static_cast<std::size_t>(row_bytes)), MPI_BYTE, &row), "describe a row");
    const int status = MPI_Type_create_resized(row, 0, static_cast<MPI_Aint>(row_bytes * stride), &type_);
    MPI_Type_free(&row);
    check_mpi(status, "describe a row");
    MPI_Type_commit(&type_);
  }
  RowType(const RowType&) = delete;
  RowType& operator=(const RowType&) = delete;
  ~RowType() { MPI_Type_free(&type_); }
  operator MPI_Datatype() const { return type_; }

 private:
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
};

}  // namespace

void Communicator::gather_rows(const void* mine, RowRun rows, std::int64_t row_bytes, void* whole) const {
  if (row_bytes == 0) return;
  const std::array<std::int64_t, 2> place{rows.first / rows.stride, rows.count};
  std::vector<std::int64_t> places(is_root() ? 2 * static_cast<std::size_t>(size_) : 0);
  check_mpi(MPI_Gather(place.data(), 2, MPI_INT64_T, places.data(), 2, MPI_INT64_T, 0, handles_->all), "gather shards");
  std::vector<int> counts;
  std::vector<int> starts;
  for (std::size_t i = 0; i < places.size(); i += 2) {
    starts.push_back(int_of(static_cast<std::size_t>(places[i])));
    counts.push_back(int_of(static_cast<std::size_t>(places[i + 1])));
  }
  const RowType sent(row_bytes);
  const RowType received(row_bytes, rows.stride);
  void* const begin = is_root() ? static_cast<std::byte*>(whole) + rows.first % rows.stride * row_bytes : nullptr;
  check_mpi(MPI_Gatherv(mine, int_of(static_cast<std::size_t>(rows.count)), sent, begin, counts.data(), starts.data(),
                        received, 0, handles_->all),
            "gather rows");
}

void Communicator::all_gather_rows(void* whole, Shard mine, std::int64_t row_bytes) const {
  if (size_ == 1) return;
  constexpr std::int64_t most_bytes = std::int64_t{1} << 30;  // of a call: libraries count bytes in ints too
  const std::array<std::int64_t, 2> place{mine.first, mine.count};
  std::vector<std::int64_t> places(2 * static_cast<std::size_t>(size_));
  check_mpi(MPI_Allgather(place.data(), 2, MPI_INT64_T, places.data(), 2, MPI_INT64_T, handles_->all), "share shards");
  const std::int64_t longest = max(mine.count);
  const std::int64_t step = std::max<std::int64_t>(1, most_bytes / row_bytes / size_);
  const RowType row(row_bytes);
  std::vector<int> counts(static_cast<std::size_t>(size_));
  std::vector<int> starts(counts.size());
  for (std::int64_t done = 0; done < longest; done += step) {
    for (std::size_t r = 0; r < counts.size(); ++r) {
      const std::int64_t left = std::max<std::int64_t>(0, places[2 * r + 1] - done);
      counts[r] = int_of(static_cast<std::size_t>(std::min(step, left)));
      starts[r] = int_of(static_cast<std::size_t>(places[2 * r] + (left > 0 ? done : 0)));
    }
    check_mpi(
        MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, whole, counts.data(), starts.data(), row, handles_->all),
        "share rows");
  }
}

std::string mpi_library() {
  std::array<char, MPI_MAX_LIBRARY_VERSION_STRING> text{};
  int length = 0;
  MPI_Get_library_version(text.data(), &length);
  std::string line(text.data(), static_cast<std::size_t>(length));
  return line.substr(0, line.find_first_of("\n,"));
}

}  // namespace pac
