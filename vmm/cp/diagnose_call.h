// One DIAGNOSE: its registers, and the guest's storage as its functions see it. Addresses are real to the guest.
//
// A function checks all of its operands before it changes anything.
#pragma once

#include <string>
#include <vector>

#include "vmm/cp/control_program.h"

namespace replica::vmm {

class DiagnoseCall {
 public:
  DiagnoseCall(ControlProgram& control_program, Session& its_session, Cpu& its_cpu, const Insn& i)
      : cp(control_program), session(its_session), cpu(its_cpu), x(i.r1), y(i.r3) {}

  ControlProgram& cp;
  Session& session;
  Cpu& cpu;
  const unsigned x, y;  // the numbers of the two registers

  u32 rx() const { return cpu.gr[x]; }
  u32 ry() const { return cpu.gr[y]; }
  u32 rx_address() const { return rx() & kAddressMask; }
  u32 ry_address() const { return ry() & kAddressMask; }
  void set(unsigned n, u32 value) const { cpu.set_gr(n, value); }
  void set_cc(u8 cc) const { cpu.psw.cc = cc; }

  [[noreturn]] void specification() const { cpu.throw_program(ProgramCode::specification); }
  void require(bool holds) const {
    if (!holds) specification();
  }

  // Addressing exception unless all of it is in storage.
  void require_storage(u32 address, u32 length) const;
  bool has_storage(u32 address, u32 length) const;
  std::vector<u8> fetch(u32 address, u32 length) const;
  void store(u32 address, std::span<const u8> bytes) const;

  std::string to_host(std::span<const u8> ebcdic) const;
  // Padded with blanks, or cut, to `length`.
  std::vector<u8> to_ebcdic(std::string_view text, std::size_t length) const;

 private:
  u32 absolute(u32 real) const { return apply_prefix(real, cpu.prefix); }
};

// The functions; each as in the manual's section of that code.
void store_extended_identification(const DiagnoseCall& call);  // 00
void virtual_console_function(const DiagnoseCall& call);       // 08
void pseudo_timer(const DiagnoseCall& call);                   // 0C
void release_pages(const DiagnoseCall& call);                  // 10
void manipulate_input_file(const DiagnoseCall& call);          // 14
void standard_disk_io(const DiagnoseCall& call);               // 18
void general_io(const DiagnoseCall& call);                     // 20
void device_type_and_features(const DiagnoseCall& call);       // 24
void generate_accounting(const DiagnoseCall& call);            // 4C
void display_console_interface(const DiagnoseCall& call);      // 58
void edit_error_message(const DiagnoseCall& call);             // 5C
void virtual_storage_size(const DiagnoseCall& call);           // 60
void find_segments(const DiagnoseCall& call);                  // 64

}  // namespace replica::vmm
