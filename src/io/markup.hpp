// HTML and SVG as text that is well-formed, as XML too, whatever is put into it: elements close where they were opened,
// every text and value is escaped. What a page or a figure looks like is html_page's and the charts'.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace pac {

using MarkupAttributes = std::vector<std::pair<std::string, std::string>>;

class Markup {
 public:
  /// An element that holds what `content()` writes.
  template <class Content>
  void inside(const std::string& name, const MarkupAttributes& attributes, Content content) {
    begin(name, attributes, ">");
    content();
    text_ += "</" + name + ">";
  }
  /// An element that holds a text.
  void line(const std::string& name, const MarkupAttributes& attributes, const std::string& content);
  /// An element that holds nothing: of HTML only those that never do (meta, br), of SVG any.
  void empty(const std::string& name, const MarkupAttributes& attributes);
  /// An element of SVG with a tooltip.
  void mark(const std::string& name, const MarkupAttributes& attributes, const std::string& tip);
  void text(const std::string& content);
  /// Text of the program itself that must stand as it is: a style sheet without < and &.
  void verbatim(const std::string& content) { text_ += content; }
  void new_line() { text_ += '\n'; }

  [[nodiscard]] const std::string& str() const { return text_; }

 private:
  void begin(const std::string& name, const MarkupAttributes& attributes, const char* end);

  std::string text_;
};

/// Text as HTML and XML take it between tags and in quoted values: & < > " ' as entities; bytes that are not UTF-8,
/// control characters but tab and line feed, and what is no character as U+FFFD.
std::string escaped(const std::string& text);

/// A length or place in a figure: at most two decimals, 0 for what is not finite.
std::string place_text(double value);

}  // namespace pac
