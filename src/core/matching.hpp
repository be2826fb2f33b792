// Matching: things to places, one each, as many as possible (augmenting paths). Plain values.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>

namespace pac {

/// `Places` is a range of comparable values. Things are numbered by the caller.
template <class Places>
class Matching {
 public:
  using Place = typename Places::value_type;

  /// places_of(thing): where the thing may be, best first; the same at every call, and valid while this lives.
  explicit Matching(std::function<const Places&(std::size_t thing)> places_of) : places_of_(std::move(places_of)) {}

  /// Whether the thing has got a place to itself: one that is free, else one whose owner can move to another.
  bool place(std::size_t thing) {
    std::set<Place> tried;
    return place(thing, tried);
  }

  /// Which thing has which place.
  [[nodiscard]] const std::map<Place, std::size_t>& owners() const { return owner_; }

 private:
  bool place(std::size_t thing, std::set<Place>& tried) {
    const Places& places = places_of_(thing);
    for (const Place& one : places) {
      if (owner_.try_emplace(one, thing).second) return true;
    }
    for (const Place& one : places) {
      if (!tried.insert(one).second || !place(owner_.at(one), tried)) continue;
      owner_[one] = thing;
      return true;
    }
    return false;
  }

  std::function<const Places&(std::size_t)> places_of_;
  std::map<Place, std::size_t> owner_;
};

}  // namespace pac
