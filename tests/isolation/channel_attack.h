// Programs that start input and output with whatever addresses there are: CCWs, IDAWs, seeks and searches that lead out of the
// storage and out of the minidisk, at all devices and at addresses where there is none, by SIO and by DIAGNOSE; and DIAGNOSE
// with wild operands otherwise.
//
//   000           new PSWs: what interrupts is passed over
//   C00, D00      contents for the general registers, for each DIAGNOSE; PSWs that wait
//   E00           CAWs
//   1000          the program
//   2000, 3000    channel programs; arguments of commands, IDAWs, CP commands
#pragma once

#include "tests/isolation/house.h"
#include "tests/oracle/random.h"

namespace replica::isolation {

class ChannelAttack {
 public:
  explicit ChannelAttack(oracle::Random& random) : random_(random) {}

  // Puts such a program into the machine, which is stopped, and loads its PSW.
  void put(vmm::VirtualMachine& machine);

 private:
  struct Ccw {
    u8 command = 0;
    u32 address = 0;
    u8 flags = 0;
    u16 count = 0;
  };

  void put_interruptions();
  void put_channel_program(u32 n);
  void put_wild_disk_commands(std::vector<Ccw>& ccws, u32 at);
  void put_orderly_commands(std::vector<Ccw>& ccws, u32 at);
  void put_texts();
  void put_register_sets();
  void put_caws();
  void put_program();
  void emit(std::vector<u8>& code, std::initializer_list<u32> halfwords);
  void emit_start(std::vector<u8>& code, u32 at);
  void emit_diagnose(std::vector<u8>& code);

  u32 argument(std::initializer_list<u32> bytes);
  u32 idaws();
  u32 data_address();
  u32 kept_address();
  u32 cylinder();
  u32 head();
  u8 disk_command();
  u16 device();
  void put_words(u32 address, std::initializer_list<u32> words);

  oracle::Random& random_;
  vmm::VirtualMachine* machine_ = nullptr;
  u32 next_argument_ = 0;
  u32 next_idaws_ = 0;
  u32 next_wait_ = 0;
};

}  // namespace replica::isolation
