#include "tests/oracle/instruction_filter.h"

#include <set>

namespace replica::oracle {

u16 operation_code(const u8* bytes) {
  return bytes[0] == 0xB2 || bytes[0] == 0xE5 ? static_cast<u16>(bytes[0] << 8 | bytes[1]) : bytes[0];
}

bool is_excluded(const u8* bytes) {
  // One by one all other operation codes gave the same interruption on both machines, in either state.
  static const std::set<u16> kExcluded = {
      0x83,                                            // DIAGNOSE: model-dependent
      0xAE,                                            // SIGP
      0xB202, 0xB204, 0xB205, 0xB209,                  // STIDP, SCK, STCK, STPT
      0xB200, 0xB201,                                  // CONCS, DISCS: privileged in Hercules, not installed here
      0xB218, 0xB219, 0xB223, 0xB224, 0xB225, 0xB226,  // PC, SAC, IVSK, IAC, SSAR, EPAR
      0xB227, 0xB228, 0xD9,   0xDA,   0xDB,   0xE500,  // ESAR, PT, MVCK, MVCP, MVCS, LASP
      0xB222,                                          // IPM, of ESA/390
      0xB2F0,                                          // IUCV
      0xB22B,                                          // SSKE: Hercules goes on with the old key of half of the frame
  };
  const u16 op = operation_code(bytes);
  const bool assist = (op >= 0xE502 && op <= 0xE50D) || op == 0xE6;
  return assist || kExcluded.contains(op);
}

}  // namespace replica::oracle
