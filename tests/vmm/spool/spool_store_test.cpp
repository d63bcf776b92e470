#include "vmm/spool/spool_store.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <filesystem>

#include "tests/vmm/spool/spool_fixture.h"

namespace replica::vmm {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SpoolStoreTest : public SpoolTest {
 protected:
  std::string database() { return folder_.path("spool/spool.db"); }
  std::string error_of_opening() {
    auto opened = SpoolStore::open(options());
    return opened ? "none" : opened.error().message;
  }
};

TEST_F(SpoolStoreTest, AClosedFileIsThereWhenTheSpoolIsOpenedAgain) {
  SpoolAttributes attributes{.owner = "USER1",
                             .origin = "USER2",
                             .kind = SpoolKind::punch,
                             .spool_class = '7',
                             .copies = 99,
                             .hold = SpoolHold::system,
                             .distribution = "BIN-12",
                             .name = "PROFILE",
                             .type = "EXEC",
                             .device = "2540P"};
  const SpoolId id = make(attributes, {"ONE", "", std::string(65536, 'X')});
  open();
  const SpoolFile* file = store_->find(id);
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(file->owner, "USER1");
  EXPECT_EQ(file->origin, "USER2");
  EXPECT_EQ(file->kind, SpoolKind::punch);
  EXPECT_EQ(file->spool_class, '7');
  EXPECT_EQ(file->copies, 99u);
  EXPECT_EQ(file->hold, SpoolHold::system);
  EXPECT_EQ(file->distribution, "BIN-12");
  EXPECT_EQ(file->name, "PROFILE");
  EXPECT_EQ(file->type, "EXEC");
  EXPECT_EQ(file->device, "2540P");
  EXPECT_EQ(file->records, 3u);
  EXPECT_EQ(file->bytes, 3u + 0 + 65536 + 3 * 6);
  EXPECT_EQ(file->created, 1'000'000'000);
  EXPECT_EQ(file->state, SpoolState::closed);
  EXPECT_FALSE(file->incomplete);
  EXPECT_EQ(store_->used_bytes(), file->bytes);
  EXPECT_THAT(texts(id), ElementsAre("ONE", "", std::string(65536, 'X')));
}

TEST_F(SpoolStoreTest, RecordsKeepTheirCommandAndFlags) {
  const auto id = store_->create(attributes_of("A"));
  EXPECT_TRUE(store_->append(*id, {.command = 0x8B, .flags = SpoolRecord::kLacksChannel}));
  EXPECT_TRUE(store_->append(*id, {.command = 0x63, .flags = SpoolRecord::kBeginsChain, .data = bytes_of("FCB")}));
  EXPECT_TRUE(store_->close(*id, attributes_of("A")));
  SpoolCursor cursor(*store_, *id);
  auto record = **cursor.next();
  EXPECT_EQ(record.command, 0x8B);
  EXPECT_EQ(record.flags, SpoolRecord::kLacksChannel);
  EXPECT_TRUE(record.data.empty());
  record = **cursor.next();
  EXPECT_EQ(record.command, 0x63);
  EXPECT_EQ(record.flags, SpoolRecord::kBeginsChain);
  EXPECT_EQ(cursor.position(), 2u);
  EXPECT_FALSE(*cursor.next());
}

TEST_F(SpoolStoreTest, ReadingBeginsAtAnyRecordOfALongFile) {
  const auto id = store_->create(attributes_of("A"));
  for (int i = 0; i < 5000; ++i)
    ASSERT_TRUE(store_->append(*id, {.command = 9, .data = bytes_of(fmt::format("{:0100}", i))}));
  ASSERT_TRUE(store_->close(*id, attributes_of("A")));
  SpoolCursor cursor(*store_, *id);
  for (const u64 target : {4999, 0, 2500, 1310, 1311, 654, 655, 656}) {
    cursor.seek(target);
    const auto record = cursor.next();
    ASSERT_TRUE(record && *record);
    EXPECT_EQ(std::string((*record)->data.begin(), (*record)->data.end()), fmt::format("{:0100}", target));
    EXPECT_EQ(cursor.position(), target + 1);
  }
  cursor.seek(5000);
  EXPECT_FALSE(*cursor.next());
}

TEST_F(SpoolStoreTest, NumbersGoOnAndAreUsedAgainAfter9900) {
  EXPECT_EQ(make(attributes_of("A")), 1u);
  EXPECT_EQ(make(attributes_of("A")), 2u);
  EXPECT_TRUE(store_->purge(1));
  EXPECT_EQ(make(attributes_of("A")), 3u);
  for (SpoolId id = 4; id <= 9900; ++id) {
    const auto created = store_->create(attributes_of("A"));
    ASSERT_EQ(*created, id);
    ASSERT_TRUE(id == 9900 || store_->discard(id));
  }
  EXPECT_EQ(*store_->create(attributes_of("A")), 1u);
}

TEST_F(SpoolStoreTest, TenThousandFilesAreTooMany) {
  for (SpoolId id = 1; id <= 9900; ++id) ASSERT_TRUE(store_->create(attributes_of("A")));
  const auto another = store_->create(attributes_of("A"));
  ASSERT_FALSE(another);
  EXPECT_EQ(another.error().message, "the spool " + database() + " is full: all of its 9900 file numbers are in use");
}

TEST_F(SpoolStoreTest, FilesAreFoundByOwnerKindAndClassInTheOrderOfTheirClosing) {
  const SpoolId a = *store_->create(attributes_of("A"));
  const SpoolId b = make(attributes_of("A"));
  const SpoolId c = make(attributes_of("A", SpoolKind::punch));
  const SpoolId d = make(attributes_of("B", SpoolKind::printer, 'C'));
  EXPECT_TRUE(store_->close(a, attributes_of("A")));
  EXPECT_THAT(ids(), ElementsAre(b, c, d, a));
  EXPECT_THAT(ids({.owner = "A"}), ElementsAre(b, c, a));
  EXPECT_THAT(ids({.kind = SpoolKind::printer}), ElementsAre(b, d, a));
  EXPECT_THAT(ids({.spool_class = 'C'}), ElementsAre(d));
  EXPECT_EQ(store_->next_for_output(SpoolKind::printer, "CA")->id, d);
  EXPECT_EQ(store_->next_for_output(SpoolKind::printer, "AC")->id, b);
  EXPECT_EQ(store_->next_for_output(SpoolKind::printer, "*")->id, b);
  EXPECT_EQ(store_->next_for_output(SpoolKind::punch, "B"), nullptr);
}

TEST_F(SpoolStoreTest, TheNextFileIsNeitherHeldNorOpenNorActive) {
  SpoolAttributes held = attributes_of("A", SpoolKind::reader);
  held.hold = SpoolHold::user;
  const SpoolId h = make(held);
  ASSERT_TRUE(store_->create(attributes_of("A", SpoolKind::reader)));
  const SpoolId active = make(attributes_of("A", SpoolKind::reader));
  store_->claim(active);
  EXPECT_EQ(store_->next_for_reader("A", '*'), nullptr);
  store_->release(active);
  EXPECT_EQ(store_->next_for_reader("A", '*')->id, active);
  EXPECT_EQ(store_->next_for_reader("A", 'A')->id, active);
  EXPECT_EQ(store_->next_for_reader("A", 'B'), nullptr);
  EXPECT_EQ(store_->next_for_reader("B", '*'), nullptr);
  held.hold = SpoolHold::none;
  EXPECT_TRUE(store_->change(h, held));
  EXPECT_EQ(store_->next_for_reader("A", '*')->id, h);
}

TEST_F(SpoolStoreTest, OrderTransferAndPurgeSurvive) {
  const SpoolId a = make(attributes_of("A")), b = make(attributes_of("A")), c = make(attributes_of("A")),
                d = make(attributes_of("B"));
  EXPECT_TRUE(store_->order(std::vector<SpoolId>{c, b}));
  EXPECT_THAT(ids({.owner = "A"}), ElementsAre(c, b, a));
  EXPECT_TRUE(store_->transfer(b, "C"));
  EXPECT_TRUE(store_->purge(d));
  open();
  EXPECT_THAT(ids({.owner = "A"}), ElementsAre(c, a));
  EXPECT_EQ(store_->find(b)->owner, "C");
  EXPECT_EQ(store_->find(b)->origin, "A");
  EXPECT_EQ(store_->find(b)->kind, SpoolKind::reader);
  EXPECT_EQ(store_->find(d), nullptr);
}

TEST_F(SpoolStoreTest, ErrorsOfCommands) {
  const SpoolId a = make(attributes_of("A")), b = make(attributes_of("B")), o = *store_->create(attributes_of("A"));
  EXPECT_EQ(store_->purge(77).error().message, "there is no spool file 0077");
  EXPECT_EQ(store_->purge(o).error().message, "spool file 0003 is still open");
  EXPECT_EQ(store_->order(std::vector<SpoolId>{a, b}).error().message,
            "spool files 0001 and 0002 are not in one queue of one owner");
  EXPECT_EQ(store_->order(std::vector<SpoolId>{a, a}).error().message, "spool file 0001 is named twice");
  EXPECT_EQ(store_->transfer(a, "TOOLONGNAME").error().message,
            "userid: found 'TOOLONGNAME', expected up to 8 characters without blanks");
  SpoolAttributes wrong = attributes_of("A");
  wrong.spool_class = '*';
  EXPECT_EQ(store_->change(a, wrong).error().message, "class: found '*', expected A-Z or 0-9");
  wrong = attributes_of("A");
  wrong.copies = 100;
  EXPECT_EQ(store_->change(a, wrong).error().message, "copies: found 100, expected a number from 1 to 99");
  store_->claim(a);
  EXPECT_EQ(store_->change(a, attributes_of("A")).error().message, "spool file 0001 is in use");
}

TEST_F(SpoolStoreTest, AFullSpoolTakesNothingMoreAndKeepsWhatItHas) {
  most_bytes_ = 1000;
  open();
  const SpoolId kept = make(attributes_of("A"), {std::string(400, 'K')});
  const SpoolId id = *store_->create(attributes_of("A"));
  EXPECT_TRUE(store_->append(id, {.command = 9, .data = std::vector<u8>(500)}));
  const Status refused = store_->append(id, {.command = 9, .data = std::vector<u8>(83)});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().message, "the spool " + database() + " is full: 912 of 1000 bytes are in use");
  EXPECT_TRUE(store_->append(id, {.command = 9, .data = std::vector<u8>(82)}));
  EXPECT_FALSE(store_->append(id, {.command = 9}));
  EXPECT_TRUE(store_->close(id, attributes_of("A")));
  EXPECT_THAT(texts(kept), ElementsAre(std::string(400, 'K')));
  EXPECT_TRUE(store_->purge(kept));
  EXPECT_EQ(store_->used_bytes(), 500u + 82 + 12);
  most_bytes_ = 10;
  open();
  EXPECT_EQ(store_->find(id)->records, 2u);
  EXPECT_FALSE(store_->has_room(0));
}

// A file of the host that may not grow stands for a full disk.
TEST_F(SpoolStoreTest, AFullDiskIsAnErrorAndTheRecordCanBeGivenAgain) {
  most_bytes_ = u64{1} << 30;
  open();
  const SpoolId kept = make(attributes_of("A"), {"KEPT"});
  const SpoolId id = *store_->create(attributes_of("A"));
  rlimit before;
  getrlimit(RLIMIT_FSIZE, &before);
  const auto handler = std::signal(SIGXFSZ, SIG_IGN);
  const rlimit small{.rlim_cur = 400'000, .rlim_max = before.rlim_max};
  setrlimit(RLIMIT_FSIZE, &small);
  Status appended;
  u64 taken = 0;
  while (appended && taken < 100) {
    appended = store_->append(id, {.command = 9, .data = std::vector<u8>(40'000, static_cast<u8>(taken))});
    taken += appended.has_value();
  }
  const Status closed = store_->close(id, attributes_of("A"));
  setrlimit(RLIMIT_FSIZE, &before);
  std::signal(SIGXFSZ, handler);
  ASSERT_FALSE(appended);
  EXPECT_THAT(appended.error().message, HasSubstr("the spool " + database()));
  EXPECT_FALSE(closed);
  EXPECT_TRUE(store_->append(id, {.command = 9, .data = std::vector<u8>(40'000, static_cast<u8>(taken))}));
  EXPECT_TRUE(store_->close(id, attributes_of("A")));
  open();
  EXPECT_THAT(texts(kept), ElementsAre("KEPT"));
  const auto all = texts(id);
  ASSERT_EQ(all.size(), taken + 1);
  for (u64 i = 0; i <= taken; ++i) EXPECT_EQ(all[i], std::string(40'000, static_cast<char>(i)));
}

TEST_F(SpoolStoreTest, AFileThatWasOpenIsClosedAtItsLastCheckpoint) {
  const SpoolId printed = *store_->create(attributes_of("A"));
  const SpoolId punched = *store_->create(attributes_of("B", SpoolKind::reader));
  const SpoolId empty = *store_->create(attributes_of("A"));
  EXPECT_TRUE(store_->append(printed, {.command = 9, .data = bytes_of("ONE")}));
  EXPECT_TRUE(store_->append(punched, {.command = 1, .data = bytes_of("CARD")}));
  open();
  EXPECT_THAT(store_->recovered(), ElementsAre(printed, punched));
  EXPECT_THAT(texts(printed), ElementsAre("ONE"));
  EXPECT_TRUE(store_->find(printed)->incomplete);
  EXPECT_EQ(store_->find(printed)->state, SpoolState::closed);
  EXPECT_EQ(store_->find(printed)->hold, SpoolHold::none);
  EXPECT_EQ(store_->find(punched)->hold, SpoolHold::user);
  EXPECT_EQ(store_->find(empty), nullptr);
  open();
  EXPECT_THAT(store_->recovered(), IsEmpty());
  EXPECT_TRUE(store_->find(printed)->incomplete);
}

TEST_F(SpoolStoreTest, TwoStoresOfOneSpoolCannotBe) {
  EXPECT_EQ(error_of_opening(), "the spool " + database() + " is in use by another program");
  store_.reset();
  std::array<int, 2> opened_there;
  ASSERT_EQ(pipe(opened_there.data()), 0);
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto opened = SpoolStore::open(options());
    const char byte = opened ? 'O' : 'F';
    if (::write(opened_there[1], &byte, 1) != 1) _exit(1);
    for (;;) pause();
  }
  close(opened_there[1]);
  char outcome = 0;
  EXPECT_EQ(::read(opened_there[0], &outcome, 1), 1);
  close(opened_there[0]);
  EXPECT_EQ(outcome, 'O');
  EXPECT_EQ(error_of_opening(), "the spool " + database() + " is in use by another program");
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_EQ(error_of_opening(), "none");
}

TEST_F(SpoolStoreTest, WhatIsNoSpoolIsRefusedAndLeftAlone) {
  store_.reset();
  std::string garbage = "this is no database, but a letter. ";
  while (garbage.size() < 100'000) garbage += garbage;
  folder_.write("spool/spool.db", bytes_of(garbage));
  EXPECT_EQ(error_of_opening(), database() + " is no spool: found a file of another kind, expected an SQLite database");
  EXPECT_EQ(folder_.read("spool/spool.db"), garbage);
  folder_.write("file", {});
  auto opened = SpoolStore::open({.directory = folder_.path("file"), .now = {}});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().message,
            "'" + folder_.path("file") + "' is no directory and cannot be made, expected one for the spool");
}

TEST_F(SpoolStoreTest, AnEmptyFileBecomesASpool) {
  store_.reset();
  folder_.write("spool/spool.db", {});
  EXPECT_EQ(error_of_opening(), "none");
}

// Each damage is found when the spool is opened or when the records are read, or it is where nothing was.
TEST_F(SpoolStoreTest, ADamagedSpoolIsAnErrorOrWhole) {
  std::vector<SpoolId> made;
  for (int i = 0; i < 5; ++i)
    made.push_back(make(attributes_of("A"), {std::string(30'000, static_cast<char>('A' + i)), "END"}));
  store_.reset();
  const std::string whole = folder_.read("spool/spool.db");
  ASSERT_GT(whole.size(), 150'000u);
  unit_record::Sequence random(1);
  u32 refused = 0;
  for (u32 round = 0; round < 200; ++round) {
    std::string damaged = whole;
    if (round % 4 == 0) {
      damaged.resize(random() % whole.size());
    } else {
      const std::size_t place = (u64{random()} << 16 | random()) % whole.size();
      const std::size_t length = std::min<std::size_t>(round % 4 == 1 ? 1 : 4000, whole.size() - place);
      for (std::size_t i = 0; i < length; ++i) damaged[place + i] = static_cast<char>(random());
    }
    folder_.write("spool/spool.db", bytes_of(damaged));
    auto opened = SpoolStore::open(options());
    if (!opened) {
      ++refused;
      EXPECT_THAT(opened.error().message, HasSubstr(database()));
      EXPECT_EQ(folder_.read("spool/spool.db"), damaged);
    } else {
      store_ = std::move(*opened);
      for (const SpoolFile& file : store_->list({})) (void)texts(file.id);
      store_.reset();
    }
    for (const char* other : {"spool/spool.db-wal", "spool/spool.db-shm", "spool/spool.db-journal"})
      std::filesystem::remove(folder_.path(other));
  }
  EXPECT_GT(refused, 50u);
}

// The child says by a byte in the pipe that a file has been closed, and is killed at any moment.
TEST_F(SpoolStoreTest, FilesThatWereClosedSurviveThatTheProgramIsKilled) {
  store_.reset();
  most_bytes_ = u64{1} << 30;
  unit_record::Sequence random(7);
  u32 next = 0;  // what the files are filled with
  u32 incomplete = 0;
  for (int round = 0; round < 12; ++round) {
    int ends[2];
    ASSERT_EQ(pipe(ends), 0);
    const pid_t child = fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      auto store = SpoolStore::open(options());
      if (!store) _exit(1);
      for (u32 n = next;; ++n) {
        const SpoolId id = *(*store)->create(attributes_of(fmt::format("U{}", n)));
        for (u32 i = 0; i < 100 + n % 7 * 100; ++i)
          if (!(*store)->append(id, {.command = 9, .data = bytes_of(fmt::format("{:0500}", n + i))})) _exit(1);
        if (!(*store)->close(id, attributes_of(fmt::format("U{}", n)))) _exit(1);
        if (n % 3 == 1 && !(*store)->purge(id)) _exit(1);
        if (::write(ends[1], "C", 1) != 1) _exit(1);
      }
    }
    ::close(ends[1]);
    char byte;
    ASSERT_EQ(::read(ends[0], &byte, 1), 1);
    u32 closed = 1;
    usleep(random() % 30'000);
    kill(child, SIGKILL);
    while (::read(ends[0], &byte, 1) == 1) ++closed;
    ::close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    open();
    for (u32 n = next; n < next + closed; ++n) {
      const auto found = store_->list({.owner = fmt::format("U{}", n)});
      ASSERT_EQ(found.size(), n % 3 == 1 ? 0u : 1u) << n;
      if (found.empty()) continue;
      EXPECT_FALSE(found[0].incomplete);
      const auto all = texts(found[0].id);
      ASSERT_EQ(all.size(), 100 + n % 7 * 100);
      for (u32 i = 0; i < all.size(); ++i) ASSERT_EQ(all[i], fmt::format("{:0500}", n + i));
    }
    for (const SpoolId id : store_->recovered()) {
      ++incomplete;
      EXPECT_EQ(store_->find(id)->owner, fmt::format("U{}", next + closed));
      EXPECT_EQ(texts(id).size(), store_->find(id)->records);
    }
    for (const SpoolFile& file : store_->list({})) ASSERT_TRUE(store_->purge(file.id));
    EXPECT_EQ(store_->used_bytes(), 0u);
    next += closed + 1;
    store_.reset();
  }
  RecordProperty("incomplete", static_cast<int>(incomplete));
}

}  // namespace
}  // namespace replica::vmm
