// A page of HTML that needs nothing but itself: no script, nothing loaded. Its frame and style sheet, tables, figures
// with their words and numbers, folded parts. What is told on it is decided elsewhere.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "io/figure_parts.hpp"
#include "io/markup.hpp"

namespace pac {

inline constexpr const char* no_number = "-";  ///< text of a cell where others have numbers

struct TableCell {
  std::string text;
  std::optional<double> value{};  ///< the exact number that the text stands for
};

/// The first cell of each row names the row.
struct PageTable {
  std::string caption;
  std::vector<std::string> head;
  std::vector<std::vector<TableCell>> rows;
};

/// What is told of a figure; `id` is unique on the page and a name of HTML.
struct FigureText {
  std::string id;
  std::string title;        ///< what it shows, in a few words
  std::string description;  ///< what to see in it, for those who do not see it
  std::string caption;      ///< beside the title, below the figure; may be empty
};

/// The table, in a box in which it scrolls where it is wider than the page.
void write_table(Markup& page, const PageTable& table);

/// The figure with its caption, and its numbers as a folded table.
void write_figure(Markup& page, const FigureText& text, const Drawing& drawing, const PageTable& numbers);

/// What `content()` writes, folded behind a summary.
template <class Content>
void write_folded(Markup& page, const std::string& summary, Content content) {
  page.inside("details", {}, [&] {
    page.line("summary", {}, summary);
    content();
  });
  page.new_line();
}

/// The whole document around a body.
std::string html_document(const std::string& title, const Markup& body);

}  // namespace pac
