#include "jit/code_observer.h"

#include <gmock/gmock.h>

#include "tests/jit/observers/observed_guest.h"

namespace replica {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

// Notes what it is told, a word each.
class NotingObserver final : public CodeObserver {
 public:
  explicit NotingObserver(bool pieces = false) : pieces_(pieces) {}

  bool wants_pieces() const override { return pieces_; }
  void begins(std::span<const NamedCode> shared) override {
    for (const NamedCode& code : shared) notes.push_back(code.name);
  }
  void translated(const ir::Block& block, const GeneratedCode& code) override {
    notes.push_back(named_code(block, code).name);
    last_pieces = code.pieces;
    last_bytes = code.bytes;
  }
  void compiled(const Region& region, const CompiledRegion& code, const u8* place) override {
    notes.push_back(named_code(region, code, place).name);
  }
  void discarded_all() override { notes.push_back("discarded"); }

  std::vector<std::string> notes;
  std::vector<CodePiece> last_pieces;
  std::size_t last_bytes = 0;

 private:
  bool pieces_;
};

TEST(CodeObserver, IsToldTheThunksThenTheBlocks) {
  NotingObserver observer;
  ObservedGuest guest(observer);
  EXPECT_THAT(observer.notes, AllOf(Contains("replica_enter"), Contains("replica_leave"),
                                    Contains("replica_call_instruction"), Not(Contains(""))));
  observer.notes.clear();
  guest.guest().put(0x410, "47F00400");
  guest.execute("47F00410");
  EXPECT_THAT(observer.notes, testing::UnorderedElementsAre("guest_000400", "guest_000410"));
}

TEST(CodeObserver, IsToldWhenAllIsDiscarded) {
  NotingObserver observer;
  {
    ObservedGuest guest(observer, ObservedGuest::kSmallCache);
    guest.fill_small_cache();
    EXPECT_GT(guest.engine().counters().flushes, 0u);
    EXPECT_EQ(static_cast<u64>(std::count(observer.notes.begin(), observer.notes.end(), "discarded")),
              guest.engine().counters().flushes);
    observer.notes.clear();
  }
  EXPECT_THAT(observer.notes, ElementsAre("discarded"));
}

TEST(CodeObserver, SeesPiecesOnlyIfItWantsThem) {
  NotingObserver without;
  ObservedGuest(without).execute("41110001 47F00400");
  EXPECT_THAT(without.last_pieces, IsEmpty());
}

// L 1,1536(,2); ST 1,1540(,2); BC 15,1024.
TEST(CodeObserver, PiecesCoverTheCodeOfTheBlockInItsOrder) {
  using Part = CodePiece::Part;
  NotingObserver observer(true);
  ObservedGuest guest(observer);
  guest.execute("58120600 50120604 47F00400");
  std::vector<Part> parts;
  std::vector<u32> numbers;
  u32 offset = 0;
  for (const CodePiece& piece : observer.last_pieces) {
    EXPECT_GE(piece.offset, offset);
    offset = piece.offset;
    parts.push_back(piece.part);
    if (piece.part == Part::instruction) numbers.push_back(piece.number);
  }
  EXPECT_LT(offset, observer.last_bytes);
  ASSERT_FALSE(parts.empty());
  EXPECT_EQ(observer.last_pieces[0].offset, 0u);
  EXPECT_EQ(parts[0], Part::entry);
  EXPECT_THAT(numbers, ElementsAre(0, 1, 2));
  EXPECT_THAT(parts, AllOf(Contains(Part::out_of_line), Contains(Part::cold_path).Times(2)));
}

}  // namespace
}  // namespace replica
