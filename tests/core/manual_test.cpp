// Manual page and completion hold every option, choice, benchmark and exit status; the examples are accepted.
// How man and bash read them: tests/cli/manual_test.py.
#include "core/manual.hpp"

#include <sstream>

#include <gtest/gtest.h>

#include "core/error.hpp"
#include "core/option_text.hpp"

namespace {

using namespace pac;

const std::vector<BenchmarkName> table{{"comodulogram", "is it?"},
                                       {"speed", "how?"},
                                       {"throughput", "so?"},
                                       {"vram", "large?"},
                                       {"sweep", "and?"},
                                       {"compare", "'it' \\ they?", 2},
                                       {"report", "what?", one_or_more}};

/// Text as the page prints it, for searching: roff's escapes of a dash and of a bracketed default.
std::string in_roff(std::string text) {
  for (std::size_t at = 0; (at = text.find('-', at)) != std::string::npos; at += 2) text.insert(at, "\\");
  return text;
}

TEST(Manual, HoldsEveryOptionWithItsDefault) {
  const std::string page = manual_page(table);
  const Config defaults;
  describe(defaults,
           [&]<class Value>(const char* name, const Value& value, OptionGroup, const char* placeholder, const char*) {
             const std::string tag = "\n\\fB" + in_roff(option_of(name)) + "\\fR";
             const std::size_t at = page.find(tag + (std::is_same_v<Value, bool> ? "\n" : " "));
             ASSERT_NE(at, std::string::npos) << name;
             const std::string paragraph = page.substr(at, page.find(".TP", at) - at);
             EXPECT_NE(paragraph.find(in_roff(shown_value<Value>(placeholder))), std::string::npos) << paragraph;
             if (std::is_same_v<Value, bool> || to_text(value).empty()) return;
             EXPECT_NE(paragraph.find("(" + in_roff(to_text(value)) + ")\n"), std::string::npos) << paragraph;
           });
}

TEST(Manual, HoldsQuestionsStatusesAndFiles) {
  const std::string page = manual_page(table);
  for (const char* section :
       {"NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXIT STATUS", "FILES", "ENVIRONMENT", "EXAMPLES", "SEE ALSO"}) {
    EXPECT_NE(page.find("\n.SH " + std::string(section) + "\n"), std::string::npos) << section;
  }
  EXPECT_NE(page.find(".TP\n\\fBspeed\\fR\nhow?\n"), std::string::npos);
  EXPECT_NE(page.find("\n\\&\\(aqit\\(aq \\e they?\n"), std::string::npos);
  EXPECT_NE(page.find(".B pacbench compare\n\\fIA.h5\\fR \\fIB.h5\\fR"), std::string::npos);
  EXPECT_NE(page.find(".B pacbench report\n\\fIA.h5\\fR \\fI[B.h5 ..]\\fR"), std::string::npos);
  EXPECT_NE(page.find("\\fB\\-\\-output\\fR \\fIFILE\\fR, \\fB\\-o\\fR \\fIFILE\\fR"), std::string::npos);
  for (const auto& [status, meaning] : exit_meanings) {
    EXPECT_NE(page.find("\\fB" + std::to_string(static_cast<int>(status)) + "\\fR\n" + meaning), std::string::npos);
  }
  EXPECT_NE(page.find("\\fBPACBENCH_CACHE\\fR"), std::string::npos);
}

TEST(Manual, ExamplesAreAcceptedByTheProgram) {
  ASSERT_FALSE(examples().empty());
  for (const Example& example : examples()) {
    std::istringstream words(example.command);
    std::vector<std::string> list;
    for (std::string word; words >> word;) {
      if (word == "pacbench") {
        list.clear();
      } else {
        list.push_back(word);
      }
    }
    std::vector<const char*> arguments;
    for (const std::string& word : list) arguments.push_back(word.c_str());
    EXPECT_NO_THROW({
      const CommandLine line = read_command_line(arguments, table);
      EXPECT_TRUE(line.answer.empty());
    }) << example.command;
  }
}

TEST(Completion, HoldsEveryOptionAndChoice) {
  const std::string script = bash_completion(table);
  const Config defaults;
  describe(defaults, [&]<class Value>(const char* name, const Value&, auto&&...) {
    EXPECT_NE(script.find(option_of(name) + " "), std::string::npos) << name;
    if constexpr (std::is_enum_v<Value>) {
      EXPECT_NE(script.find("    " + option_of(name) + ") words='"), std::string::npos) << name;
    }
  });
}

}  // namespace
