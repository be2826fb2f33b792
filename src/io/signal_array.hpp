// What every file format delivers: an array of numbers with one to three axes and what the file states about it.
// Formats implement SignalArray; which axis is time, how a recording is cut and what a user asked for is array_source's
// matter.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/config.hpp"

namespace pac {

/// One number per storage axis, slowest axis first; entries beyond the rank are ignored.
using AxisValues = std::array<std::int64_t, 3>;

/// What a file states about its array.
struct ArrayFacts {
  std::string name;                   ///< FILE or FILE:DATASET, begins every message about it
  std::vector<std::int64_t> extents;  ///< storage order, slowest axis first; one to three, each at least 1
  bool column_major = false;          ///< users name the axes fastest last to first (MATLAB, Fortran): extents reversed
  Layout layout = Layout::automatic;  ///< what the format says; automatic: from the rank
  bool layout_is_fixed = false;       ///< the format allows no other --layout
  std::optional<double> fs_hz;        ///< as stated, unchecked
  std::vector<std::string> channel_names;  ///< [channel], or empty
  std::string unit = "1";
};

/// Numbers in a file. Local; may be called from one thread at a time.
class SignalArray {
 public:
  SignalArray() = default;
  SignalArray(const SignalArray&) = delete;
  SignalArray& operator=(const SignalArray&) = delete;
  virtual ~SignalArray() = default;

  [[nodiscard]] virtual const ArrayFacts& facts() const = 0;

  /// Reads the block [first, first + count) of each axis, which lies inside the extents, as out[slowest]..[fastest].
  /// Throws Error (input) naming the file.
  virtual void read(const AxisValues& first, const AxisValues& count, std::span<double> out) = 0;
};

/// Refuses (Error input) extents that are no signals: no axis, more than three, an axis of length 0, more than 2^62
/// numbers. Returns the number of numbers.
std::int64_t checked_count(const std::string& name, std::span<const std::int64_t> extents);

/// Text of a file as UTF-8 on one line, for names, units and messages: cut at the first NUL and after 200 bytes, blanks
/// at the ends removed, control characters as '?'; what is not UTF-8 is read as Latin-1 (EDF's micro sign).
std::string file_text(std::string_view bytes);

/// "3 x 600"
std::string extents_text(std::span<const std::int64_t> extents);

/// "a, b, c and 4 more": at most `most` names.
std::string name_list(std::span<const std::string> names, std::size_t most = 12);

}  // namespace pac
