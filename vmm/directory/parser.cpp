#include "vmm/directory/parser.h"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "devices/code_page.h"
#include "vmm/directory/disk_types.h"
#include "vmm/directory/operands.h"

namespace replica::vmm {
namespace {

constexpr std::size_t kLongestName = 8;
constexpr std::size_t kLongestVolume = 6;
constexpr std::string_view kNameCharacters = "$#@_-";

// CP uses these names itself.
constexpr std::string_view kReservedNames[] = {"AUTOLOG", "SYSTEM", "ALL"};

class Parser {
 public:
  Parser(std::string name, PlainHandling plain) : name_(std::move(name)), plain_(plain) {}

  void line(u32 number, std::string_view text);
  ParsedDirectory take() { return std::move(parsed_); }

 private:
  // Where in a user's entry a statement may stand. The device statements come last.
  enum class Part : u8 { before_users, user, control, device };
  struct Statement {
    Keyword keyword;
    Part part;
    void (Parser::*parse)(StatementOperands& operands);
  };
  static const Statement kStatements[];

  Status check_order(const Statement& statement);
  void statement(const Statement& statement, std::span<const Word> words);

  void directory(StatementOperands& operands);
  void user(StatementOperands& operands);
  void account(StatementOperands& operands);
  void option(StatementOperands& operands);
  void ipl(StatementOperands& operands);
  void console(StatementOperands& operands);
  void spool(StatementOperands& operands);
  void minidisk(StatementOperands& operands);
  void link(StatementOperands& operands);
  void dedicate(StatementOperands& operands);
  void special(StatementOperands& operands);

  void begin_user(const std::string& name, StatementOperands& operands);
  void extent(Minidisk& disk, u32 most, StatementOperands& operands);
  void minidisk_access(Minidisk& disk, StatementOperands& operands);
  u16 new_address(StatementOperands& operands);
  Password password(StatementOperands& operands, std::string_view what);
  EditSymbol edit_symbol(StatementOperands& operands, std::string_view what);
  void once(std::string& earlier, StatementOperands& operands);

  std::string name_;
  PlainHandling plain_;
  ParsedDirectory parsed_;

  std::string place_;                                   // of the present statement
  std::unordered_map<std::string, std::string> users_;  // where each was defined
  User unnamed_;                                        // takes the statements of a user who has no usable name
  User* user_ = nullptr;                                // the one being defined; null before the first

  // Of the user being defined.
  std::map<u16, std::string> addresses_;  // where each was defined
  std::string account_place_, ipl_place_;
  bool devices_began_ = false;
};

// clang-format off
const Parser::Statement Parser::kStatements[] = {
    {{"DIRECTORY", 3}, Part::before_users, &Parser::directory},
    {{"USER",      1}, Part::user,         &Parser::user},
    {{"ACCOUNT",   1}, Part::control,      &Parser::account},
    {{"OPTION",    1}, Part::control,      &Parser::option},
    {{"IPL",       1}, Part::control,      &Parser::ipl},
    {{"CONSOLE",   1}, Part::device,       &Parser::console},
    {{"SPOOL",     1}, Part::device,       &Parser::spool},
    {{"MDISK",     1}, Part::device,       &Parser::minidisk},
    {{"LINK",      1}, Part::device,       &Parser::link},
    {{"DEDICATE",  1}, Part::device,       &Parser::dedicate},
    {{"SPECIAL",   3}, Part::device,       &Parser::special},
};
// clang-format on

// ---- Statements ----

void Parser::line(u32 number, std::string_view text) {
  place_ = fmt::format("{}:{}", name_, number);
  const auto words = split_statement(text);
  if (!words) {
    parsed_.findings.error(place_, "{}", words.error().message);
    if (user_) parsed_.incomplete.insert(user_->name);
    return;
  }
  if (words->empty()) return;
  const auto* found = std::find_if(std::begin(kStatements), std::end(kStatements),
                                   [&](const Statement& s) { return is_keyword(words->front().text, s.keyword); });
  if (found != std::end(kStatements)) return statement(*found, *words);
  parsed_.findings.error(place_,
                         "found the unknown statement {}, expected USER, ACCOUNT, OPTION, IPL, CONSOLE, SPOOL, MDISK, "
                         "LINK, DEDICATE, SPECIAL or a comment",
                         shown(words->front().text));
  if (user_) parsed_.incomplete.insert(user_->name);
}

Status Parser::check_order(const Statement& statement) {
  if (statement.part == Part::before_users) {
    if (user_) return fail("found behind a USER statement, expected in front of all of them");
    return {};
  }
  if (statement.part == Part::user) return {};
  if (!user_) return fail("found in front of the first USER statement, expected behind one");
  if (statement.part == Part::control && devices_began_) {
    return fail("found behind a device statement of user {}, expected in front of all of them", user_->name);
  }
  return {};
}

void Parser::statement(const Statement& statement, std::span<const Word> words) {
  Status status = check_order(statement);
  if (status) {
    if (statement.part == Part::device) devices_began_ = true;
    StatementOperands operands(words.subspan(1));
    (this->*statement.parse)(operands);
    status = operands.status();
    // A password may be among what is left: it is not quoted.
    if (operands.more()) {
      parsed_.findings.note(place_, "{}: what follows the last operand is ignored", statement.keyword.name);
    }
  }
  if (status) return;
  parsed_.findings.error(place_, "{}: {}", statement.keyword.name, status.error().message);
  if (user_) parsed_.incomplete.insert(user_->name);
}

void Parser::directory(StatementOperands& operands) {
  while (operands.more()) operands.next("");
  parsed_.findings.note(place_, "DIRECTORY has no effect: the directory is this file");
}

// A user whose statement has an error is there all the same, so that the statements that follow are understood.
void Parser::begin_user(const std::string& name, StatementOperands& operands) {
  addresses_.clear();
  account_place_.clear();
  ipl_place_.clear();
  devices_began_ = false;
  unnamed_ = User();
  user_ = &unnamed_;
  if (name.empty()) return;
  if (std::find(std::begin(kReservedNames), std::end(kReservedNames), name) != std::end(kReservedNames)) {
    return operands.refuse("found the name {}, which is reserved for CP, expected another", name);
  }
  const auto [earlier, is_new] = users_.emplace(name, place_);
  if (!is_new)
    return operands.refuse("user {} is there already, by {}, expected each name once", name, earlier->second);
  user_ = &parsed_.directory.users.emplace_back();
  user_->name = name;
  user_->distribution = name;
  user_->place = place_;
}

// USER userid pass [stor [mstor [cl [pri [le [ld [cd [es]]]]]]]]
void Parser::user(StatementOperands& operands) {
  const std::string name = operands.name("the user's name", kLongestName, kNameCharacters);
  begin_user(name, operands);
  User& user = *user_;
  if (is_no_logon(operands.peek())) {
    operands.next("");
  } else {
    user.password = password(operands, "a password or NOLOG");
  }
  if (operands.more()) user.storage = operands.take(parse_storage(operands.next("")), "storage");
  user.maximum_storage = std::max(user.maximum_storage, user.storage);
  if (operands.more()) {
    user.maximum_storage = operands.take(parse_storage(operands.next("")), "maximum storage");
    if (user.maximum_storage < user.storage) {
      operands.refuse("found {}K as maximum storage, expected at least the storage, {}K", user.maximum_storage >> 10,
                      user.storage >> 10);
    }
  }
  if (operands.more()) {
    const std::string_view letters = operands.next("");
    user.classes = PrivilegeClasses();
    for (const char letter : upper_case(letters)) {
      if (!PrivilegeClasses::is_class(letter)) {
        return operands.refuse("privilege classes: found {}, expected letters from A to H", shown(letters));
      }
      user.classes.add(letter);
    }
  }
  if (operands.more()) user.priority = static_cast<u8>(operands.number("priority", 1, 99));
  if (operands.more()) user.line_end = edit_symbol(operands, "line end");
  if (operands.more()) user.line_delete = edit_symbol(operands, "line delete");
  if (operands.more()) user.character_delete = edit_symbol(operands, "character delete");
  if (operands.more()) user.escape = edit_symbol(operands, "escape");
}

// ON, OFF, a character, or two hexadecimal digits for one in EBCDIC.
EditSymbol Parser::edit_symbol(StatementOperands& operands, std::string_view what) {
  const std::string_view word = operands.next("");
  const std::string capitals = upper_case(word);
  if (capitals == "ON") return {};
  if (capitals == "OFF") return {EditSymbol::Kind::off};
  if (word.size() == 1) return {EditSymbol::Kind::own, word[0]};
  const auto code = parse_address(word);
  const u8 character = word.size() == 2 && code ? default_code_page().to_host[*code & 0xFF] : 0;
  if (character <= ' ' || character > '~') {
    operands.refuse("{}: found {}, expected ON, OFF, a character, or a character's two hexadecimal digits in EBCDIC",
                    what, shown(word));
  }
  return {EditSymbol::Kind::own, static_cast<char>(character)};
}

// For a statement that a user has once: `earlier` is where it was, and will be here.
void Parser::once(std::string& earlier, StatementOperands& operands) {
  if (!earlier.empty()) {
    operands.refuse("user {} has one already, by {}, expected one at most", user_->name, earlier);
  }
  earlier = place_;
}

// ACCOUNT number [distribution]
void Parser::account(StatementOperands& operands) {
  once(account_place_, operands);
  user_->account = operands.name("the account number", kLongestName, "$#@_-./*");
  if (operands.more()) user_->distribution = operands.name("the distribution word", kLongestName, "$#@_-./*");
}

// OPTION in any order; several statements are one.
void Parser::option(StatementOperands& operands) {
  UserOptions& options = user_->options;
  struct Row {
    Keyword keyword;
    bool* flag;
    bool has_effect;
  };
  const Row rows[] = {
      {{"REALTIMER", 1}, &options.real_timer, true},
      {{"ECMODE", 1}, &options.extended_control, true},
      {{"ISAM", 1}, &options.self_modifying_isam, true},
      {{"VIRT=REAL", 1}, &options.virtual_is_real, true},
      {{"ACCT", 1}, &options.accounting, true},
      {{"SVCOFF", 1}, &options.svc_by_cp, true},
      {{"BMX", 3}, &options.block_multiplexer, true},
      {{"VMSAVE", 3}, &options.save_on_failure, false},
      {{"STFIRST", 3}, nullptr, false},
  };
  if (!operands.more()) operands.next("an option");
  while (operands.more()) {
    const std::string_view word = operands.next("");
    if (is_keyword(word, {"CPUID", 5})) {
      const std::string_view digits = operands.next("6 hexadecimal digits");
      const bool is_hex = upper_case(digits).find_first_not_of("0123456789ABCDEF") == std::string::npos;
      if (!digits.empty() && (!is_hex || digits.size() > 6)) {
        return operands.refuse("CPUID: found {}, expected 1 to 6 hexadecimal digits", shown(digits));
      }
      if (!digits.empty()) options.cpu_id = static_cast<u32>(std::stoul(std::string(digits), nullptr, 16));
      continue;
    }
    if (is_keyword(word, {"AFFINITY", 3})) {
      options.affinity = static_cast<u8>(operands.number("AFFINITY", 0, 63));
      if (operands.status()) parsed_.findings.note(place_, "OPTION AFFINITY has no effect: there is one processor");
      continue;
    }
    const auto* row =
        std::find_if(std::begin(rows), std::end(rows), [&](const Row& r) { return is_keyword(word, r.keyword); });
    if (row == std::end(rows)) {
      return operands.refuse(
          "found {}, expected REALTIMER, ECMODE, ISAM, VIRT=REAL, ACCT, SVCOFF, BMX, CPUID, AFFINITY, VMSAVE or "
          "STFIRST",
          shown(word));
    }
    if (row->flag) *row->flag = true;
    if (!row->has_effect) parsed_.findings.note(place_, "OPTION {} has no effect", row->keyword.name);
  }
}

// IPL systemname|cuu
void Parser::ipl(StatementOperands& operands) {
  once(ipl_place_, operands);
  user_->ipl = operands.name("a system or an address", kLongestName);
}

// ---- Devices ----

// The virtual address of a device, which no other of the user may have.
u16 Parser::new_address(StatementOperands& operands) {
  const u16 address = operands.address("the virtual address");
  if (!operands.status()) return 0;
  const auto [earlier, is_new] = addresses_.emplace(address, place_);
  if (!is_new) {
    operands.refuse("virtual address {:03X} of user {} is there already, by {}, expected each address once", address,
                    user_->name, earlier->second);
  }
  return address;
}

// A to Z or 0 to 9; a reader may have '*'.
char spool_class(StatementOperands& operands, bool is_reader) {
  const std::string word = upper_case(operands.next("a spool class"));
  const bool is_class = word.size() == 1 && ((word[0] >= 'A' && word[0] <= 'Z') || (word[0] >= '0' && word[0] <= '9') ||
                                             (is_reader && word[0] == '*'));
  if (!is_class) operands.refuse("found the spool class {}, expected a letter or a digit", shown(word));
  return is_class ? word[0] : 'A';
}

// CONSOLE cuu devtype [class]
void Parser::console(StatementOperands& operands) {
  Console console;
  console.place = place_;
  console.address = new_address(operands);
  console.type = operands.next("the console's type, 1052, 3210 or 3215");
  if (console.type != "1052" && console.type != "3210" && console.type != "3215") {
    operands.refuse("found the console type {}, expected 1052, 3210 or 3215; displays are SPECIAL devices",
                    shown(console.type));
  }
  if (operands.more()) console.spool_class = spool_class(operands, false);
  if (user_->console) {
    operands.refuse("user {} has one already, by {}, expected one at most", user_->name, user_->console->place);
  }
  if (operands.status()) user_->console = console;
}

// SPOOL cuu devtype [class], where a 2540 is said to be READER or PUNCH
void Parser::spool(StatementOperands& operands) {
  using Kind = SpoolDevice::Kind;
  constexpr struct {
    std::string_view type;
    Kind kind;
  } kTypes[] = {{"2501", Kind::reader},  {"3505", Kind::reader},  {"3525", Kind::punch},  {"1403", Kind::printer},
                {"1443", Kind::printer}, {"3203", Kind::printer}, {"3211", Kind::printer}};
  SpoolDevice device;
  device.place = place_;
  device.address = new_address(operands);
  device.type = operands.next("the device type");
  const auto* found =
      std::find_if(std::begin(kTypes), std::end(kTypes), [&](auto& t) { return t.type == device.type; });
  if (device.type == "2540") {
    const std::string_view word = operands.next("READER or PUNCH");
    const bool is_reader = is_keyword(word, {"READER", 1}) || is_keyword(word, {"RDR", 3});
    const bool is_punch = is_keyword(word, {"PUNCH", 1}) || is_keyword(word, {"PCH", 3});
    if (!is_reader && !is_punch) operands.refuse("found {} behind 2540, expected READER or PUNCH", shown(word));
    device.kind = is_reader ? Kind::reader : Kind::punch;
  } else if (found != std::end(kTypes)) {
    device.kind = found->kind;
  } else {
    operands.refuse("found the device type {}, expected 2540, 2501, 3505, 3525, 1403, 1443, 3203 or 3211",
                    shown(device.type));
  }
  const bool is_reader = device.kind == Kind::reader;
  device.spool_class = is_reader ? '*' : 'A';
  if (operands.more()) device.spool_class = spool_class(operands, is_reader);
  if (operands.status()) user_->spool_devices.push_back(std::move(device));
}

// MDISK cuu devtype cylr cyls volser [mode [pr [pw [pm]]]]
// MDISK cuu devtype DEVNO rdev [mode [pr [pw [pm]]]]
// MDISK cuu devtype T-DISK cyls
void Parser::minidisk(StatementOperands& operands) {
  Minidisk disk;
  disk.place = place_;
  disk.address = new_address(operands);
  disk.type = upper_case(operands.next("the device type"));
  const u32 most = operands.status() ? operands.take(cylinders_of_type(disk.type), disk.type) : 0;
  const std::string form = upper_case(operands.peek());
  if (form == "T-DISK") {
    operands.next("");
    disk.kind = Minidisk::Kind::temporary;
    disk.cylinders = operands.number("cylinders", 1, most);
    if (operands.more()) operands.refuse("found more behind the cylinders of a temporary minidisk, expected nothing");
  } else if (form == "DEVNO") {
    operands.next("");
    disk.kind = Minidisk::Kind::whole;
    disk.real_address = operands.address("the real address");
    minidisk_access(disk, operands);
  } else {
    extent(disk, most, operands);
    minidisk_access(disk, operands);
  }
  if (operands.status()) user_->minidisks.push_back(std::move(disk));
}

void Parser::extent(Minidisk& disk, u32 most, StatementOperands& operands) {
  disk.first_cylinder = operands.number("the first cylinder", 0, most - 1);
  disk.cylinders = operands.number("the number of cylinders", 1, most);
  if (disk.first_cylinder + disk.cylinders > most) {
    operands.refuse("found cylinders {} to {}, expected cylinders 0 to {}, which a {} has", disk.first_cylinder,
                    disk.first_cylinder + disk.cylinders - 1, most - 1, disk.type);
  }
  disk.volume = operands.name("the volume serial number", kLongestVolume);
}

void Parser::minidisk_access(Minidisk& disk, StatementOperands& operands) {
  if (operands.more()) {
    std::string_view mode = operands.next("");
    if (mode.size() > 1 && (mode.back() == 'V' || mode.back() == 'v')) {
      mode.remove_suffix(1);
      disk.reserve_release = true;
    }
    disk.mode = operands.take(parse_link_mode(mode), "mode");
  }
  for (Password* access : {&disk.read, &disk.write, &disk.multiple}) {
    if (!operands.more()) return;
    if (is_all(operands.peek())) {
      operands.next("");
      *access = Password::all();
    } else if (parse_link_mode(operands.peek())) {
      operands.refuse("found an access mode in place of a password, expected a password that is none");
    } else {
      *access = password(operands, "a password or ALL");
    }
  }
}

// Takes a password, hashed or plain. No message quotes it.
Password Parser::password(StatementOperands& operands, std::string_view what) {
  const std::string_view word = operands.next(what);
  if (!operands.status()) return {};
  if (is_hash(word)) return operands.take(Password::of_hash(word), "password");
  if (const Status status = Password::check_text(word); !status) {
    operands.refuse("{}", status.error().message);
    return {};
  }
  if (plain_ == PlainHandling::refuse) {
    parsed_.findings.error(
        place_, "found a password in plain text, expected its hash, by which 'replica directory hash {}' replaces it",
        name_);
  }
  // What has errors is not used, and hashing is work.
  if (plain_ != PlainHandling::hash || parsed_.findings.has_errors()) return {};
  return operands.take(Password::of_text(word), "password");
}

// LINK userid vdev1 [vdev2 [mode]]
void Parser::link(StatementOperands& operands) {
  Link link;
  link.place = place_;
  link.owner = operands.name("a user's name", kLongestName, kNameCharacters);
  const std::string_view same = operands.peek();
  link.owner_address = operands.address("the owner's virtual address");
  if (operands.more()) {
    link.address = new_address(operands);
  } else if (operands.status()) {
    const Word word{same, 0};
    StatementOperands once_more(std::span(&word, 1));
    link.address = new_address(once_more);
    if (!once_more.status()) operands.refuse("{}", once_more.status().error().message);
  }
  if (operands.more()) link.mode = operands.take(parse_link_mode(operands.next("")), "mode");
  if (operands.status()) user_->links.push_back(std::move(link));
}

// DEDICATE cuu rdev [R/O]
// DEDICATE cuu [VOLID] volser [R/O], where VOLID is needed if volser has less than 4 characters
void Parser::dedicate(StatementOperands& operands) {
  constexpr std::size_t kLongestAddress = 3;
  DedicatedDevice device;
  device.place = place_;
  device.address = new_address(operands);
  if (upper_case(operands.peek()) == "VOLID") {
    operands.next("");
    device.volume = operands.name("the volume serial number", kLongestVolume);
  } else if (operands.peek().size() <= kLongestAddress) {
    device.real_address = operands.address("the real address");
  } else {
    device.volume = operands.name("the volume serial number", kLongestVolume);
  }
  if (upper_case(operands.peek()) == "R/O") {
    operands.next("");
    device.read_only = true;
  }
  if (operands.more()) operands.refuse("found {}, expected R/O or nothing", shown(operands.peek()));
  if (operands.status()) user_->dedicated_devices.push_back(std::move(device));
}

// SPECIAL cuu devtype
void Parser::special(StatementOperands& operands) {
  using Kind = SpecialDevice::Kind;
  SpecialDevice device;
  device.place = place_;
  device.address = new_address(operands);
  const std::string_view word = operands.next("the device type");
  const std::string type = upper_case(word);
  if (type == "CTCA") {
    device.kind = Kind::channel_adapter;
  } else if (type == "3270") {
    device.kind = Kind::display;
  } else if (type == "TIMER") {
    device.kind = Kind::timer;
  } else if (type == "2701" || type == "2702" || type == "2703") {
    operands.refuse("found {}, a transmission control unit, which is not there, expected CTCA, 3270 or TIMER",
                    shown(type));
  } else {
    operands.refuse("found the device type {}, expected CTCA, 3270 or TIMER", shown(word));
  }
  if (operands.status()) user_->special_devices.push_back(std::move(device));
}

}  // namespace

ParsedDirectory parse_statements(std::string_view text, const std::string& name, PlainHandling plain) {
  Parser parser(name, plain);
  for (u32 number = 1; !text.empty(); ++number) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    std::string_view line = text.substr(0, end);
    if (line.ends_with('\r')) line.remove_suffix(1);
    parser.line(number, line);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parser.take();
}

}  // namespace replica::vmm
