#include "tests/oracle/compare.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/big_endian.h"
#include "tests/oracle/image.h"

namespace replica::oracle {
namespace {

using Field = Difference::Field;

// The translation-exception address is stored for segment and page exceptions, and its low bits are unpredictable.
u32 translation_address_mask(const Interruption& entry) {
  const bool program = entry.cls == static_cast<u32>(InterruptionClass::program);
  const bool extended = entry.old_psw & kPswExtendedControl;
  const u32 code = interruption_code(entry) & 0x7F;
  return program && extended && (code == 0x10 || code == 0x11) ? ~(kBlockBytes - 1) : 0;
}

void compare_interruption(u32 number, const Interruption& ours, const Interruption& theirs,
                          std::vector<Difference>& out) {
  const auto note = [&](Field field, u32 index, u64 a, u64 b) {
    if (a != b) out.push_back({field, number, index, a, b});
  };
  note(Field::interruption_class, 0, ours.cls, theirs.cls);
  note(Field::old_psw, 0, ours.old_psw, theirs.old_psw);
  for (u32 i = 0; i < 32; i += 4) {
    const u32 mask = 128 + i == kTranslationAddress ? translation_address_mask(ours) : ~u32{0};
    note(Field::location, 128 + i, load_be32(&ours.locations[i]) & mask, load_be32(&theirs.locations[i]) & mask);
  }
  for (u32 i = 0; i < 16; ++i) note(Field::general_register, i, ours.gr[i], theirs.gr[i]);
}

}  // namespace

std::vector<u8> initial_region(const Case& c) {
  std::vector<u8> region = pristine_region();
  for (const Patch& patch : c.patches) std::ranges::copy(patch.bytes, region.begin() + patch.offset);
  return region;
}

std::vector<u8> final_region(const Case& c, const Record& record) {
  std::vector<u8> region = initial_region(c);
  for (const Piece& piece : record.pieces)
    if (piece.offset + kPieceBytes <= kRegionBytes) std::ranges::copy(piece.bytes, region.begin() + piece.offset);
  std::fill_n(region.begin() + kIntervalTimer, 4, u8{0});
  std::fill_n(region.begin() + kTranslationAddress, 4, u8{0});
  return region;
}

std::vector<Difference> compare(const Case& c, const Record& ours, const Record& theirs) {
  std::vector<Difference> out;
  if (ours == theirs) return out;
  const std::size_t both = std::min(ours.interruptions.size(), theirs.interruptions.size());
  for (u32 i = 0; i < both && out.empty(); ++i)
    compare_interruption(i, ours.interruptions[i], theirs.interruptions[i], out);
  const auto note = [&](Field field, u32 index, u64 a, u64 b) {
    if (a != b) out.push_back({field, 0, index, a, b});
  };
  note(Field::interruption_count, 0, ours.interruptions.size(), theirs.interruptions.size());
  for (u32 i = 0; i < 16; ++i) note(Field::control_register, i, ours.cr[i], theirs.cr[i]);
  for (u32 i = 0; i < 4; ++i) note(Field::float_register, 2 * i, ours.fpr[i], theirs.fpr[i]);
  for (u32 i = 0; i < kRegionBlocks; ++i) note(Field::key, i, ours.keys[i], theirs.keys[i]);
  const std::vector<u8> a = final_region(c, ours), b = final_region(c, theirs);
  for (u32 i = 0; i < kRegionBytes; i += 4) note(Field::storage, i, load_be32(&a[i]), load_be32(&b[i]));
  return out;
}

const Interruption* first_differing(const std::vector<Difference>& differences, const Record& record) {
  if (record.interruptions.empty()) return nullptr;
  const Difference& d = differences.front();
  const bool inside = d.field <= Field::general_register && d.interruption < record.interruptions.size();
  return inside ? &record.interruptions[d.interruption] : &record.interruptions.back();
}

std::string describe(const Difference& d, u32 storage_bytes) {
  const auto values = [&](int digits) {
    return fmt::format("ours {:0{}X}, theirs {:0{}X}", d.ours, digits, d.theirs, digits);
  };
  switch (d.field) {
    case Field::interruption_class: return fmt::format("interruption {}: class {}", d.interruption, values(1));
    case Field::old_psw: return fmt::format("interruption {}: old PSW {}", d.interruption, values(16));
    case Field::location: return fmt::format("interruption {}: location {} {}", d.interruption, d.index, values(8));
    case Field::general_register: return fmt::format("interruption {}: GR{} {}", d.interruption, d.index, values(8));
    case Field::interruption_count: return fmt::format("interruptions: {}", values(1));
    case Field::control_register: return fmt::format("CR{} {}", d.index, values(8));
    case Field::float_register: return fmt::format("FPR{} {}", d.index, values(16));
    case Field::key:
      return fmt::format("key of {:06X} {}", real_of_offset(d.index * kBlockBytes, storage_bytes), values(2));
    case Field::storage: return fmt::format("storage at {:06X} {}", real_of_offset(d.index, storage_bytes), values(8));
  }
  return "";
}

std::string describe(const Record& record) {
  std::string text;
  for (std::size_t i = 0; i < record.interruptions.size(); ++i) {
    const Interruption& entry = record.interruptions[i];
    text += fmt::format("  interruption {}: class {} old PSW {:016X} code {:04X}\n    ", i, entry.cls, entry.old_psw,
                        interruption_code(entry));
    for (u32 r = 0; r < 16; ++r) text += fmt::format("{:08X}{}", entry.gr[r], r == 7 ? "\n    " : " ");
    text += "\n    128:";
    for (u32 l = 0; l < 32; l += 4) text += fmt::format(" {:08X}", load_be32(&entry.locations[l]));
    text += "\n";
  }
  text += "  CR";
  for (u32 cr : record.cr) text += fmt::format(" {:08X}", cr);
  text += "\n  FPR";
  for (u64 fpr : record.fpr) text += fmt::format(" {:016X}", fpr);
  text += "\n  keys";
  for (u8 key : record.keys) text += fmt::format(" {:02X}", key);
  return text + "\n";
}

}  // namespace replica::oracle
