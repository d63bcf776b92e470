// DIAGNOSE X'4C': accounting by a program, for users with OPTION ACCT. VM/370 System Programmer's Guide (GC20-1807).
#include "vmm/cp/accounting.h"
#include "vmm/cp/diagnose_call.h"

namespace replica::vmm {
namespace {

constexpr u32 kCharge = 0x00, kChargeAccount = 0x04, kChargeDistribution = 0x08, kRecord = 0x10;
constexpr u32 kNameLength = 8, kDataLength = 70;
constexpr u8 kNoOption = 1, kNoSuchUser = 2, kInvalidFunction = 3;

std::string name_at(const DiagnoseCall& call, u32 address) {
  std::string name = call.to_host(call.fetch(address, kNameLength));
  name.erase(name.find_last_not_of(' ') + 1);
  return name;
}

// From now on, what the machine uses is charged to the user at Rx, and to that account; Rx of 0: to nobody else.
void charge(const DiagnoseCall& call, u32 function) {
  Session& session = call.session;
  const u32 address = call.rx_address();
  std::string user, account;
  if (address != 0) {
    user = name_at(call, address);
    const User* const charged = call.cp.directory().find(user);
    if (!charged) return call.set_cc(kNoSuchUser);
    account = function == kCharge ? charged->account : name_at(call, address + kNameLength);
  }
  account_usage(call.cp, session);
  session.charged_user = user;
  session.charged_account = account;
  call.set_cc(0);
}

// The data at Rx become a record.
void make_record(const DiagnoseCall& call) {
  const std::string data = call.to_host(call.fetch(call.rx_address(), kDataLength));
  std::string printable;
  for (const char c : data) printable += c >= ' ' && c < 0x7F ? c : ' ';
  call.cp.account(fmt::format("{:8}{}C0", call.session.name(), printable));
  call.set_cc(0);
}

}  // namespace

void generate_accounting(const DiagnoseCall& call) {
  if (!call.session.user->options.accounting) return call.set_cc(kNoOption);
  switch (call.ry()) {
    case kCharge:
    case kChargeAccount:
    case kChargeDistribution: return charge(call, call.ry());
    case kRecord: return make_record(call);
    default: return call.set_cc(kInvalidFunction);
  }
}

}  // namespace replica::vmm
