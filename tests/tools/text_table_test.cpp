#include "tools/text_table.h"

#include <gtest/gtest.h>

namespace replica::tools {
namespace {

const TextTable kTable{{"a", "heading"}, {{"long cell", "1"}, {"x", ""}}};

TEST(TextTable, AlignsColumnsAndLeavesNoBlanksBehind) {
  EXPECT_EQ(kTable.as_text(),
            "a          heading\n"
            "long cell  1\n"
            "x\n");
}

TEST(TextTable, IsMarkdown) {
  EXPECT_EQ(kTable.as_markdown(),
            "| a         | heading |\n"
            "|-----------|---------|\n"
            "| long cell | 1       |\n"
            "| x         |         |\n");
}

}  // namespace
}  // namespace replica::tools
