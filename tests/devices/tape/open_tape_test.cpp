// Which format an image is taken to have.
#include <sys/stat.h>

#include "tests/devices/tape/tape_fixture.h"

namespace replica::tape_test {
namespace {

const Bytes kPlain = hex("0100 0000 A000 01");
const Bytes kCompressed = hex("0100 0000 A100 01");
const Bytes kMarks = hex("0000 0000 4000 0000 0000 4000");

std::string format_of(const std::string& name, const Bytes& bytes) {
  const TemporaryFolder folder;
  const auto tape = open_tape(folder.write(name, bytes), {});
  return tape ? std::string((*tape)->format()) : tape.error().message;
}

TEST(OpenTape, NameAndContentTellTheFormat) {
  EXPECT_EQ(format_of("t.aws", kPlain), "AWS");
  EXPECT_EQ(format_of("T.AWS", kPlain), "AWS");
  EXPECT_EQ(format_of("t.het", kPlain), "HET") << "AWS is HET as well";
  EXPECT_EQ(format_of("t.aws", kCompressed), "HET");
  EXPECT_EQ(format_of("t.xyz", kCompressed), "HET");
  EXPECT_EQ(format_of("t.xyz", kPlain), "AWS");
  EXPECT_EQ(format_of("t.het", kMarks), "HET");
  EXPECT_EQ(format_of("t.aws", kMarks), "AWS");
  EXPECT_EQ(format_of("t", kMarks), "AWS");
  EXPECT_EQ(format_of("t.aws", {}), "AWS");
  EXPECT_EQ(format_of("t.tap", hex("01000000 01 00 01000000")), "SIMH");
}

TEST(OpenTape, FormatsThatAreNotThereAreNamed) {
  EXPECT_NE(format_of("t.tdf", {}).find("OMA"), std::string::npos);
  EXPECT_NE(format_of("t.aws", hex("40544446 0A0A")).find("OMA"), std::string::npos);
  EXPECT_NE(format_of("t.fkt", {}).find("FakeTape"), std::string::npos);
  EXPECT_NE(format_of("t.aws", hex("303030303030303030303030")).find("FakeTape"), std::string::npos);
}

TEST(OpenTape, MissingFileIsAnErrorButAHetImageIsMade) {
  const TemporaryFolder folder;
  const auto missing = open_tape(folder.path("none.aws"), {});
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, folder.path("none.aws") + ": No such file or directory");
  EXPECT_FALSE(open_tape(folder.path("none.het"), {.read_only = true}));
  EXPECT_TRUE(open_tape(folder.path("new.het"), {}));
  EXPECT_TRUE(std::filesystem::exists(folder.path("new.het")));
}

TEST(OpenTape, OnlyRegularFiles) {
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder.path("d.aws"));
  EXPECT_FALSE(open_tape(folder.path("d.aws"), {}));
  EXPECT_FALSE(open_tape(folder.path("d.aws"), {.read_only = true}));
  ASSERT_EQ(mkfifo(folder.path("p.aws").c_str(), 0600), 0);
  EXPECT_FALSE(open_tape(folder.path("p.aws"), {.read_only = true})) << "and does not wait for a writer";
}

}  // namespace
}  // namespace replica::tape_test
