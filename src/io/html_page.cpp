// Frame, tables and figures of a page: see html_page.hpp. The style sheet is html_style.cpp's.
#include "io/html_page.hpp"

#include <algorithm>

#include "core/config.hpp"
#include "io/html_style.hpp"

namespace pac {
namespace {

constexpr std::size_t short_text = 24;  // letters that stand in one line
constexpr std::size_t most_rows = 500;  // of a table: a page of many ranks must stay one that browsers open

void write_cell(Markup& page, const TableCell& cell, bool names_row) {
  const std::string element = names_row ? "th" : "td";
  MarkupAttributes attributes;
  if (names_row) attributes.emplace_back("scope", "row");
  const bool is_number = cell.value || cell.text == no_number;
  const bool is_short = letters_in(cell.text) <= short_text && cell.text.find('\n') == std::string::npos;
  if (is_number || is_short) attributes.emplace_back("class", is_number ? "number" : "short");
  if (!cell.value) return page.line(element, attributes, cell.text);
  page.inside(element, attributes, [&] { page.line("data", {{"value", to_text(*cell.value)}}, cell.text); });
}

}  // namespace

void write_table(Markup& page, const PageTable& table) {
  const std::size_t n = std::min(table.rows.size(), most_rows);
  const std::string some =
      n < table.rows.size() ? " (the first " + std::to_string(n) + " of " + std::to_string(table.rows.size()) + " rows)"
                            : "";
  const MarkupAttributes box{{"class", "wide"}, {"role", "region"}, {"tabindex", "0"}, {"aria-label", table.caption}};
  page.inside("div", box, [&] {
    page.inside("table", {}, [&] {
      page.line("caption", {}, table.caption + some);
      page.inside("thead", {}, [&] {
        page.inside("tr", {}, [&] {
          for (const std::string& head : table.head) page.line("th", {{"scope", "col"}}, head);
        });
      });
      page.inside("tbody", {}, [&] {
        for (std::size_t r = 0; r < n; ++r) {
          const std::vector<TableCell>& row = table.rows[r];
          page.inside("tr", {}, [&] {
            for (std::size_t i = 0; i < row.size(); ++i) write_cell(page, row[i], i == 0);
          });
          page.new_line();
        }
      });
    });
  });
  page.new_line();
}

void write_figure(Markup& page, const FigureText& text, const Drawing& drawing, const PageTable& numbers) {
  const std::string title_id = text.id + "-title";
  const std::string description_id = text.id + "-description";
  page.inside("figure", {{"id", text.id}}, [&] {
    page.inside("svg",
                {{"viewBox", "0 0 " + place_text(figure_width) + " " + place_text(drawing.height)},
                 {"role", "img"},
                 {"aria-labelledby", title_id + " " + description_id}},
                [&] {
                  page.line("title", {{"id", title_id}}, text.title);
                  page.line("desc", {{"id", description_id}}, text.description);
                  page.verbatim(drawing.marks.str());
                });
    page.new_line();
    page.inside("figcaption", {}, [&] {
      page.line("strong", {}, text.title);
      if (!text.caption.empty()) page.text(". " + text.caption);
    });
    write_folded(page, "Numbers of this figure", [&] { write_table(page, numbers); });
  });
  page.new_line();
}

std::string html_document(const std::string& title, const Markup& body) {
  Markup page;
  page.verbatim("<!DOCTYPE html>\n");
  page.inside("html", {{"lang", "en"}}, [&] {
    page.inside("head", {}, [&] {
      page.empty("meta", {{"charset", "utf-8"}});
      // Browsers then load nothing and run nothing, whatever the page holds.
      page.empty("meta", {{"http-equiv", "Content-Security-Policy"},
                          {"content", "default-src 'none'; style-src 'unsafe-inline'; img-src data:"}});
      page.empty("meta", {{"name", "viewport"}, {"content", "width=device-width, initial-scale=1"}});
      page.empty("meta", {{"name", "color-scheme"}, {"content", "light dark"}});
      page.empty("link", {{"rel", "icon"}, {"href", "data:,"}});  // browsers ask servers for one otherwise
      page.line("title", {}, title);
      page.inside("style", {}, [&] { page.verbatim(html_style); });
    });
    page.new_line();
    page.inside("body", {}, [&] { page.verbatim(body.str()); });
  });
  page.new_line();
  return page.str();
}

}  // namespace pac
