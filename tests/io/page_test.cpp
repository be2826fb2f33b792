// The parts of pages: escaping, well-formed markup, ticks, colours, and figures that hold what they are given.
#include <algorithm>
#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "io/axis.hpp"
#include "io/bar_chart.hpp"
#include "io/colour_map.hpp"
#include "io/heat_map.hpp"
#include "io/html_page.hpp"
#include "io/line_chart.hpp"
#include "io/markup.hpp"

namespace {

using namespace pac;

constexpr double missing = std::numeric_limits<double>::quiet_NaN();

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t n = 0;
  for (std::size_t at = 0; (at = text.find(part, at)) != std::string::npos; at += part.size()) ++n;
  return n;
}

TEST(Markup, EscapesWhatWouldBeMarkup) {
  EXPECT_EQ(escaped("a<b> & \"c\" 'd'"), "a&lt;b&gt; &amp; &quot;c&quot; &#39;d&#39;");
  EXPECT_EQ(escaped("\xC3\x85 \xE2\x82\xAC \xF0\x9F\x98\x80\n\t"), "\xC3\x85 \xE2\x82\xAC \xF0\x9F\x98\x80\n\t");
}

TEST(Markup, ReplacesWhatNoDocumentMayHold) {
  const std::string bad = "\xEF\xBF\xBD";
  EXPECT_EQ(escaped("a\x01z"), "a" + bad + "z");
  EXPECT_EQ(escaped("a\x1B[31mz\r"), "a" + bad + "[31mz" + bad);
  EXPECT_EQ(escaped("\x7F"), bad);
  EXPECT_EQ(escaped("\xFFz"), bad + "z");              // no UTF-8
  EXPECT_EQ(escaped("\xC2\x85z"), bad + "z");          // a C1 control
  EXPECT_EQ(escaped("\xC2\xB5"), "\xC2\xB5");          // micro sign
  EXPECT_EQ(escaped("\xEF\xBF\xBFz"), bad + "z");      // U+FFFF
  EXPECT_EQ(escaped("\xEF\xBC\xA1"), "\xEF\xBC\xA1");  // fullwidth A
  EXPECT_EQ(escaped(std::string("a\0b", 3)), "a");
}

TEST(Markup, ElementsCloseWhereTheyWereOpened) {
  Markup page;
  page.inside("p", {{"title", "\"<"}}, [&] {
    page.text("1 < 2");
    page.empty("br", {});
    page.mark("rect", {}, "a&b");
  });
  EXPECT_EQ(page.str(), "<p title=\"&quot;&lt;\">1 &lt; 2<br/><rect><title>a&amp;b</title></rect></p>");
}

TEST(Markup, PlacesAreShort) {
  EXPECT_EQ(place_text(1.5), "1.5");
  EXPECT_EQ(place_text(20), "20");
  EXPECT_EQ(place_text(1.0 / 3), "0.33");
  EXPECT_EQ(place_text(-0.001), "0");
  EXPECT_EQ(place_text(missing), "0");
}

TEST(Ticks, StandAtRoundNumbersWithinTheRange) {
  EXPECT_EQ(linear_ticks(0, 1, 6), (std::vector<double>{0, 0.2, 0.4, 0.6000000000000001, 0.8, 1}));
  EXPECT_EQ(linear_ticks(-3, 12, 5), (std::vector<double>{0, 5, 10}));
  EXPECT_FALSE(std::signbit(linear_ticks(-1e-3, 1, 6).front()));
  EXPECT_EQ(log_ticks(0.5, 2000, 6), (std::vector<double>{1, 10, 100, 1000}));
  EXPECT_EQ(log_ticks(1, 10, 6), (std::vector<double>{1, 2, 5, 10}));
  for (const auto& [low, high] : {Range{1e-7, 3e5}, Range{0.011, 0.012}, Range{3, 1e30}}) {
    const std::vector<double> ticks = log_ticks(low, high, 7);
    EXPECT_GE(ticks.size(), 2U);
    EXPECT_LE(ticks.size(), 8U);
    for (const double tick : ticks) EXPECT_TRUE(tick >= low * (1 - 1e-9) && tick <= high * (1 + 1e-9)) << tick;
  }
}

TEST(Ticks, SayNumbersShort) {
  EXPECT_EQ(tick_text(0), "0");
  EXPECT_EQ(tick_text(0.25), "0.25");
  EXPECT_EQ(tick_text(1500), "1500");
  EXPECT_EQ(tick_text(150000), "150k");
  EXPECT_EQ(tick_text(2.5e6), "2.5M");
  EXPECT_EQ(tick_text(2e-5), "2e-05");
}

TEST(Ticks, UnitsFitTheLargestNumber) {
  EXPECT_EQ(display_unit("s", 2).name, "s");
  EXPECT_EQ(display_unit("s", 0.02).name, "ms");
  EXPECT_EQ(display_unit("s", 2e-5).name, "us");
  EXPECT_EQ(display_unit("byte", 5e6).name, "MiB");
  EXPECT_EQ(display_unit("1", 5).name, "");
  EXPECT_EQ(display_unit("Hz", 5).name, "Hz");
}

TEST(Scale, PlacesNumbersAndNamesTheUnit) {
  const Scale scale({"wall time", "s"}, {0, 0.01}, 100, 200, 6);
  EXPECT_DOUBLE_EQ(scale.place(0), 100);
  EXPECT_DOUBLE_EQ(scale.place(0.005), 150);
  EXPECT_EQ(scale.label(), "wall time (ms)");
  EXPECT_EQ(scale.ticks().back().text, "10");
  const Scale logarithmic({"ranks", "1", true, {}, {1, 2, 4}}, {1, 4}, 0, 2, 6);
  EXPECT_NEAR(logarithmic.place(2), 1, 1e-12);
  EXPECT_EQ(logarithmic.ticks().size(), 3U);
  EXPECT_FALSE(logarithmic.holds(0));
}

TEST(Scale, TakesRangesThatAreNone) {
  for (const bool logarithmic : {false, true}) {
    for (const Range& range : {Range{5, 5}, Range{0, 0}, Range{3, 1}, Range{missing, 1}, Range{-1, -1}}) {
      const Scale scale({"x", "1", logarithmic}, range, 0, 100, 6);
      EXPECT_LT(scale.range().low, scale.range().high);
      EXPECT_TRUE(std::isfinite(scale.place(scale.range().high)));
    }
  }
}

TEST(ColourMap, IsViridis) {
  EXPECT_EQ(viridis(0), "#440154");
  EXPECT_EQ(viridis(1), "#fde725");
  EXPECT_EQ(viridis(7.0 / 17), "#297b8e");  // matplotlib's colour 105 of 0 to 255
  EXPECT_EQ(viridis(-3), viridis(0));
  EXPECT_EQ(viridis(3), viridis(1));
  EXPECT_EQ(viridis(missing), "none");
}

TEST(LineChart, DrawsEveryPointThatHasAPlace) {
  LineChart chart{{"ranks", "1", true}, {"time", "s", true}, false, {{"a<b", {{1, 2, "one"}, {2, 1, "two"}}}}};
  chart.series[0].points.push_back({4, 0, "none: a logarithm"});
  chart.series[0].points.push_back({8, missing, "none: no number"});
  chart.series.push_back({"ideal", {{1, 2, ""}, {2, 1, ""}}, true});
  const Drawing drawing = drawing_of(chart);
  const std::string& marks = drawing.marks.str();
  EXPECT_EQ(count(marks, "<title>"), 3U);  // two points, the ideal line
  EXPECT_NE(marks.find("<title>two</title>"), std::string::npos);
  EXPECT_NE(marks.find("a&lt;b"), std::string::npos);
  EXPECT_EQ(marks.find("none:"), std::string::npos);
  EXPECT_EQ(marks.find("nan"), std::string::npos);
  EXPECT_GT(drawing.height, 100);
}

TEST(LineChart, OfNothingIsAFrame) {
  const std::string marks = drawing_of(LineChart{{"x"}, {"y"}, true, {}}).marks.str();
  EXPECT_EQ(marks.find("nan"), std::string::npos);
  EXPECT_EQ(marks.find("inf"), std::string::npos);
}

TEST(BarChart, DrawsPartsOneAfterTheOther) {
  BarChart chart{{"time", "s"}, {"a", "b", "unused"}, "floor", false, {}};
  chart.bars.push_back({"first", "3 s", {{0, 1, "one", 0.5}, {1, 2, "two"}, {2, 0, "nothing"}}});
  const std::string marks = drawing_of(chart).marks.str();
  EXPECT_EQ(count(marks, "<title>one</title>"), 2U);  // and its floor
  EXPECT_EQ(count(marks, "<title>two</title>"), 1U);
  EXPECT_EQ(count(marks, "nothing"), 0U);
}

TEST(HeatMap, DrawsACellForEachValueAndAnOutline) {
  HeatMap map;
  map.x = {{"phase", "Hz"}, {1, 2, 3}};
  map.y = {{"amplitude", "Hz"}, {10, 20, 30, 40}};
  map.value_label = "MI";
  map.maps = {{"", {0, 1, 2, 3, 4, missing}, {"c0", "c1", "c2", "c3", "c4", "c5"}, {0, 0, 0, 0, 1, 0}}};
  map.inside_name = "significant";
  map.rings = {{1.5, 15, "planted"}, {9, 9, "outside"}};
  map.ring_name = "planted coupling";
  const std::string marks = drawing_of(map).marks.str();
  for (int k = 0; k < 6; ++k) EXPECT_EQ(count(marks, "<title>c" + std::to_string(k) + "</title>"), 1U);
  EXPECT_EQ(count(marks, "<title>planted</title>"), 2U);  // dark and bright
  EXPECT_EQ(count(marks, "outside"), 0U);
  EXPECT_NE(marks.find(viridis(1)), std::string::npos);
  const std::size_t edge = marks.rfind("class=\"edge\" d=\"");  // the cell's four sides
  const std::string path = marks.substr(edge, marks.find("/>", edge) - edge);
  EXPECT_EQ(count(path, "V") + count(path, "H"), 4U) << path;
}

TEST(HeatMap, DrawsSeveralSmallOnes) {
  HeatMap map;
  map.x = {{"phase", "Hz"}, {1, 2}};
  map.y = {{"amplitude", "Hz"}, {10, 20}};
  for (const char* name : {"one", "two", "three", "four"}) map.maps.push_back({name, {1}, {"tip"}});
  const std::string marks = drawing_of(map).marks.str();
  EXPECT_EQ(count(marks, "<title>tip</title>"), 4U);
  for (const char* name : {"one", "two", "three", "four"}) EXPECT_EQ(count(marks, std::string(">") + name + "<"), 1U);
}

TEST(Page, FiguresHaveWordsAndNumbers) {
  Markup body;
  const LineChart chart{{"x"}, {"y"}, true, {{"s", {{1, 2, "tip"}}}}};
  write_figure(body, {"f1", "A <title>", "what it shows", "more"}, drawing_of(chart), {"numbers", {"x"}, {{{"2", 2}}}});
  const std::string page = html_document("<>", body);
  EXPECT_TRUE(page.starts_with("<!DOCTYPE html>"));
  EXPECT_NE(page.find("<html lang=\"en\">"), std::string::npos);
  EXPECT_NE(page.find("role=\"img\" aria-labelledby=\"f1-title f1-description\""), std::string::npos);
  EXPECT_NE(page.find("<title id=\"f1-title\">A &lt;title&gt;</title>"), std::string::npos);
  EXPECT_NE(page.find("<desc id=\"f1-description\">what it shows</desc>"), std::string::npos);
  EXPECT_NE(page.find("<details><summary>"), std::string::npos);
  EXPECT_NE(page.find("<th scope=\"row\" class=\"number\"><data value=\"2\">2</data></th>"), std::string::npos);
}

TEST(Page, TablesOfManyRowsAreCutAndSaySo) {
  Markup body;
  PageTable table{"many", {"n"}, {}};
  for (int i = 0; i < 2000; ++i) table.rows.push_back({{std::to_string(i)}});
  write_table(body, table);
  EXPECT_LT(count(body.str(), "<tr>"), 1000U);
  EXPECT_NE(body.str().find(" of 2000 rows)</caption>"), std::string::npos);
}

}  // namespace
