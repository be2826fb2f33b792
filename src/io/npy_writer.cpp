// See npy_writer.hpp. Format 1.0: numpy/lib/format.py (NEP 1).
#include "io/npy_writer.hpp"

#include <bit>
#include <string_view>

#include "core/config.hpp"
#include "io/atomic_file.hpp"

namespace pac {
namespace {

/// Magic, version, length, and the dictionary padded with blanks to a multiple of 64 bytes.
std::string header_of(const SignalShape& shape) {
  const std::string type = std::endian::native == std::endian::little ? "<f8" : ">f8";
  std::string text = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + to_text(shape.n_batches) + ", " +
                     to_text(shape.n_channels) + ", " + to_text(shape.n_times) + "), }";
  constexpr std::size_t before = 10;
  text.append((64 - (before + text.size() + 1) % 64) % 64, ' ');
  text += '\n';
  const auto byte = [](std::size_t value) { return std::string(1, static_cast<char>(value & 0xff)); };
  return std::string("\x93NUMPY\x01", 7) + byte(0) + byte(text.size()) + byte(text.size() >> 8) + text;
}

}  // namespace

void write_npy(RowSource& source, const std::string& path, bool overwrite, const std::string& option) {
  AtomicFile file(path, overwrite, option);
  file.write(header_of(source.shape()));
  source.for_each_row({0, source.shape().n_rows()}, [&](std::int64_t, std::span<const double> samples) {
    file.write(std::string_view(reinterpret_cast<const char*>(samples.data()), samples.size_bytes()));
  });
  file.commit();
}

}  // namespace pac
