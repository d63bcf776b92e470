// A case: the initial state of one short random program, and the record of what a machine did with it. Both have a form
// in storage that the monitor reads and writes (monitor.s); here are their C++ sides.
#pragma once

#include <array>
#include <span>
#include <string>
#include <vector>

#include "base/types.h"
#include "tests/oracle/layout.h"

namespace replica::oracle {

inline constexpr u32 kLandings = 16;

// Bytes that a case puts into the test region, by region offset.
struct Patch {
  u16 offset;
  std::vector<u8> bytes;
};

// One instruction of a case's program, where the program was laid down.
struct Placed {
  u32 logical;        // its address as the program sees it
  u16 offset;         // its region offset
  std::string label;  // mnemonic
  std::vector<u8> bytes;
};

struct Case {
  u32 number = 0;
  u32 storage_bytes = 16 << 20;
  u64 psw = 0;
  u64 clock_comparator = ~u64{0};
  std::array<u32, 16> gr{};
  std::array<u64, 4> fpr{};
  std::array<u32, 16> cr{};
  std::array<u8, kRegionBlocks> keys{};
  // Where to go on after an interruption: the next address in this list that is greater than the interrupted one.
  // Ascending; each is used once at most.
  std::vector<u32> landings;
  std::vector<Patch> patches;
  // Not seen by the machine: for reports and for cutting the program short. The last instruction, which has an invalid
  // operation code, ends it.
  std::vector<Placed> program;
};

inline constexpr u64 kPswExtendedControl = u64{1} << (63 - 12);
inline constexpr u64 kPswDat = u64{1} << (63 - 5);
inline constexpr u64 kPswPer = u64{1} << (63 - 1);
inline constexpr u64 kPswProblem = u64{1} << (63 - 15);

// DAT is a matter of EC mode; in BC mode the bit is the mask of channel 5.
constexpr bool has_dat(u64 psw) { return (psw & kPswExtendedControl) && (psw & kPswDat); }

// The storage form of `c`, a multiple of 8 bytes long.
std::vector<u8> serialize(const Case& c);

// The instruction at the end of a program: an invalid operation code. An SVC would not do, since the machines differ in
// it when PER is on.
inline constexpr std::array<u8, 2> kEnd = {0x00, 0xFF};

// The same case with an invalid operation code in the place of every instruction from number `count` on.
Case cut_short(const Case& c, std::size_t count);

enum class InterruptionClass : u8 { external = 1, supervisor_call, program, machine_check, input_output };

struct Interruption {
  u32 cls;
  u64 old_psw;
  std::array<u8, 32> locations;  // real locations 128-159
  std::array<u32, 16> gr;

  bool operator==(const Interruption&) const = default;
};

struct Piece {
  u32 offset;  // region offset
  std::array<u8, kPieceBytes> bytes;

  bool operator==(const Piece&) const = default;
};

struct Record {
  u32 number = 0;
  std::array<u32, 16> cr{};
  std::array<u64, 4> fpr{};
  std::array<u8, kRegionBlocks> keys{};
  std::vector<Interruption> interruptions;
  std::vector<Piece> pieces;

  bool operator==(const Record&) const = default;
};

// Reads the records that begin at `bytes`, until `count` are read or one does not make sense.
std::vector<Record> parse_records(std::span<const u8> bytes, std::size_t count);

// The interruption code of an interruption, from the old PSW or the assigned locations as its mode says.
u16 interruption_code(const Interruption& interruption);

// The instruction-length code stored with an SVC or program interruption: 0 to 3.
u32 instruction_length_code(const Interruption& interruption);

// The address of the instruction that an SVC or program interruption is about.
u32 interrupted_address(const Interruption& interruption);

// The EDIT or EDIT AND MARK of the program that a program interruption is about; nullptr if it is about another instruction.
// When they end in an exception, the pattern may have been changed; on Hercules even if they are nullified.
const Placed* interrupted_edit(const Case& c, const Interruption& interruption);

}  // namespace replica::oracle
