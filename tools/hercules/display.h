// The machine's state as the commands of Hercules 3.13 print it. Texts of several lines have '\n' between them and none at
// the end. Nothing here leaves a trace in the machine: no reference bit, no entry of an access map.
#pragma once

#include <array>
#include <optional>
#include <string>

#include "cpu/cpu.h"
#include "devices/code_page.h"

namespace replica::tools {

std::string general_registers(const Cpu& cpu);
std::string floating_point_registers(const Cpu& cpu);
std::string control_registers(const Cpu& cpu);

// "PSW=00020000 00000000"; in BC mode with the interruption code and ILC.
std::string psw_line(const Psw& psw, u16 code = 0, u8 ilc = 0);
// "psw sm=00 pk=0 cmwp=2 as=pri cc=0 pm=0 am=24 ia=0"
std::string psw_fields(const Psw& psw);

// Storage by real address ('R'), or by virtual address if DAT is on ('V').
enum class Space : u8 { real, logical };

// The absolute address, or why there is none: addressing, or the code of the translation exception.
struct Located {
  ProgramCode code = ProgramCode::none;
  u32 real = 0;
  u32 absolute = 0;
};
Located locate(Cpu& cpu, Space space, u32 address);

// "R:00000200:K:06=4110000F 1A115010 03004720 02009200  ......&.......k.": 16 bytes, fewer at the end of storage.
// `letter` stands in front.
std::string storage_line(Cpu& cpu, Space space, char letter, u32 address, const CodePage& code_page);

// Up to 6 bytes of the instruction at a logical address; nothing if not all of it can be fetched.
std::optional<std::array<u8, 6>> instruction_at(Cpu& cpu, Space space, u32 address);

// What a trace shows of the instruction with these bytes: the line of the PSW and the instruction, its operands in storage,
// registers.
std::string instruction_state(Cpu& cpu, const std::string& psw, const u8* bytes, const CodePage& code_page);

}  // namespace replica::tools
