// See npy_reader.hpp. The header is npy_header's; here: where the numbers are and how their bytes become doubles.
#include "io/npy_reader.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

#include "core/error.hpp"
#include "io/input_file.hpp"
#include "io/npy_header.hpp"

namespace pac {
namespace {

constexpr std::int64_t buffer_bytes = 1 << 20;
constexpr std::int64_t smallest_gap_bytes = 4096;  // gaps below it are read and dropped rather than skipped

double half_to_double(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 0x1f;
  const int fraction = bits & 0x3ff;
  double value = exponent == 0    ? std::ldexp(fraction, -24)
                 : exponent == 31 ? (fraction == 0 ? HUGE_VAL : std::nan(""))
                                  : std::ldexp(fraction + 1024, exponent - 25);
  return (bits & 0x8000) != 0 ? -value : value;
}

template <class Unsigned>
Unsigned load(const std::byte* from, bool swap) {
  Unsigned value{};
  std::array<std::byte, sizeof(Unsigned)> bytes{};
  std::copy_n(from, sizeof(Unsigned), bytes.begin());
  if (swap) std::reverse(bytes.begin(), bytes.end());
  std::memcpy(&value, bytes.data(), sizeof value);
  return value;
}

template <class Unsigned, class Value>
void decode_as(const std::byte* from, bool swap, std::span<double> out) {
  for (std::size_t i = 0; i < out.size(); ++i) {
    out[i] = static_cast<double>(std::bit_cast<Value>(load<Unsigned>(from + i * sizeof(Unsigned), swap)));
  }
}

class NpyArray final : public SignalArray {
 public:
  explicit NpyArray(const std::string& path) : file_(path) {
    facts_.name = path;
    read_header();
    facts_.extents = header_.shape;
    facts_.column_major = header_.fortran_order;
    if (header_.fortran_order) std::reverse(facts_.extents.begin(), facts_.extents.end());
    const std::int64_t count = checked_count(path, facts_.extents);
    if (count > (file_.bytes() - data_offset_) / header_.item_bytes) {
      throw Error(Exit::input, path + ": is truncated: " + extents_text(header_.shape) + " numbers of " +
                                   std::to_string(header_.item_bytes) + " bytes do not fit into " +
                                   std::to_string(file_.bytes()) + " bytes");
    }
    buffer_.resize(static_cast<std::size_t>(buffer_bytes));
  }
  [[nodiscard]] const ArrayFacts& facts() const override { return facts_; }

  void read(const AxisValues& first, const AxisValues& count, std::span<double> out) override {
    // As [plane][line][number], axes of length 1 in front; lines that follow each other across planes become one plane.
    const std::size_t rank = facts_.extents.size();
    AxisValues extent{1, 1, 1};
    AxisValues begin{0, 0, 0};
    AxisValues n{1, 1, 1};
    for (std::size_t i = 0; i < rank; ++i) {
      extent[3 - rank + i] = facts_.extents[i];
      begin[3 - rank + i] = first[i];
      n[3 - rank + i] = count[i];
    }
    if (n[1] == extent[1]) {
      begin[1] = begin[0] * extent[1];
      n[1] *= n[0];
      begin[0] = 0;
      n[0] = 1;
    }
    for (std::int64_t plane = begin[0]; plane < begin[0] + n[0]; ++plane) {
      const std::int64_t start = (plane * extent[1] + begin[1]) * extent[2] + begin[2];
      const auto size = static_cast<std::size_t>(n[1] * n[2]);
      read_lines(start, n[1], extent[2], n[2], out.first(size));
      out = out.subspan(size);
    }
  }

 private:
  void read_header() {
    const std::string head = file_.text_at(0, 12);
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(head[i]); };
    if (head.size() < 12) throw Error(Exit::input, file_.path() + ": is truncated: the .npy header is not complete");
    if (byte(6) < 1 || byte(6) > 3 || byte(7) != 0) {
      throw Error(Exit::input, file_.path() + ": .npy version " + std::to_string(byte(6)) + "." +
                                   std::to_string(byte(7)) + " is not known (1.0, 2.0, 3.0 are)");
    }
    const bool short_length = byte(6) == 1;
    std::int64_t length = byte(8) + 256 * byte(9);
    if (!short_length) length += 65536 * byte(10) + std::int64_t{16777216} * byte(11);
    data_offset_ = (short_length ? 10 : 12) + length;
    if (data_offset_ > file_.bytes() || length > (1 << 20)) {
      throw Error(Exit::input,
                  file_.path() + ": is truncated or damaged: a header of " + std::to_string(length) + " bytes");
    }
    header_ = parse_npy_header(file_.path(), file_.text_at(data_offset_ - length, length));
  }

  /// n_lines x n_take numbers, the first at number `start`, lines `line` numbers apart.
  void read_lines(std::int64_t start, std::int64_t n_lines, std::int64_t line, std::int64_t n_take,
                  std::span<double> out) {
    const std::int64_t item = header_.item_bytes;
    if (n_take == line) {
      read_run(start, out);
    } else if ((line - n_take) * item <= smallest_gap_bytes && line * item <= buffer_bytes) {
      const std::int64_t most = std::max<std::int64_t>(1, buffer_bytes / (line * item));
      for (std::int64_t done = 0; done < n_lines;) {
        const std::int64_t lines = std::min(most, n_lines - done);
        const std::int64_t span_bytes = ((lines - 1) * line + n_take) * item;
        file_.read_at(data_offset_ + (start + done * line) * item,
                      std::span(buffer_).first(static_cast<std::size_t>(span_bytes)));
        for (std::int64_t l = 0; l < lines; ++l) {
          decode(buffer_.data() + l * line * item, out.first(static_cast<std::size_t>(n_take)));
          out = out.subspan(static_cast<std::size_t>(n_take));
        }
        done += lines;
      }
    } else {
      for (std::int64_t l = 0; l < n_lines; ++l) {
        read_run(start + l * line, out.first(static_cast<std::size_t>(n_take)));
        out = out.subspan(static_cast<std::size_t>(n_take));
      }
    }
  }

  void read_run(std::int64_t start, std::span<double> out) {
    const std::int64_t item = header_.item_bytes;
    while (!out.empty()) {
      const std::int64_t n = std::min(buffer_bytes / item, static_cast<std::int64_t>(out.size()));
      file_.read_at(data_offset_ + start * item, std::span(buffer_).first(static_cast<std::size_t>(n * item)));
      decode(buffer_.data(), out.first(static_cast<std::size_t>(n)));
      out = out.subspan(static_cast<std::size_t>(n));
      start += n;
    }
  }

  void decode(const std::byte* from, std::span<double> out) const {
    const bool swap = header_.big_endian != (std::endian::native == std::endian::big);
    switch (header_.kind * 16 + header_.item_bytes) {
      case 'f' * 16 + 2:
        for (std::size_t i = 0; i < out.size(); ++i) out[i] = half_to_double(load<std::uint16_t>(from + 2 * i, swap));
        break;
      case 'f' * 16 + 4:
        decode_as<std::uint32_t, float>(from, swap, out);
        break;
      case 'f' * 16 + 8:
        decode_as<std::uint64_t, double>(from, swap, out);
        break;
      case 'i' * 16 + 1:
        decode_as<std::uint8_t, std::int8_t>(from, swap, out);
        break;
      case 'i' * 16 + 2:
        decode_as<std::uint16_t, std::int16_t>(from, swap, out);
        break;
      case 'i' * 16 + 4:
        decode_as<std::uint32_t, std::int32_t>(from, swap, out);
        break;
      case 'i' * 16 + 8:
        decode_as<std::uint64_t, std::int64_t>(from, swap, out);
        break;
      case 'u' * 16 + 1:
        decode_as<std::uint8_t, std::uint8_t>(from, swap, out);
        break;
      case 'u' * 16 + 2:
        decode_as<std::uint16_t, std::uint16_t>(from, swap, out);
        break;
      case 'u' * 16 + 4:
        decode_as<std::uint32_t, std::uint32_t>(from, swap, out);
        break;
      default:
        decode_as<std::uint64_t, std::uint64_t>(from, swap, out);
        break;
    }
  }

  InputFile file_;
  ArrayFacts facts_;
  NpyHeader header_;
  std::int64_t data_offset_ = 0;
  std::vector<std::byte> buffer_;
};

}  // namespace

std::unique_ptr<SignalArray> open_npy(const std::string& path) { return std::make_unique<NpyArray>(path); }

}  // namespace pac
