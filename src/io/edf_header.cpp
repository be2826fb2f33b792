// See edf_header.hpp. Format: https://www.edfplus.info/specs: 256 bytes of fixed fields, then per field all signals.
#include "io/edf_header.hpp"

#include <charconv>

#include "core/error.hpp"
#include "io/signal_array.hpp"

namespace pac {
namespace {

constexpr std::int64_t fixed_bytes = 256;
constexpr std::int64_t most_signals = 640;  // edflib's

class Header {
 public:
  explicit Header(const InputFile& file) : file_(file), text_(file.text_at(0, fixed_bytes * (most_signals + 2))) {
    if (text_.size() < 2 * fixed_bytes) refuse("the header is not complete");
  }
  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(Exit::input, file_.path() + ": damaged EDF header: " + what);
  }
  [[nodiscard]] std::string raw(std::int64_t at, std::int64_t width) const {
    return text_.substr(static_cast<std::size_t>(at), static_cast<std::size_t>(width));
  }
  template <class Number>
  Number number(std::int64_t at, std::int64_t width, const std::string& what) const {
    const std::string text = file_text(raw(at, width));
    const char* begin = text.data() + (text.starts_with('+') ? 1 : 0);
    Number value{};
    const auto [end, error] = std::from_chars(begin, text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size()) refuse(what + " is '" + text + "'");
    return value;
  }

 private:
  const InputFile& file_;
  std::string text_;
};

}  // namespace

EdfHeader read_edf_header(const InputFile& file) {
  const Header header(file);
  const bool bdf = static_cast<unsigned char>(header.raw(0, 1)[0]) == 0xff;
  const auto n_signals = header.number<std::int64_t>(252, 4, "the number of signals");
  if (n_signals < 1 || n_signals > most_signals) header.refuse(std::to_string(n_signals) + " signals");
  const std::int64_t header_bytes = fixed_bytes * (n_signals + 1);
  if (header.number<std::int64_t>(184, 8, "the size of the header") != header_bytes || file.bytes() < header_bytes) {
    header.refuse("its size does not fit " + std::to_string(n_signals) + " signals");
  }
  const std::string kind = header.raw(192, 5);
  if (kind == "EDF+D" || kind == "BDF+D") {
    throw Error(Exit::input,
                file.path() + ": the recording is discontinuous (" + kind + "); cut it into continuous files (EDF+C)");
  }
  EdfHeader result;
  result.n_records = header.number<std::int64_t>(236, 8, "the number of records");
  result.record_s = header.number<double>(244, 8, "the duration of a record");
  std::int64_t record_bytes = 0;
  for (std::int64_t i = 0; i < n_signals; ++i) {
    const std::string which = " of signal " + std::to_string(i);
    // Where a field of `width` bytes begins for signal i, `before` bytes of other fields per signal in front.
    const auto at = [&](std::int64_t before, std::int64_t width) {
      return fixed_bytes + before * n_signals + width * i;
    };
    const std::string label = header.raw(at(0, 16), 16);
    const auto samples = header.number<std::int64_t>(at(216, 8), 8, "samples per record" + which);
    if (samples < 1 || samples > 100'000'000) header.refuse(std::to_string(samples) + " samples per record" + which);
    record_bytes += samples * (bdf ? 3 : 2);
    if (label == "EDF Annotations " || label == "BDF Annotations ") continue;
    static_cast<void>(header.number<double>(at(104, 8), 8, "the physical minimum" + which));
    static_cast<void>(header.number<double>(at(112, 8), 8, "the physical maximum" + which));
    const auto least = header.number<std::int64_t>(at(120, 8), 8, "the digital minimum" + which);
    const auto most = header.number<std::int64_t>(at(128, 8), 8, "the digital maximum" + which);
    const std::int64_t range = bdf ? 8388608 : 32768;
    if (least >= most || least < -range || most >= range) {
      header.refuse("the digital range" + which + " is " + std::to_string(least) + " to " + std::to_string(most));
    }
    result.signals.push_back({file_text(label), file_text(header.raw(at(96, 8), 8)), samples});
  }
  const std::int64_t held = (file.bytes() - header_bytes) / record_bytes;
  if (result.n_records < 1) {
    header.refuse(std::to_string(result.n_records) + " records (" + std::to_string(held) + " are in the file)");
  }
  if (result.n_records > held) {
    throw Error(Exit::input, file.path() + ": is truncated: " + std::to_string(held) + " of " +
                                 std::to_string(result.n_records) + " records are there");
  }
  if (result.signals.empty()) throw Error(Exit::input, file.path() + ": holds annotations alone, no signals");
  if (!(result.record_s > 0 && result.record_s < 1e8)) header.refuse("records of " + to_text(result.record_s) + " s");
  return result;
}

}  // namespace pac
