// See signal_array.hpp.
#include "io/signal_array.hpp"

#include <algorithm>

#include "core/error.hpp"
#include "io/tables.hpp"

namespace pac {
namespace {

constexpr std::size_t most_text_bytes = 200;

}  // namespace

std::int64_t checked_count(const std::string& name, std::span<const std::int64_t> extents) {
  constexpr std::int64_t most = std::int64_t{1} << 62;
  if (extents.empty()) throw Error(Exit::input, name + ": is a single number, not signals");
  if (extents.size() > 3) {
    throw Error(Exit::input, name + ": has " + std::to_string(extents.size()) + " axes (" + extents_text(extents) +
                                 "); signals have one to three: batch, channel, time");
  }
  std::int64_t count = 1;
  for (const std::int64_t extent : extents) {
    if (extent <= 0) throw Error(Exit::input, name + ": is empty (" + extents_text(extents) + ")");
    if (count > most / extent) {
      throw Error(Exit::input, name + ": states an impossible size (" + extents_text(extents) + ")");
    }
    count *= extent;
  }
  return count;
}

std::string file_text(std::string_view bytes) {
  const std::string raw(bytes.substr(0, std::min(bytes.find('\0'), most_text_bytes)));
  const bool is_utf8 = clean_text(raw) == raw;
  std::string text;
  for (const char c : raw) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      text += '?';
    } else if (is_utf8 || byte < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xc0U | (byte >> 6U));
      text += static_cast<char>(0x80U | (byte & 0x3fU));
    }
  }
  const std::size_t first = text.find_first_not_of(' ');
  return first == std::string::npos ? "" : text.substr(first, text.find_last_not_of(' ') - first + 1);
}

std::string extents_text(std::span<const std::int64_t> extents) {
  std::string text;
  for (const std::int64_t extent : extents) text += (text.empty() ? "" : " x ") + std::to_string(extent);
  return text;
}

std::string name_list(std::span<const std::string> names, std::size_t most) {
  std::string text;
  const std::size_t shown = std::min(names.size(), most);
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (shown < names.size()) text += " and " + std::to_string(names.size() - shown) + " more";
  return text;
}

}  // namespace pac
