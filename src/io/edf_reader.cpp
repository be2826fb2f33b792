// See edf_reader.hpp. edflib keeps its files in global tables, opens no file twice and is not thread safe: one lock,
// and one open file shared by all who read it.
#include "io/edf_reader.hpp"

#include <algorithm>
#include <filesystem>
#include <map>
#include <mutex>

#include <edflib.h>

#include "core/error.hpp"
#include "io/edf_header.hpp"

namespace pac {
namespace {

std::mutex& edflib_lock() {
  static std::mutex lock;
  return lock;
}

std::string edflib_words(int code) {
  switch (code) {
    case EDFLIB_MALLOC_ERROR:
      return "out of memory";
    case EDFLIB_NO_SUCH_FILE_OR_DIRECTORY:
      return "no such file";
    case EDFLIB_MAXFILES_REACHED:
      return "too many open files";
    case EDFLIB_FILE_READ_ERROR:
      return "cannot be read";
    case EDFLIB_FILE_IS_DISCONTINUOUS:
      return "the recording is discontinuous; cut it into continuous files (EDF+C)";
    default:
      return "does not keep to the EDF format (edflib code " + std::to_string(code) + ")";
  }
}

/// A file open in edflib.
class EdfFile {
 public:
  explicit EdfFile(const std::string& path) : header_(std::make_unique<edf_hdr_struct>()) {
    if (edfopen_file_readonly(path.c_str(), header_.get(), EDFLIB_DO_NOT_READ_ANNOTATIONS) != 0) {
      throw Error(Exit::input, path + ": " + edflib_words(header_->filetype));
    }
  }
  EdfFile(const EdfFile&) = delete;
  EdfFile& operator=(const EdfFile&) = delete;
  ~EdfFile() {
    const std::lock_guard guard(edflib_lock());
    edfclose_file(header_->handle);
  }
  [[nodiscard]] const edf_hdr_struct& header() const { return *header_; }

  static std::shared_ptr<EdfFile> open(const std::string& path) {
    static std::map<std::string, std::weak_ptr<EdfFile>> open_files;
    std::error_code ignored;
    const std::string key = std::filesystem::canonical(path, ignored).string();
    const std::lock_guard guard(edflib_lock());
    std::shared_ptr<EdfFile> file = open_files[key].lock();
    if (!file) {
      file = std::make_shared<EdfFile>(key);
      open_files[key] = file;
    }
    return file;
  }

 private:
  std::unique_ptr<edf_hdr_struct> header_;  // 100 kB: not on the stack
};

class EdfArray final : public SignalArray {
 public:
  EdfArray(const std::string& path, const Config& config) {
    const InputFile bytes(path);
    const EdfHeader header = read_edf_header(bytes);
    const std::int64_t per_record = common_rate(path, header, config.channels.indices);
    file_ = EdfFile::open(path);
    if (file_->header().edfsignals != static_cast<int>(header.signals.size())) {
      throw Error(Exit::input, path + ": edflib counts " + std::to_string(file_->header().edfsignals) + " signals");
    }
    facts_.name = path;
    facts_.extents = {static_cast<std::int64_t>(header.signals.size()), header.n_records * per_record};
    facts_.layout = Layout::ct;
    facts_.layout_is_fixed = true;
    facts_.fs_hz = static_cast<double>(per_record) / header.record_s;
    for (const EdfSignal& signal : header.signals) facts_.channel_names.push_back(signal.label);
    choose_unit(header, config.channels.indices);
    checked_count(path, facts_.extents);
  }
  [[nodiscard]] const ArrayFacts& facts() const override { return facts_; }

  void read(const AxisValues& first, const AxisValues& count, std::span<double> out) override {
    const std::lock_guard guard(edflib_lock());
    const int handle = file_->header().handle;
    for (std::int64_t c = 0; c < count[0]; ++c) {
      const auto signal = static_cast<int>(first[0] + c);
      double* to = out.data() + c * count[1];
      const int n = static_cast<int>(count[1]);
      if (edfseek(handle, signal, first[1], EDFSEEK_SET) != first[1] ||
          edfread_physical_samples(handle, signal, n, to) != n) {
        throw Error(Exit::input, facts_.name + ": cannot read " + std::to_string(n) + " samples of signal " +
                                     std::to_string(signal) + " from sample " + std::to_string(first[1]));
      }
    }
  }

 private:
  /// Samples per record, which the signals in use share.
  static std::int64_t common_rate(const std::string& path, const EdfHeader& header,
                                  const std::vector<std::int64_t>& channels) {
    std::map<std::int64_t, std::vector<std::string>> labels_of_rate;
    const auto n_signals = static_cast<std::int64_t>(header.signals.size());
    for (std::int64_t i = 0; i < n_signals; ++i) {
      if (!channels.empty() && std::find(channels.begin(), channels.end(), i) == channels.end()) continue;
      const EdfSignal& signal = header.signals[static_cast<std::size_t>(i)];
      labels_of_rate[signal.samples_per_record].push_back(std::to_string(i) + " '" + signal.label + "'");
    }
    if (labels_of_rate.empty()) return header.signals[0].samples_per_record;  // refused by the choice of channels
    if (labels_of_rate.size() > 1) {
      std::string list;
      for (const auto& [samples, labels] : labels_of_rate) {
        list += (list.empty() ? "" : "; ") + to_text(static_cast<double>(samples) / header.record_s) +
                " Hz: " + name_list(labels, 6);
      }
      throw Error(Exit::input,
                  path + ": its signals have several sampling rates; choose equal ones with --channels: " + list);
    }
    return labels_of_rate.begin()->first;
  }

  void choose_unit(const EdfHeader& header, const std::vector<std::int64_t>& channels) {
    const std::size_t first = channels.empty() ? 0 : static_cast<std::size_t>(std::max<std::int64_t>(0, channels[0]));
    if (first < header.signals.size() && !header.signals[first].unit.empty()) facts_.unit = header.signals[first].unit;
  }

  std::shared_ptr<EdfFile> file_;
  ArrayFacts facts_;
};

}  // namespace

std::unique_ptr<SignalArray> open_edf(const std::string& path, const Config& config) {
  return std::make_unique<EdfArray>(path, config);
}

}  // namespace pac
