// Pairs of channels: one's phase with the other's amplitude.
#include "core/channel_pairs.hpp"

#include <algorithm>
#include <charconv>
#include <sstream>

#include "core/error.hpp"
#include "core/rows.hpp"

namespace pac {
namespace {

/// The channel of that name or number; throws where there is none.
std::int64_t channel_of(const std::string& where, const std::string& word, const std::vector<std::string>& names) {
  const auto found = std::find(names.begin(), names.end(), word);
  if (found != names.end()) {
    if (std::find(found + 1, names.end(), word) == names.end()) return found - names.begin();
    throw Error(Exit::input, where + "'" + word + "' is the name of several channels; give their numbers");
  }
  std::int64_t number = -1;
  const char* const end = word.data() + word.size();
  const auto read = std::from_chars(word.data(), end, number);
  const bool there = read.ec == std::errc() && read.ptr == end && number >= 0 && number < std::ssize(names);
  if (there) return number;
  throw Error(Exit::input, where + "'" + word + "' is no channel of the signals; give 0 to " +
                               std::to_string(names.size() - 1) + " or a channel's name");
}

}  // namespace

std::vector<ChannelPair> all_channel_pairs(std::int64_t n_channels) {
  std::vector<ChannelPair> pairs;
  pairs.reserve(static_cast<std::size_t>(n_channels * n_channels));
  for (std::int64_t i = 0; i < n_channels; ++i) {
    for (std::int64_t j = 0; j < n_channels; ++j) pairs.push_back({i, j});
  }
  return pairs;
}

std::vector<ChannelPair> listed_channel_pairs(const std::string& path, const std::string& text,
                                              const SignalShape& shape) {
  const std::vector<std::string> names = names_of_channels(shape);
  std::vector<ChannelPair> pairs;
  std::istringstream lines(text);
  std::int64_t number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    const std::string where = path + ": line " + std::to_string(number) + ": ";
    std::istringstream words(line.substr(0, line.find('#')));
    std::vector<std::string> found;
    for (std::string word; words >> word;) found.push_back(word);
    if (found.empty()) continue;
    if (found.size() != 2) {
      throw Error(Exit::input, where + std::to_string(found.size()) +
                                   " words; give two: the channel of the phase and that of the amplitude");
    }
    pairs.push_back({channel_of(where, found[0], names), channel_of(where, found[1], names)});
  }
  if (pairs.empty()) throw Error(Exit::input, path + ": lists no pair of channels; give one a line, such as 0 1");
  return pairs;
}

std::vector<std::string> names_of_channels(const SignalShape& shape) {
  std::vector<std::string> names = shape.channel_names;
  for (std::int64_t c = std::ssize(names); c < shape.n_channels; ++c) names.push_back(std::to_string(c));
  names.resize(static_cast<std::size_t>(shape.n_channels));
  return names;
}

std::vector<std::string> names_of_pairs(const std::vector<ChannelPair>& pairs,
                                        const std::vector<std::string>& channel_names) {
  std::vector<std::string> names;
  for (const ChannelPair& pair : pairs) {
    names.push_back(channel_names.at(static_cast<std::size_t>(pair.phase)) + " -> " +
                    channel_names.at(static_cast<std::size_t>(pair.amplitude)));
  }
  return names;
}

}  // namespace pac
