// Elements and escaping: see markup.hpp.
#include "io/markup.hpp"

#include <array>
#include <cmath>
#include <cstdio>

#include "io/tables.hpp"

namespace pac {
namespace {

constexpr const char* replacement = "\xEF\xBF\xBD";

/// Of valid UTF-8: whether the two or three bytes at i are a C1 control character or U+FFFE, U+FFFF.
bool is_c1_control(const std::string& text, std::size_t i) {
  return text[i] == '\xC2' && static_cast<unsigned char>(text[i + 1]) < 0xA0;
}
bool is_no_character(const std::string& text, std::size_t i) {
  return text[i] == '\xEF' && text[i + 1] == '\xBF' && static_cast<unsigned char>(text[i + 2]) >= 0xBE;
}

}  // namespace

std::string escaped(const std::string& text) {
  const std::string clean = clean_text(text);
  std::string out;
  for (std::size_t i = 0; i < clean.size(); ++i) {
    const char c = clean[i];
    const auto code = static_cast<unsigned char>(c);
    if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\'') {
      out += "&#39;";
    } else if ((code < 0x20 && c != '\t' && c != '\n') || code == 0x7F) {
      out += replacement;
    } else if (is_c1_control(clean, i)) {
      out += replacement;
      i += 1;
    } else if (is_no_character(clean, i)) {
      out += replacement;
      i += 2;
    } else {
      out += c;
    }
  }
  return out;
}

std::string place_text(double value) {
  if (!std::isfinite(value)) return "0";
  std::array<char, 64> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.2f", std::abs(value) < 1e12 ? value : 0.0);
  std::string text = buffer.data();
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text == "-0" ? "0" : text;
}

void Markup::begin(const std::string& name, const MarkupAttributes& attributes, const char* end) {
  text_ += "<" + name;
  for (const auto& [key, value] : attributes) text_ += " " + key + "=\"" + escaped(value) + "\"";
  text_ += end;
}

void Markup::line(const std::string& name, const MarkupAttributes& attributes, const std::string& content) {
  inside(name, attributes, [&] { text(content); });
}

void Markup::empty(const std::string& name, const MarkupAttributes& attributes) { begin(name, attributes, "/>"); }

void Markup::mark(const std::string& name, const MarkupAttributes& attributes, const std::string& tip) {
  inside(name, attributes, [&] { line("title", {}, tip); });
}

void Markup::text(const std::string& content) { text_ += escaped(content); }

}  // namespace pac
