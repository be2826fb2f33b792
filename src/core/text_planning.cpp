// Text of the values that only planning options have, and back: rates and lists of numbers. All others: text.cpp.
#include <cctype>
#include <cmath>
#include <sstream>
#include <string_view>
#include <utility>

#include "core/config.hpp"
#include "core/error.hpp"

namespace pac {
namespace {

constexpr std::pair<char, double> prefixes[] = {{'T', 1e12}, {'G', 1e9}, {'M', 1e6}, {'k', 1e3}};

[[noreturn]] void refuse_rate(const std::string& option, const std::string& text) {
  throw Error(Exit::usage,
              option + ": '" + text + "' is not a number of bits or bytes a second such as 10Gbit or 1.25GB");
}

}  // namespace

std::string to_text(Bandwidth value) {
  for (const auto& [prefix, factor] : prefixes) {
    const double scaled = value.bytes_per_s / factor;
    if (scaled >= 1 && scaled * factor == value.bytes_per_s) return to_text(scaled) + prefix + "B";
  }
  return to_text(value.bytes_per_s) + "B";
}

std::string to_text(const std::vector<std::int64_t>& value) {
  std::string text;
  for (const std::int64_t number : value) text += (text.empty() ? "" : ",") + to_text(number);
  return text;
}

void parse(const std::string& option, const std::string& text, Bandwidth& value) {
  std::string number = text;
  const bool bits = text.ends_with("bit");
  if (!bits && !text.ends_with("B")) refuse_rate(option, text);
  number.resize(number.size() - (bits ? 3 : 1));
  double factor = bits ? 0.125 : 1;
  for (const auto& [prefix, power] : prefixes) {
    if (number.empty() || std::tolower(number.back()) != std::tolower(prefix)) continue;
    number.pop_back();
    factor *= power;
    break;
  }
  double read = 0;
  try {
    parse(option, number, read);
  } catch (const Error&) {
    refuse_rate(option, text);
  }
  if (!(read * factor >= 1) || !std::isfinite(read * factor)) refuse_rate(option, text);
  value.bytes_per_s = read * factor;
}

void parse(const std::string& option, const std::string& text, std::vector<std::int64_t>& value) {
  std::vector<std::int64_t> list;
  std::istringstream parts(text.empty() ? "" : text + ",");
  for (std::string part; std::getline(parts, part, ',');) parse(option, part, list.emplace_back());
  value = list;
}

}  // namespace pac
