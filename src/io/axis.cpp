// From numbers to places: see axis.hpp.
#include "io/axis.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace pac {
namespace {

std::string formatted(const char* format, double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

/// 1, 2 or 5 times a power of ten, at least `step`.
double round_step(double step) {
  const double power = std::pow(10, std::floor(std::log10(step)));
  for (const double times : {1.0, 2.0, 5.0}) {
    if (times * power >= step * (1 - 1e-9)) return times * power;
  }
  return 10 * power;
}

}  // namespace

DisplayUnit display_unit(const std::string& unit, double largest) {
  if (unit == "s") {
    if (largest < 1e-3) return {1e-6, "us"};
    return largest < 1 ? DisplayUnit{1e-3, "ms"} : DisplayUnit{1, "s"};
  }
  if (unit == "byte") {
    constexpr std::array<const char*, 5> names{"bytes", "KiB", "MiB", "GiB", "TiB"};
    std::size_t i = 0;
    double size = 1;
    for (; largest >= 1024 * size && i + 1 < names.size(); ++i) size *= 1024;
    return {size, names[i]};
  }
  return {1, unit == "1" ? "" : unit};
}

std::vector<double> linear_ticks(double low, double high, int most) {
  const double step = round_step((high - low) / std::max(1, most - 1));
  std::vector<double> ticks;
  for (double k = std::ceil(low / step - 1e-9); k * step <= high + 1e-9 * step && std::ssize(ticks) < most; ++k) {
    ticks.push_back(k * step + 0.0);  // no -0
  }
  return ticks;
}

std::vector<double> log_ticks(double low, double high, int most) {
  const double first = std::floor(std::log10(low) + 1e-9);
  const double last = std::floor(std::log10(high) + 1e-9);
  std::vector<double> ticks;
  const auto add = [&](double value) {
    if (value >= low * (1 - 1e-9) && value <= high * (1 + 1e-9)) ticks.push_back(value);
  };
  if (3 * (last - first + 1) <= most) {
    for (double power = first; power <= last; ++power) {
      for (const double times : {1.0, 2.0, 5.0}) add(times * std::pow(10, power));
    }
    return ticks.size() < 3 ? linear_ticks(low, high, most) : ticks;
  }
  const double every = std::max(1.0, std::ceil((last - first) / most));
  for (double power = first; power <= last; power += every) add(std::pow(10, power));
  return ticks;
}

std::string tick_text(double value) {
  const double size = std::abs(value);
  if (size != 0 && (size < 1e-4 || size >= 1e12)) return formatted("%.3g", value);
  if (size >= 1e9) return formatted("%.4gG", value / 1e9);
  if (size >= 1e6) return formatted("%.4gM", value / 1e6);
  if (size >= 1e4) return formatted("%.4gk", value / 1e3);
  return formatted("%.5g", value);
}

Scale::Scale(const Axis& axis, Range range, double from, double to, int most)
    : logarithmic_(axis.logarithmic && axis.names.empty()), low_(range.low), high_(range.high), from_(from), to_(to) {
  if (!axis.names.empty()) {
    low_ = -0.5;
    high_ = static_cast<double>(axis.names.size()) - 0.5;
    label_ = axis.label;
    const std::size_t every = (axis.names.size() - 1) / static_cast<std::size_t>(most) + 1;
    for (std::size_t i = 0; i < axis.names.size(); i += every) {
      ticks_.push_back({static_cast<double>(i), axis.names[i]});
    }
    return;
  }
  if (!std::isfinite(low_) || !std::isfinite(high_) || high_ < low_ || (logarithmic_ && low_ <= 0)) {
    low_ = logarithmic_ ? 0.1 : 0;
    high_ = 1;
  }
  if (high_ - low_ <= 1e-12 * std::max(std::abs(high_), std::abs(low_))) {  // one number
    const double room = high_ == 0 ? 1 : std::abs(high_) / 2;
    low_ = logarithmic_ ? low_ / 2 : low_ - room;
    high_ = logarithmic_ ? high_ * 2 : high_ + room;
  }
  const DisplayUnit unit = display_unit(axis.unit, std::max(std::abs(low_), std::abs(high_)));
  label_ = axis.label + (unit.name.empty() ? "" : " (" + unit.name + ")");
  std::vector<double> at = axis.at;
  if (at.empty()) {
    at = logarithmic_ ? log_ticks(low_ / unit.size, high_ / unit.size, most)
                      : linear_ticks(low_ / unit.size, high_ / unit.size, most);
    for (double& value : at) value *= unit.size;
  }
  for (const double value : at) {
    if (value >= low_ && value <= high_ * (1 + 1e-9)) ticks_.push_back({value, tick_text(value / unit.size)});
  }
}

double Scale::along(double value) const { return logarithmic_ ? std::log(value) : value; }

double Scale::place(double value) const {
  return from_ + (to_ - from_) * (along(value) - along(low_)) / (along(high_) - along(low_));
}

bool Scale::holds(double value) const { return std::isfinite(value) && (!logarithmic_ || value > 0); }

}  // namespace pac
