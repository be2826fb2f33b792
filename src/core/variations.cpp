// The cases of a sweep.
#include "core/variations.hpp"

#include <algorithm>
#include <array>
#include <type_traits>

#include "core/error.hpp"
#include "core/philox.hpp"

namespace pac {
namespace {

template <class Value>
constexpr bool is_number =
    (std::is_arithmetic_v<Value> && !std::is_same_v<Value, bool>) || std::is_same_v<Value, Bytes>;
template <class Value>
constexpr bool can_vary = is_number<Value> || std::is_same_v<Value, bool> || std::is_enum_v<Value>;

bool may_vary(OptionGroup group) {
  return group != OptionGroup::measuring && group != OptionGroup::sweep && group != OptionGroup::planning &&
         group != OptionGroup::output;
}

/// Sets one option from text.
void set(Config& config, const std::string& option, const std::string& text) {
  describe(config, [&]<class Value>(const char* name, Value& value, auto&&...) {
    if constexpr (can_vary<Value>) {
      if (name == option) parse("--vary " + option, text, value);
    }
  });
  if (!config.is_given(option)) config.given.push_back(option);
}

/// An option's value as text; as a number where it is one.
std::string text_of(const Config& config, const std::string& option, double* number = nullptr) {
  std::string text;
  describe(config, [&]<class Value>(const char* name, const Value& value, auto&&...) {
    if (name != option) return;
    text = to_text(value);
    if constexpr (std::is_same_v<Value, Bytes>) {
      if (number != nullptr) *number = static_cast<double>(value.value);
    } else if constexpr (is_number<Value>) {
      if (number != nullptr) *number = static_cast<double>(value);
    }
  });
  return text;
}

bool is_numeric(const std::string& option) {
  bool numeric = false;
  Config defaults;
  describe(defaults, [&]<class Value>(const char* name, const Value&, auto&&...) {
    if (name == option) numeric = is_number<Value>;
  });
  return numeric;
}

void check_axis(const Config& config, const Variation& axis) {
  bool good = false;
  Config trial = config;
  describe(trial, [&]<class Value>(const char* name, const Value&, OptionGroup group, auto&&...) {
    if (name == axis.option) good = can_vary<Value> && may_vary(group);
  });
  if (!good) {
    std::string names;
    for (const std::string& name : names_that_vary()) names += (names.empty() ? "" : ", ") + name;
    throw Error(Exit::usage, "--vary " + axis.option + ": no option that can vary; those are " + names);
  }
  constexpr std::array synthetic{"batch_size", "n_batches", "n_channels", "noise"};
  if (!config.input.empty() && std::find(synthetic.begin(), synthetic.end(), axis.option) != synthetic.end()) {
    throw Error(Exit::usage, "--vary " + axis.option + ": has no effect on --input; leave one of them out");
  }
  for (const std::string& value : axis.values) {
    set(trial, axis.option, value);
    check_ranges(trial);
  }
}

/// Fisher and Yates, by counter-based random numbers: the same order on every rank and in every rerun.
void shuffle(std::vector<VariedCase>& cases, std::uint64_t seed) {
  for (std::size_t i = cases.size(); i > 1; --i) {
    const std::int64_t j =
        uniform_below(static_cast<std::int64_t>(i), seed, 0, static_cast<std::uint32_t>(i), Stream::order);
    std::swap(cases[i - 1], cases[static_cast<std::size_t>(j)]);
  }
}

}  // namespace

std::vector<std::string> names_that_vary() {
  std::vector<std::string> names;
  const Config defaults;
  describe(defaults, [&]<class Value>(const char* name, const Value&, OptionGroup group, auto&&...) {
    if (can_vary<Value> && may_vary(group)) names.emplace_back(name);
  });
  return names;
}

std::vector<Variation> default_variations(bool quick) {
  std::vector<Variation> axes{{"n_batches", {"4", "16"}},
                              {"batch_size", {"1", "4", "16"}},
                              {"n_channels", {"1", "4", "16"}},
                              {"seq_sec", {"1", "2", "4", "8", "16", "32", "64"}},
                              {"fs", {"512", "1024"}},
                              {"pha_n_bands", {"16", "32", "64"}},
                              {"amp_n_bands", {"16", "32", "64"}},
                              {"n_perm", {"0", "8", "16", "32", "64"}}};
  if (!quick) return axes;
  for (Variation& axis : axes) {
    std::vector<std::string> half;
    for (std::size_t i = 0; i < axis.values.size(); i += 2) half.push_back(axis.values[i]);
    axis.values = half;
  }
  return axes;
}

std::vector<VariedCase> varied_cases(const Config& config) {
  std::vector<Variation> axes = config.vary;
  if (axes.empty()) {
    axes = default_variations(config.quick);
    if (!config.input.empty()) std::erase_if(axes, [](const Variation& axis) { return axis.option != "n_perm"; });
  }
  for (const Variation& axis : axes) check_axis(config, axis);
  std::vector<VariedCase> cases{{"base", config, {}}};
  if (config.full_grid) {
    cases.front().label.clear();
    for (const Variation& axis : axes) {
      std::vector<VariedCase> grown;
      for (const VariedCase& one : cases) {
        for (const std::string& value : axis.values) {
          VariedCase& next = grown.emplace_back(one);
          set(next.config, axis.option, value);
          next.label += (next.label.empty() ? "" : " ") + axis.option + "=" + text_of(next.config, axis.option);
        }
      }
      cases = std::move(grown);
    }
  } else {
    for (const Variation& axis : axes) {
      for (const std::string& value : axis.values) {
        VariedCase one{"", config, {}};
        set(one.config, axis.option, value);
        const std::string text = text_of(one.config, axis.option);
        one.label = axis.option + "=" + text;
        const auto same = [&](const VariedCase& other) { return other.label == one.label; };
        const bool known = text == text_of(config, axis.option) || std::any_of(cases.begin(), cases.end(), same);
        if (!known) cases.push_back(std::move(one));
      }
    }
  }
  for (VariedCase& one : cases) {
    for (const Variation& axis : axes) {
      const auto same = [&](const auto& variable) { return variable.first == axis.option; };
      if (!is_numeric(axis.option) || std::any_of(one.variables.begin(), one.variables.end(), same)) continue;
      double number = 0;
      text_of(one.config, axis.option, &number);
      one.variables.emplace_back(axis.option, number);
    }
  }
  if (config.shuffle) shuffle(cases, config.seed);
  return cases;
}

}  // namespace pac
