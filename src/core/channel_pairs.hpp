// Pairs of channels: one's phase with the other's amplitude.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace pac {

struct SignalShape;

/// Indices of two channels, or of two signals of a group (core/rows.hpp).
struct ChannelPair {
  std::int64_t phase = 0;
  std::int64_t amplitude = 0;
  friend bool operator==(const ChannelPair&, const ChannelPair&) = default;
};

/// Every ordered pair of channels (i, j), i-major, i == j included.
std::vector<ChannelPair> all_channel_pairs(std::int64_t n_channels);

/// Pairs that a text lists, one a line: the channel of the phase, white space, the channel of the amplitude, each by
/// its number among the selected channels, counted from 0, or its name (a name that is a number is tried first). #
/// begins a comment. Throws Error (input) with `path`, line, value and remedy.
std::vector<ChannelPair> listed_channel_pairs(const std::string& path, const std::string& text,
                                              const SignalShape& shape);

/// Names of a signals' channels: the file's own, or their numbers.
std::vector<std::string> names_of_channels(const SignalShape& shape);

/// "name_i -> name_j" of each pair.
std::vector<std::string> names_of_pairs(const std::vector<ChannelPair>& pairs,
                                        const std::vector<std::string>& channel_names);

}  // namespace pac
