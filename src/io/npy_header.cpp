// See npy_header.hpp. Format: numpy/lib/format.py (NEP 1).
#include "io/npy_header.hpp"

#include <bit>
#include <charconv>

#include "core/error.hpp"
#include "io/signal_array.hpp"

namespace pac {
namespace {

/// A cursor over the literal.
class Literal {
 public:
  Literal(const std::string& name, std::string_view text) : name_(name), text_(text) {}

  [[noreturn]] void refuse(const std::string& what) const {
    throw Error(Exit::input, name_ + ": damaged .npy header: " + what);
  }
  bool take(std::string_view word) {
    skip_blanks();
    if (!text_.substr(at_).starts_with(word)) return false;
    at_ += word.size();
    return true;
  }
  void expect(std::string_view word) {
    if (!take(word)) refuse("'" + std::string(word) + "' expected at byte " + std::to_string(at_));
  }
  std::string string() {
    const std::string_view quote = take("'") ? "'" : take("\"") ? "\"" : "";
    if (quote.empty()) refuse("a string expected at byte " + std::to_string(at_));
    const std::size_t end = text_.find(quote, at_);
    if (end == std::string_view::npos) refuse("a string does not end");
    const std::string_view inside = text_.substr(at_, end - at_);
    at_ = end + 1;
    return file_text(inside);
  }
  std::int64_t integer() {
    skip_blanks();
    std::int64_t value = 0;
    const char* begin = text_.data() + at_;
    const auto [end, error] = std::from_chars(begin, text_.data() + text_.size(), value);
    if (error != std::errc{} || value < 0) refuse("an axis length expected at byte " + std::to_string(at_));
    at_ += static_cast<std::size_t>(end - begin);
    static_cast<void>(take("L"));  // Python 2
    return value;
  }
  bool at_end() {
    skip_blanks();
    return at_ == text_.size();
  }

 private:
  void skip_blanks() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }
  const std::string& name_;
  std::string_view text_;
  std::size_t at_ = 0;
};

void parse_type(const std::string& name, Literal& literal, NpyHeader& header) {
  const std::string refusal = "; signals are real numbers (f2 f4 f8, i1 to i8, u1 to u8)";
  if (literal.take("[") || literal.take("(")) throw Error(Exit::input, name + ": holds a structured array" + refusal);
  const std::string type = literal.string();
  // '=' is this machine's byte order, '|' none: right for single bytes alone.
  const bool ordered = type.size() == 3 && (std::string_view("<>=").find(type[0]) != std::string_view::npos ||
                                            (type[0] == '|' && type[2] == '1'));
  constexpr std::string_view types = "f2 f4 f8 i1 i2 i4 i8 u1 u2 u4 u8";
  const std::size_t at = types.find(std::string_view(type).substr(type.empty() ? 0 : 1));
  if (!ordered || at == std::string_view::npos || at % 3 != 0) {
    throw Error(Exit::input, name + ": holds values of type '" + type + "'" + refusal);
  }
  header.kind = type[1];
  header.item_bytes = type[2] - '0';
  header.big_endian = type[0] == '>' || (type[0] == '=' && std::endian::native == std::endian::big);
}

void parse_shape(Literal& literal, NpyHeader& header) {
  literal.expect("(");
  while (!literal.take(")")) {
    header.shape.push_back(literal.integer());
    if (header.shape.size() > 64) literal.refuse("too many axes");
    if (!literal.take(",")) {
      literal.expect(")");
      break;
    }
  }
}

}  // namespace

NpyHeader parse_npy_header(const std::string& name, std::string_view text) {
  NpyHeader header;
  Literal literal(name, text);
  bool has_type = false;
  bool has_order = false;
  bool has_shape = false;
  literal.expect("{");
  while (!literal.take("}")) {
    const std::string key = literal.string();
    literal.expect(":");
    if (key == "descr" && !has_type) {
      parse_type(name, literal, header);
      has_type = true;
    } else if (key == "fortran_order" && !has_order) {
      header.fortran_order = literal.take("True");
      if (!header.fortran_order) literal.expect("False");
      has_order = true;
    } else if (key == "shape" && !has_shape) {
      parse_shape(literal, header);
      has_shape = true;
    } else {
      literal.refuse("key '" + key + "'");
    }
    if (!literal.take(",")) {
      literal.expect("}");
      break;
    }
  }
  if (!literal.at_end()) literal.refuse("more text behind the dictionary");
  if (!has_type || !has_order || !has_shape) literal.refuse("descr, fortran_order and shape are needed");
  return header;
}

}  // namespace pac
