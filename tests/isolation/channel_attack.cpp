#include "tests/isolation/channel_attack.h"

#include <algorithm>

#include "base/big_endian.h"
#include "devices/code_page.h"

namespace replica::isolation {
namespace {

constexpr u32 kRegisterSets = 0xC00, kWaits = 0xD80, kCaws = 0xE00;
constexpr u32 kProgram = 0x1000, kChannelPrograms = 0x2000, kArguments = 0x3000, kIdaws = 0x3400, kTexts = 0x3800;
constexpr u32 kChannelProgramBytes = 0x80, kChannelProgramCount = 16, kTextBytes = 32;
constexpr u32 kMostWaits = 16;

constexpr u8 kChainData = 0x80, kChainCommand = 0x40, kSuppressLength = 0x20, kSkip = 0x10, kIndirect = 0x04;

constexpr u8 kDiagnoses[] = {0x08, 0x0C, 0x10, 0x14, 0x18, 0x20, 0x00, 0x24, 0x58, 0x5C, 0x60, 0x64};
constexpr u32 kSets = 6;  // of registers: one for each of the first DIAGNOSE codes, as it likes them

// What a user of class G may try. Nothing of it hands bytes of the guest's storage or disks to another user.
constexpr std::string_view kCommands[] = {
    "LINK VICTIM 191 291 RR",
    "LINK VICTIM 191 292 MW",
    "LINK VICTIM 191 293 MW ALL",
    "LINK LIBRARY 190 294 MW ALL",
    "TRANSFER 1 FROM VICTIM",
    "PURGE VICTIM READER ALL",
    "PURGE READER 1 2",
    "PURGE PRINTER 3",
    "CHANGE READER ALL CLASS B",
    "CHANGE READER 1 HOLD",
    "ORDER READER 2 1",
    "SPOOL 00C HOLD CONT",
    "SPOOL 00E CLASS B",
    "CLOSE 00E",
    "CLOSE 00D",
    "DISPLAY 0.1000",
    "DISPLAY 3FFF0.100",
    "DISPLAY FFFFF0.10",
    "STORE S3FFFE 12345678",
    "STORE 40000 12345678",
    "DEFINE STORAGE 512K",
    "DEFINE STORAGE 256K",

    "ATTACH 150 TO * AS 350",
    "LOCK VICTIM 0 10",
    "UNLOCK VICTIM 0 10",
    "DCP 0-100",
    "SYSTEM CLEAR",
    "SYSTEM RESET",
    "QUERY LINKS 191",
    "QUERY READER ALL",
    "READY 191",
    "IPL 191",
    "FORCE VICTIM",
    "PURGE READER ALL",
    "INDICATE",
    "MSG VICTIM HELLO",
};

}  // namespace

void ChannelAttack::put(vmm::VirtualMachine& machine) {
  machine_ = &machine;
  next_argument_ = next_idaws_ = next_wait_ = 0;
  put_interruptions();
  for (u32 n = 0; n < kChannelProgramCount; ++n) put_channel_program(n);
  put_texts();
  put_register_sets();
  put_caws();
  put_program();
  for (u32 block = 0; block < machine.storage().blocks(); ++block)
    machine.storage().set_key(block, random_.chance(90) ? 0 : random_.byte());
  for (u32& gr : machine.cpu().gr) gr = random_.bits32();
  machine.cpu().prefix = 0;
  machine.cpu().cr[0] = random_.chance(50) ? 0 : 0x80000000;  // block multiplexing
  machine.cpu().cr[2] = ~u32{0};
  machine.cpu().control_register_changed();
  machine.cpu().load_psw(u64{0xFE} << 56 | kProgram);
}

void ChannelAttack::put_words(u32 address, std::initializer_list<u32> words) {
  for (const u32 word : words) {
    u8 bytes[4];
    store_be32(bytes, word);
    isolation::put(*machine_, address, bytes);
    address += 4;
  }
}

// Handlers go back, and end a wait.
void ChannelAttack::put_interruptions() {
  for (const u32 old : {24u, 32u, 40u, 56u}) {
    const u32 handler = 0x800 + old;
    put_words(old + 64, {0, handler});
    put_words(handler, {0x94FD0000 | (old + 1), 0x82000000 | old});  // NI, LPSW
  }
}

// ---- Channel programs ----

u32 ChannelAttack::cylinder() {
  constexpr u32 kOdd[] = {0xFF, 0xFFFF, 0x100, 0x8000, 404, 410, 411};
  return random_.chance(50) ? random_.below(2) : random_.chance(80) ? random_.below(13) : random_.pick(kOdd);
}

u32 ChannelAttack::head() { return random_.chance(80) ? random_.below(19) : random_.bits32() & 0xFFFF; }

u32 ChannelAttack::argument(std::initializer_list<u32> bytes) {
  const u32 address = kArguments + 16 * (next_argument_++ % 64);
  std::vector<u8> values;
  for (const u32 byte : bytes) values.push_back(static_cast<u8>(byte));
  isolation::put(*machine_, address, values);
  return address;
}

u32 ChannelAttack::kept_address() { return House::kKept + random_.below(House::kStorage - House::kKept); }

// Most are in storage, many just behind its end, or where another machine's might be.
u32 ChannelAttack::data_address() {
  const u32 roll = random_.below(100);
  if (roll < 60) return kept_address();
  if (roll < 75) return House::kStorage - 0x100 + random_.below(0x200);
  if (roll < 85) return random_.below(0x2000000) & 0xFFFFFF;
  return random_.below(House::kKept);
}

u32 ChannelAttack::idaws() {
  const u32 address = kIdaws + 32 * (next_idaws_++ % 32);
  for (u32 n = 0; n < 8; ++n) {
    u32 idaw = data_address();
    if (n != 0 && random_.chance(90)) idaw &= ~(kBlockSize - 1);
    if (random_.chance(5)) idaw = random_.bits32();
    put_words(address + 4 * n, {idaw});
  }
  return address + (random_.chance(5) ? random_.below(4) : 0);
}

u8 ChannelAttack::disk_command() {
  constexpr u8 kLikely[] = {0x06, 0x05, 0x0E, 0x0D, 0x1E, 0x1D, 0x16, 0x15, 0x1A, 0x19, 0x12, 0x02, 0x5E, 0x04,
                            0x01, 0x11, 0x0F, 0x22, 0x23, 0x13, 0x17, 0x1B, 0x0B, 0x07, 0x03, 0x31, 0x39, 0x29};
  if (random_.chance(10)) return random_.byte();
  return static_cast<u8>(random_.pick(kLikely) | (random_.chance(25) ? 0x80 : 0));  // multitrack
}

void ChannelAttack::put_wild_disk_commands(std::vector<Ccw>& ccws, u32 at) {
  if (random_.chance(30)) ccws.push_back({0x1F, argument({random_.byte()}), kChainCommand, 1});
  const u32 c = cylinder(), h = head();
  ccws.push_back(
      {static_cast<u8>(random_.chance(80) ? 0x07 : 0x0B), argument({0, 0, c >> 8, c, h >> 8, h}), kChainCommand, 6});
  if (random_.chance(70)) {
    constexpr u8 kSearches[] = {0x31, 0x51, 0x71, 0xB1, 0xD1, 0xF1, 0x39, 0x29};
    const u32 named = random_.chance(70) ? c : cylinder(), record = random_.below(4);
    ccws.push_back({random_.pick(kSearches), argument({named >> 8, named, h >> 8, h, record}), kChainCommand, 5});
    if (random_.chance(90)) ccws.push_back({0x08, at + 8 * static_cast<u32>(ccws.size() - 1), 0, 1});
  }
  for (u32 n = random_.between(1, 5); n > 0; --n) {
    const bool indirect = random_.chance(30);
    u8 flags = kChainCommand;
    if (random_.chance(60)) flags |= kSuppressLength;
    if (random_.chance(5)) flags |= kSkip;
    if (random_.chance(10)) flags |= kChainData;
    if (indirect) flags |= kIndirect;
    const u32 count = random_.chance(70) ? random_.between(1, 2048) : random_.between(1, 0xFFFF);
    ccws.push_back({disk_command(), indirect ? idaws() : data_address(), flags, static_cast<u16>(count)});
  }
}

// Seek, search, and one write or read that the drive accepts, if the track is there at all: the ID is of a record on it, and the
// count that of a new record, if it is a format write. Records have the cylinder as the minidisk's owner numbers it, which is 0
// on most tracks; R0 has the one that was sought.
void ChannelAttack::put_orderly_commands(std::vector<Ccw>& ccws, u32 at) {
  constexpr u8 kReadData = 0x06, kWriteData = 0x05, kWriteCkd = 0x1D, kSearchId = 0x31, kSearchHome = 0x39;
  constexpr u8 kWriteR0 = 0x15, kAllWrites = 0xC0;
  constexpr u32 kDataBytes = 1008;  // of each record in the house
  const u32 c = cylinder(), h = random_.below(19), record = random_.below(4);
  const u8 command = random_.pick({kReadData, kWriteData, kWriteData, kWriteCkd, kWriteR0});
  const bool by_home = command == kWriteR0;
  const u32 named = by_home || record == 0 || random_.chance(30) ? c : 0;
  if (by_home) ccws.push_back({0x1F, argument({kAllWrites}), kChainCommand, 1});
  ccws.push_back({0x07, argument({0, 0, c >> 8, c, 0, h}), kChainCommand, 6});
  const u32 search = at + 8 * static_cast<u32>(ccws.size());
  ccws.push_back({by_home ? kSearchHome : kSearchId, argument({named >> 8, named, 0, h, record}), kChainCommand,
                  static_cast<u16>(by_home ? 4 : 5)});
  ccws.push_back({0x08, search, 0, 1});
  const u8 indirect = random_.chance(20) ? kIndirect : u8{0};
  if (command == kWriteCkd || command == kWriteR0) {
    const u32 next = by_home ? 0 : record + 1;
    ccws.push_back({command, argument({c >> 8, c, 0, h, next, 0, 0, 100}), kChainData, 8});
    ccws.push_back({0, kept_address(), kChainCommand, 100});
  } else {
    ccws.push_back(
        {command, indirect ? idaws() : kept_address(), static_cast<u8>(kChainCommand | indirect), kDataBytes});
  }
}

// For a disk, for another device, or of any bytes.
void ChannelAttack::put_channel_program(u32 n) {
  const u32 at = kChannelPrograms + n * kChannelProgramBytes;
  std::vector<Ccw> ccws;
  if (n % 4 != 3) {
    random_.chance(50) ? put_orderly_commands(ccws, at) : put_wild_disk_commands(ccws, at);
  } else {
    constexpr u8 kUnitRecord[] = {0x01, 0x02, 0x09, 0x0A, 0x05, 0x06, 0x0B, 0x42, 0x07, 0x14, 0x03, 0xC7};
    for (u32 k = random_.between(1, 4); k > 0; --k) {
      const bool indirect = random_.chance(30);
      ccws.push_back({random_.chance(80) ? random_.pick(kUnitRecord) : random_.byte(),
                      indirect ? idaws() : data_address(),
                      static_cast<u8>(kChainCommand | kSuppressLength | (indirect ? kIndirect : 0)),
                      static_cast<u16>(random_.between(1, random_.chance(80) ? 200 : 0xFFFF))});
    }
  }
  if (random_.chance(10)) ccws.push_back({random_.byte(), random_.bits32() & 0xFFFFFF, random_.byte(), 1});
  ccws.back().flags &= static_cast<u8>(~(kChainCommand | kChainData));
  for (u32 k = 0; k < ccws.size() && k < kChannelProgramBytes / 8; ++k) {
    const Ccw& ccw = ccws[k];
    put_words(at + 8 * k, {u32{ccw.command} << 24 | (ccw.address & 0xFFFFFF), u32{ccw.flags} << 24 | ccw.count});
  }
}

// ---- The program ----

void ChannelAttack::put_texts() {
  for (u32 n = 0; n < 16; ++n) {
    std::vector<u8> text(kTextBytes, 0x40);
    const std::string_view command = random_.pick(kCommands);
    for (u32 k = 0; k < command.size(); ++k) text[k] = default_code_page().to_ebcdic[static_cast<u8>(command[k])];
    isolation::put(*machine_, kTexts + n * kTextBytes, text);
  }
}

u16 ChannelAttack::device() {
  constexpr u16 kDevices[] = {0x190, 0x191, 0x191, 0x191, 0x192, 0x192, 0x00C, 0x00D,
                              0x00E, 0x009, 0x500, 0x150, 0x293, 0x291, 0x294};
  return random_.chance(95) ? random_.pick(kDevices) : static_cast<u16>(random_.below(0x1000));
}

void ChannelAttack::put_register_sets() {
  const auto program = [&] { return kChannelPrograms + kChannelProgramBytes * random_.below(kChannelProgramCount); };
  for (u32 set = 0; set < kSets; ++set) {
    u32 gr[16];
    for (u32& value : gr) value = random_.chance(50) ? data_address() : random_.bits32();
    if (random_.chance(85)) {
      switch (kDiagnoses[set]) {
        case 0x08:
          gr[2] = kTexts + kTextBytes * random_.below(16);
          gr[4] = kTextBytes | (random_.chance(30) ? 0x40000000 : 0);  // the answer comes into storage
          gr[3] = data_address();
          gr[5] = random_.below(0x2000);
          break;
        case 0x10:
          gr[2] = data_address() & ~(kPageSize - 1);
          gr[4] = gr[2] + kPageSize * random_.below(random_.chance(90) ? 4 : 4096);
          break;
        case 0x14:
          gr[2] = random_.chance(70) ? data_address() & ~(kPageSize - 1) : random_.below(20);
          gr[4] = random_.chance(90) ? 0x00C : device();
          gr[5] = random_.chance(80) ? 4 * random_.below(9) : random_.below(0x1000);
          break;
        default:
          gr[2] = device();
          gr[4] = program();
          gr[15] = random_.between(1, 5);
      }
    }
    for (u32 n = 0; n < 16; ++n) put_words(kRegisterSets + 64 * set + 4 * n, {gr[n]});
  }
}

void ChannelAttack::put_caws() {
  for (u32 n = 0; n < 16; ++n) {
    u32 caw = kChannelPrograms + n * kChannelProgramBytes;
    if (random_.chance(10)) caw = data_address();
    if (random_.chance(20)) caw |= random_.below(16) << 28;
    put_words(kCaws + 4 * n, {random_.chance(3) ? random_.bits32() : caw});
  }
}

void ChannelAttack::emit(std::vector<u8>& code, std::initializer_list<u32> halfwords) {
  for (const u32 halfword : halfwords) {
    code.push_back(static_cast<u8>(halfword >> 8));
    code.push_back(static_cast<u8>(halfword));
  }
}

// A CAW, an I/O instruction; if it was accepted, perhaps a wait for the end.
void ChannelAttack::emit_start(std::vector<u8>& code, u32 at) {
  constexpr u32 kStarts[] = {0x9C00, 0x9C00, 0x9C00, 0x9C01, 0x9D00, 0x9D01, 0x9E00, 0x9E01, 0x9F00, 0x9F01};
  emit(code, {0xD203, 0x0048, kCaws + 4 * random_.below(16)});  // MVC
  const u32 start = random_.pick(kStarts);
  emit(code, {start, device()});
  if (start >> 8 != 0x9C || next_wait_ == kMostWaits || random_.chance(30)) return;
  emit(code, {0x05D0, 0x4770, 0xD008});  // BALR 13,0; BC 7,8(13)
  const u32 wait = kWaits + 8 * next_wait_++;
  emit(code, {0x8200, wait});  // LPSW
  put_words(wait, {0xFE020000, at + static_cast<u32>(code.size())});
}

void ChannelAttack::emit_diagnose(std::vector<u8>& code) {
  const u32 n = random_.below(std::size(kDiagnoses));
  const u32 set = n < kSets ? n : random_.below(kSets);
  emit(code, {0x980F, kRegisterSets + 64 * set});  // LM
  const u32 registers = random_.chance(85) ? 0x24 : random_.byte();
  emit(code, {0x8300 | registers, random_.chance(95) ? kDiagnoses[n] : random_.below(0x1000)});
}

void ChannelAttack::put_program() {
  std::vector<u8> code;
  for (u32 n = 0; n < 40; ++n) {
    if (random_.chance(50)) {
      emit_diagnose(code);
    } else {
      emit_start(code, kProgram);
    }
  }
  emit(code, {0x05F0, 0x07FF});  // and for ever
  isolation::put(*machine_, kProgram, code);
}

}  // namespace replica::isolation
