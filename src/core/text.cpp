// Text of option values and back: to_text() and parse() of every type that a Config field has.
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include "core/config.hpp"
#include "core/error.hpp"

namespace pac {
namespace {

[[noreturn]] void refuse(const std::string& option, const std::string& text, const std::string& expected) {
  throw Error(Exit::usage, option + ": '" + text + "' is not " + expected);
}

template <class Number>
bool read_number(std::string_view text, Number& value) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc{} && end == text.data() + text.size();
}

template <class Number>
std::string write_number(Number value) {
  std::array<char, 40> buffer{};
  const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
  return error == std::errc{} ? std::string(buffer.data(), end) : std::string();
}

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = text.find(separator, begin);
    parts.push_back(text.substr(begin, end - begin));
    if (end == std::string::npos) return parts;
    begin = end + 1;
  }
}

template <class Value, class Write>
std::string join(const std::vector<Value>& values, Write write, const char* separator = ",") {
  std::string text;
  for (const Value& value : values) text += (text.empty() ? "" : separator) + write(value);
  return text;
}

// The names of an enum's values, in the order of their declaration.
template <class Enum>
constexpr std::array<std::string_view, 0> names{};
template <>
constexpr std::array<std::string_view, 2> names<Hilbert>{"cropped", "extended"};
template <>
constexpr std::array<std::string_view, 2> names<BinStatistic>{"mean", "sum"};
template <>
constexpr std::array<std::string_view, 3> names<Backend>{"auto", "cuda", "cpu"};
template <>
constexpr std::array<std::string_view, 3> names<Gather>{"auto", "nccl", "mpi"};
template <>
constexpr std::array<std::string_view, 5> names<Layout>{"auto", "bct", "ct", "tc", "t"};
template <>
constexpr std::array<std::string_view, 3> names<Surrogate>{"shift", "shift-phase", "swap-trials"};

template <class Enum>
std::string name_of(Enum value) {
  return std::string(names<Enum>.at(static_cast<std::size_t>(value)));
}

template <class Enum>
std::string all_names() {
  std::string text;
  for (const std::string_view name : names<Enum>) text += (text.empty() ? "" : "|") + std::string(name);
  return text;
}

template <class Enum>
void parse_name(const std::string& option, const std::string& text, Enum& value) {
  for (std::size_t i = 0; i < names<Enum>.size(); ++i) {
    if (names<Enum>[i] == text) {
      value = static_cast<Enum>(i);
      return;
    }
  }
  refuse(option, text, "one of " + all_names<Enum>());
}

}  // namespace

std::string to_text(double value) { return write_number(value); }
std::string to_text(std::int64_t value) { return write_number(value); }
std::string to_text(std::uint64_t value) { return write_number(value); }
std::string to_text(bool value) { return value ? "true" : "false"; }
std::string to_text(const std::string& value) { return value; }

std::string to_text(Bytes value) {
  constexpr std::array<std::pair<char, int>, 4> suffixes{{{'T', 40}, {'G', 30}, {'M', 20}, {'K', 10}}};
  for (const auto& [suffix, shift] : suffixes) {
    if (value.value != 0 && value.value % (std::uint64_t{1} << shift) == 0) {
      return write_number(value.value >> shift) + suffix;
    }
  }
  return write_number(value.value);
}

std::string to_text(const ChannelList& value) {
  return join(value.indices, [](std::int64_t index) { return to_text(index); });
}

std::string to_text(const std::vector<Coupling>& value) {
  return join(value, [](const Coupling& c) {
    return to_text(c.phase_hz) + ":" + to_text(c.amplitude_hz) + ":" + to_text(c.strength);
  });
}

std::string to_text(const std::vector<Band>& value) {
  return join(value, [](const Band& band) { return to_text(band.lo_hz) + "-" + to_text(band.hi_hz); });
}

std::string to_text(const std::vector<Variation>& value) {
  return join(
      value,
      [](const Variation& v) { return v.option + "=" + join(v.values, [](const std::string& text) { return text; }); },
      ";");
}

std::string to_text(Hilbert value) { return name_of(value); }
std::string to_text(BinStatistic value) { return name_of(value); }
std::string to_text(Backend value) { return name_of(value); }
std::string to_text(Gather value) { return name_of(value); }
std::string to_text(Layout value) { return name_of(value); }
std::string to_text(Surrogate value) { return name_of(value); }
std::string to_text(const std::vector<Measure>& value) {
  return join(value, [](Measure measure) { return std::string(name_of(measure)); });
}

void parse(const std::string& option, const std::string& text, double& value) {
  double read = 0;
  if (!read_number(text, read) || !std::isfinite(read)) refuse(option, text, "a number");
  value = read;
}

void parse(const std::string& option, const std::string& text, std::int64_t& value) {
  std::int64_t read = 0;
  if (!read_number(text, read)) refuse(option, text, "a whole number");
  value = read;
}

void parse(const std::string& option, const std::string& text, std::uint64_t& value) {
  std::uint64_t read = 0;
  if (!read_number(text, read)) refuse(option, text, "a whole number from 0 to 2^64 - 1");
  value = read;
}

void parse(const std::string& option, const std::string& text, bool& value) {
  if (text != "true" && text != "false") refuse(option, text, "true or false");
  value = text == "true";
}

void parse(const std::string&, const std::string& text, std::string& value) { value = text; }

void parse(const std::string& option, const std::string& text, Bytes& value) {
  const std::string expected = "a number of bytes such as 512M or 2G";
  const std::size_t digits = text.find_first_not_of("0123456789");
  std::uint64_t number = 0;
  if (!read_number(std::string_view(text).substr(0, digits), number)) refuse(option, text, expected);
  std::string suffix = digits == std::string::npos ? "" : text.substr(digits);
  for (const std::string tail : {"iB", "B"}) {
    if (suffix.ends_with(tail)) suffix.resize(suffix.size() - tail.size());
  }
  constexpr std::string_view letters = "KMGT";
  const std::size_t power = suffix.empty() ? 0 : letters.find(suffix.size() == 1 ? suffix[0] : '?') + 1;
  if (!suffix.empty() && (power == 0 || power > letters.size())) refuse(option, text, expected);
  const int shift = static_cast<int>(power) * 10;
  if (number > (~std::uint64_t{0} >> shift)) refuse(option, text, expected);
  value.value = number << shift;
}

void parse(const std::string& option, const std::string& text, ChannelList& value) {
  constexpr std::int64_t most = 1'000'000;
  ChannelList list;
  if (!text.empty()) {
    for (const std::string& part : split(text, ',')) {
      const std::size_t dash = part.find('-');
      std::int64_t first = 0;
      std::int64_t last = 0;
      const bool good = read_number(std::string_view(part).substr(0, dash), first) &&
                        (dash == std::string::npos || read_number(std::string_view(part).substr(dash + 1), last));
      if (dash == std::string::npos) last = first;
      if (!good || first < 0 || last < first || last - first >= most) {
        refuse(option, text, "a list of channels such as 0,3-7");
      }
      for (std::int64_t index = first; index <= last; ++index) list.indices.push_back(index);
    }
  }
  value = list;
}

void parse(const std::string& option, const std::string& text, std::vector<Coupling>& value) {
  std::vector<Coupling> list;
  if (!text.empty()) {
    for (const std::string& part : split(text, ',')) {
      const std::vector<std::string> numbers = split(part, ':');
      Coupling c;
      if (numbers.size() != 3 || !read_number(numbers[0], c.phase_hz) || !read_number(numbers[1], c.amplitude_hz) ||
          !read_number(numbers[2], c.strength)) {
        refuse(option, text, "a list of couplings phase Hz:amplitude Hz:strength such as 6:80:0.8");
      }
      list.push_back(c);
    }
  }
  value = list;
}

void parse(const std::string& option, const std::string& text, std::vector<Band>& value) {
  std::vector<Band> list;
  if (!text.empty()) {
    for (const std::string& part : split(text, ',')) {
      // The dash between the edges is the first one that does not belong to an exponent (1e-1-4).
      std::size_t dash = part.find('-', 1);
      while (dash != std::string::npos && (part[dash - 1] == 'e' || part[dash - 1] == 'E')) {
        dash = part.find('-', dash + 1);
      }
      Band band;
      if (dash == std::string::npos || !read_number(std::string_view(part).substr(0, dash), band.lo_hz) ||
          !read_number(std::string_view(part).substr(dash + 1), band.hi_hz)) {
        refuse(option, text, "a list of bands lo-hi in Hz such as 4-8,8-13");
      }
      list.push_back(band);
    }
  }
  value = list;
}

void parse(const std::string& option, const std::string& text, std::vector<Variation>& value) {
  std::vector<Variation> list;
  for (const std::string& part : text.empty() ? std::vector<std::string>() : split(text, ';')) {
    const std::size_t equals = part.find('=');
    if (equals == 0 || equals == std::string::npos || equals + 1 == part.size()) {
      refuse(option, part, "an option and its values such as n_perm=0,200");
    }
    std::string name = part.substr(0, equals);
    name.erase(0, std::min(name.find_first_not_of('-'), name.size()));
    std::replace(name.begin(), name.end(), '-', '_');
    list.push_back({name, split(part.substr(equals + 1), ',')});
  }
  value = list;
}

void parse(const std::string& option, const std::string& text, Hilbert& value) { parse_name(option, text, value); }
void parse(const std::string& option, const std::string& text, BinStatistic& value) { parse_name(option, text, value); }
void parse(const std::string& option, const std::string& text, Backend& value) { parse_name(option, text, value); }
void parse(const std::string& option, const std::string& text, Gather& value) { parse_name(option, text, value); }
void parse(const std::string& option, const std::string& text, Layout& value) { parse_name(option, text, value); }
void parse(const std::string& option, const std::string& text, Surrogate& value) { parse_name(option, text, value); }

void parse(const std::string& option, const std::string& text, std::vector<Measure>& value) {
  std::vector<Measure> list;
  for (const std::string& part : split(text, ',')) {
    bool known = false;
    for (const Measure measure : {Measure::mi, Measure::mvl, Measure::ndpac, Measure::plv, Measure::hr}) {
      if (part != name_of(measure)) continue;
      known = std::find(list.begin(), list.end(), measure) == list.end();
      list.push_back(measure);
    }
    if (!known) refuse(option, text, "a list of measures, each once: mi, mvl, ndpac, plv, hr");
  }
  value = list;
}

template <>
std::string choices<Hilbert>() {
  return all_names<Hilbert>();
}
template <>
std::string choices<BinStatistic>() {
  return all_names<BinStatistic>();
}
template <>
std::string choices<Backend>() {
  return all_names<Backend>();
}
template <>
std::string choices<Gather>() {
  return all_names<Gather>();
}
template <>
std::string choices<Layout>() {
  return all_names<Layout>();
}
template <>
std::string choices<Surrogate>() {
  return all_names<Surrogate>();
}

}  // namespace pac
