#include "base/sqlite/database.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/tools/temporary_folder.h"

namespace replica {
namespace {

using testing::HasSubstr;

constexpr DatabaseKind kKind = {
    .name = "shelf",
    .application = 0x52333741,
    .version = 1,
    .tables = "CREATE TABLE book (title TEXT UNIQUE, pages INTEGER, weight REAL, cover BLOB);",
    .settings = "PRAGMA busy_timeout = 0",
};
constexpr const char* kAdd = "INSERT INTO book VALUES (?, ?, ?, ?)";
constexpr const char* kCount = "SELECT COUNT(*) FROM book";

class DatabaseTest : public testing::Test {
 protected:
  std::unique_ptr<Database> open(const DatabaseKind& kind = kKind) {
    auto database = Database::open(path_, kind);
    EXPECT_TRUE(database) << database.error().message;
    return database ? std::move(*database) : nullptr;
  }
  std::string refusal(const DatabaseKind& kind = kKind) {
    const auto database = Database::open(path_, kind);
    return database ? "opened" : database.error().message;
  }
  static Status add(Database& database, const std::string& title) {
    return database.execute(kAdd, title, i64{300}, 0.25, std::vector<u8>{1, 0, 2});
  }

  tools::TemporaryFolder folder_;
  std::string path_ = folder_.path("shelf.db");
};

TEST_F(DatabaseTest, KeepsValuesOfEveryType) {
  ASSERT_TRUE(add(*open(), "Moby-Dick"));
  const auto database = open();
  const auto row = database->query("SELECT * FROM book WHERE title = ?", std::string("Moby-Dick"));
  ASSERT_TRUE(row && *row);
  EXPECT_EQ(database->text(0), "Moby-Dick");
  EXPECT_EQ(database->integer(1), 300);
  EXPECT_EQ(database->real(2), 0.25);
  EXPECT_EQ(database->blob(3), (std::vector<u8>{1, 0, 2}));
  EXPECT_FALSE(*database->next_row());
  database->reset();
}

TEST_F(DatabaseTest, DoesAllOfATransactionOrNothing) {
  const auto database = open();
  const Status twice = database->transaction([&]() -> Status {
    if (Status added = add(*database, "Emma"); !added) return added;
    return add(*database, "Emma");
  });
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr("cannot use the shelf " + path_ + ": UNIQUE constraint failed"));
  EXPECT_EQ(*database->number(kCount), 0);
  ASSERT_TRUE(database->transaction([&] { return add(*database, "Emma"); }));
  EXPECT_EQ(*database->number(kCount), 1);
}

TEST_F(DatabaseTest, TellsWhenAnotherProgramWrites) {
  const auto one = open();
  const auto other = open();
  ASSERT_TRUE(one->run("BEGIN IMMEDIATE"));
  const Status added = add(*other, "Emma");
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message, "the shelf " + path_ + " is in use by another program");
}

TEST_F(DatabaseTest, RefusesFilesOfAnotherKindAndLeavesThem) {
  const std::string text =
      "This is no database, but a text that is long enough to be looked at as one. " + std::string(600, '.');
  std::ofstream(path_) << text;
  EXPECT_EQ(refusal(), path_ + " is no shelf: found a file of another kind, expected an SQLite database");
  EXPECT_EQ(folder_.read("shelf.db"), text);
}

TEST_F(DatabaseTest, RefusesOtherApplicationsAndVersions) {
  open();
  DatabaseKind other = kKind;
  other.application = 0x52333742;
  EXPECT_THAT(refusal(other), HasSubstr("found an SQLite database of application 52333741, expected 52333742"));
  DatabaseKind newer = kKind;
  newer.version = 2;
  EXPECT_EQ(refusal(newer), "the shelf " + path_ + " has version 1, expected 2");
}

TEST_F(DatabaseTest, NamesAFileThatCannotBeOpened) {
  path_ = folder_.path("nowhere/shelf.db");
  EXPECT_EQ(refusal(), "cannot use the shelf " + path_ + ": unable to open database file");
}

}  // namespace
}  // namespace replica
