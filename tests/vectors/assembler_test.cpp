#include "tools/vectors/assembler.h"

#include <gmock/gmock.h>

namespace replica::vectors {
namespace {

using testing::HasSubstr;

std::string assembled(std::string_view text) {
  const auto bytes = assemble(text);
  return bytes ? fmt::format("{:02X}", fmt::join(*bytes, "")) : bytes.error().message;
}

// One of each format. GA22-7000 "Instruction Formats", Appendix B for the opcodes.
TEST(Assembler, KnowsEveryFormat) {
  EXPECT_EQ(assembled("LR 1,F"), "181F");
  EXPECT_EQ(assembled("BCR 8,E"), "078E");
  EXPECT_EQ(assembled("SVC FF"), "0AFF");
  EXPECT_EQ(assembled("SPM A"), "04A0");
  EXPECT_EQ(assembled("AXR 0,4"), "3604");
  EXPECT_EQ(assembled("ISKE 1,2"), "B2290012");
  EXPECT_EQ(assembled("DXR 0,4"), "B22D0004");
  EXPECT_EQ(assembled("A 1,ABC(2,3)"), "5A123ABC");
  EXPECT_EQ(assembled("BC F,500"), "47F00500");
  EXPECT_EQ(assembled("STD 6,8(,D)"), "6060D008");
  EXPECT_EQ(assembled("LM E,C,48(D)"), "98ECD048");
  EXPECT_EQ(assembled("SLA 3,1F"), "8B30001F");
  EXPECT_EQ(assembled("ICM 1,5,800(9)"), "BF159800");
  EXPECT_EQ(assembled("MVI 800(2),C1"), "92C12800");
  EXPECT_EQ(assembled("LPSW 800(2)"), "82002800");
  EXPECT_EQ(assembled("SIOF E"), "9C01000E");
  EXPECT_EQ(assembled("STCK 800"), "B2050800");
  EXPECT_EQ(assembled("PTLB"), "B20D0000");
  EXPECT_EQ(assembled("MVC 800(100,2),900(3)"), "D2FF28003900");
  EXPECT_EQ(assembled("AP 800(4),900(10,3)"), "FA3F08003900");
  EXPECT_EQ(assembled("SRP 800(4,2),3F,5"), "F0352800003F");
  EXPECT_EQ(assembled("MVCK 800(1,2),900(3),4"), "D91428003900");
  EXPECT_EQ(assembled("TPROT 800(2),10(3)"), "E50128003010");
}

TEST(Assembler, TellsWhatIsWrong) {
  EXPECT_THAT(assembled("LR 10,1"), HasSubstr("register 10 is too large"));
  EXPECT_THAT(assembled("L 1,1000"), HasSubstr("displacement 1000 is too large"));
  EXPECT_THAT(assembled("MVC 800(101),900"), HasSubstr("a length from 1 to 100 is needed"));
  EXPECT_THAT(assembled("AP 800(4),900"), HasSubstr("a length from 1 to 10 is needed"));
  EXPECT_THAT(assembled("LR 1,2(3)"), HasSubstr("parentheses where there is no address"));
  EXPECT_THAT(assembled("LM 1,2,3(4,5)"), HasSubstr("an index where there is none"));
  EXPECT_THAT(assembled("L 1,8(2"), HasSubstr("lacks the closing parenthesis"));
  EXPECT_THAT(assembled("L 1,x"), HasSubstr("'x' is not a hexadecimal number"));
  EXPECT_THAT(assembled("L"), HasSubstr("too few operands"));
}

}  // namespace
}  // namespace replica::vectors
