// An axis of a figure: from numbers to places, where its ticks stand and what they say. Draws nothing.
#pragma once

#include <string>
#include <vector>

namespace pac {

/// What an axis shows.
struct Axis {
  std::string label;  ///< without the unit: "wall time"
  std::string unit = "1";
  bool logarithmic = false;          ///< numbers above 0 only
  std::vector<std::string> names{};  ///< categories at 0, 1, 2 ..; empty: numbers
  std::vector<double> at{};          ///< where ticks are wanted; empty: at round numbers
};

struct Tick {
  double value = 0;
  std::string text;
};

/// A unit in which numbers read well: a number in it is the original one over `size`.
struct DisplayUnit {
  double size = 1;
  std::string name;
};

/// For numbers up to `largest`: of "s" also ms and us, of "byte" also KiB to TiB; any other unit as it is.
DisplayUnit display_unit(const std::string& unit, double largest);

/// Multiples of 1, 2 or 5 times a power of ten within [low, high], at most `most` (2 or more).
std::vector<double> linear_ticks(double low, double high, int most);

/// Powers of ten within [low, high], also their doubles and fivefolds where those are few, and evenly spaced ones where
/// these are few too; at most `most` and one. low > 0.
std::vector<double> log_ticks(double low, double high, int most);

/// A tick's number: "0.25", "1500", "150k", "2e-05".
std::string tick_text(double value);

/// A range of numbers that is no single point: what an axis must hold.
struct Range {
  double low = 0;
  double high = 1;
};

class Scale {
 public:
  /// Places numbers of `range` from `from` (its lower end) to `to`; a range that an axis cannot show is widened.
  /// At most `most` ticks.
  Scale(const Axis& axis, Range range, double from, double to, int most);

  [[nodiscard]] double place(double value) const;
  /// Whether a number has a place: finite, and above 0 on a logarithmic axis.
  [[nodiscard]] bool holds(double value) const;
  [[nodiscard]] const std::vector<Tick>& ticks() const { return ticks_; }
  /// "wall time (ms)"
  [[nodiscard]] const std::string& label() const { return label_; }
  [[nodiscard]] Range range() const { return {low_, high_}; }
  [[nodiscard]] double from() const { return from_; }
  [[nodiscard]] double to() const { return to_; }

 private:
  [[nodiscard]] double along(double value) const;

  bool logarithmic_;
  double low_;
  double high_;
  double from_;
  double to_;
  std::string label_;
  std::vector<Tick> ticks_;
};

}  // namespace pac
