#include "vmm/spool/spool_reader_input.h"

#include "tests/vmm/spool/spool_fixture.h"

namespace replica::vmm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class SpoolReaderInputTest : public SpoolTest {
 protected:
  // Reads the decks to their end.
  void run(const std::vector<std::string>& decks, const std::vector<std::string>& options = {}) {
    std::vector<std::string> arguments;
    for (const std::string& deck : decks) {
      arguments.push_back(fmt::format("deck{}", arguments.size()));
      write(arguments.back(), deck);
    }
    arguments.insert(arguments.end(), options.begin(), options.end());
    auto device = *make_card_reader("3505", arguments, environment_);
    SpoolReaderInput input(*store_, *device,
                           {.name = "00C",
                            .is_user = [](const std::string& user) { return user != "NOBODY"; },
                            .report = [this](const std::string& message) { messages_.push_back(message); }});
    for (int steps = 0; input.step(3); ++steps) ASSERT_LT(steps, 100);
    EXPECT_FALSE(input.step(3));
  }
  static std::string error(const std::string& card) {
    const auto parsed = SpoolReaderInput::parse_first_card(card);
    return parsed ? "none" : parsed.error().message;
  }
  static std::string card(std::string text) {
    text.resize(80, ' ');
    return ebcdic(text);
  }

  std::vector<std::string> messages_;
};

TEST_F(SpoolReaderInputTest, ADeckBecomesAFileInTheReaderOfItsUser) {
  run({"USERID USER1 CLASS C NAME MY DECK\nONE\nTWO\n"});
  EXPECT_THAT(messages_, ElementsAre("RDR 00C INPUT FOR USER1 FILE = 0001"));
  const SpoolFile& file = *store_->find(1);
  EXPECT_EQ(file.owner, "USER1");
  EXPECT_EQ(file.kind, SpoolKind::reader);
  EXPECT_EQ(file.spool_class, 'C');
  EXPECT_EQ(file.name, "MY");
  EXPECT_EQ(file.type, "DECK");
  EXPECT_EQ(file.device, "3505");
  EXPECT_EQ(file.state, SpoolState::closed);
  EXPECT_THAT(texts(1), ElementsAre(card("ONE"), card("TWO")));
}

TEST_F(SpoolReaderInputTest, DecksAreTakenOneByOneByEitherEndOfFile) {
  for (const char* end : {"eof", "intrq"}) {
    run({"ID USER1\nONE\n", "ID USER2\n"}, {end});
    EXPECT_EQ(store_->list({.owner = "USER1"}).size(), 1u);
    EXPECT_EQ(store_->list({.owner = "USER1"})[0].spool_class, 'A');
    ASSERT_EQ(store_->list({.owner = "USER2"}).size(), 1u);
    EXPECT_EQ(store_->list({.owner = "USER2"})[0].records, 0u);
    for (const SpoolId id : ids()) EXPECT_TRUE(store_->purge(id));
  }
}

TEST_F(SpoolReaderInputTest, ADeckThatIsNobodysIsRunThrough) {
  run({"// JOB\nID USER1\n", "ID NOBODY\nX\n", "ID USER2\nY\n"}, {"eof"});
  EXPECT_THAT(messages_, ElementsAre("RDR 00C deck not taken: found '// JOB', expected ID or USERID in column 1",
                                     "RDR 00C deck not taken: userid NOBODY is not in the directory",
                                     "RDR 00C INPUT FOR USER2 FILE = 0001"));
  EXPECT_EQ(ids().size(), 1u);
}

TEST_F(SpoolReaderInputTest, ADeckWithACardInErrorIsNotTaken) {
  run({"ID USER1\nONE\n" + std::string(81, 'X') + "\nTWO\n", "ID USER2\nY\n"}, {"eof"});
  EXPECT_THAT(messages_,
              ElementsAre("RDR 00C deck not taken: a card cannot be read", "RDR 00C INPUT FOR USER2 FILE = 0002"));
  EXPECT_THAT(ids(), ElementsAre(2));
}

TEST_F(SpoolReaderInputTest, AFullSpoolTakesNoDeck) {
  most_bytes_ = 200;
  open();
  run({"ID USER1\nONE\nTWO\nTHREE\n"});
  EXPECT_THAT(messages_, ElementsAre(HasSubstr("is full: 172 of 200 bytes are in use")));
  EXPECT_TRUE(ids().empty());
  EXPECT_EQ(store_->used_bytes(), 0u);
}

TEST_F(SpoolReaderInputTest, FirstCards) {
  EXPECT_EQ(error("ID USER1"), "none");
  EXPECT_EQ(error("USERID  USER1  CLASS 7   NAME SYS1.SYSLIB.MYMAC   "), "none");
  EXPECT_EQ(error(""), "found '', expected ID or USERID in column 1");
  EXPECT_EQ(error(" ID USER1"), "found 'ID USER1', expected ID or USERID in column 1");
  EXPECT_EQ(error("ID"), "found no userid behind ID");
  EXPECT_EQ(error("ID NINELETTERS"), "owner: found 'NINELETTERS', expected up to 8 characters without blanks");
  EXPECT_EQ(error("ID USER1 CLASS"), "found no class of one letter behind CLASS");
  EXPECT_EQ(error("ID USER1 CLASS *"), "class: found '*', expected A-Z or 0-9");
  EXPECT_EQ(error("ID USER1 NAME"), "found no name behind NAME");
  EXPECT_EQ(error("ID USER1 NAME A B C"), "found 'C', expected CLASS or NAME or the end of the card");
}

}  // namespace
}  // namespace replica::vmm
