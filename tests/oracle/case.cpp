#include "tests/oracle/case.h"

#include <algorithm>

#include "base/big_endian.h"
#include "base/check.h"

namespace replica::oracle {
namespace {

// Appends big-endian values to a vector of bytes.
class Writer {
 public:
  void put8(u8 value) { bytes_.push_back(value); }
  void put16(u16 value) { put8(static_cast<u8>(value >> 8)), put8(static_cast<u8>(value)); }
  void put32(u32 value) { put16(static_cast<u16>(value >> 16)), put16(static_cast<u16>(value)); }
  void put64(u64 value) { put32(static_cast<u32>(value >> 32)), put32(static_cast<u32>(value)); }
  void align(std::size_t unit) { bytes_.resize((bytes_.size() + unit - 1) / unit * unit); }
  void put(std::span<const u8> bytes) { bytes_.insert(bytes_.end(), bytes.begin(), bytes.end()); }
  std::vector<u8> take() { return std::move(bytes_); }
  std::size_t size() const { return bytes_.size(); }

 private:
  std::vector<u8> bytes_;
};

// Patches as the monitor wants them: at most 256 bytes, none across a chunk boundary.
void put_patches(Writer& out, std::span<const Patch> patches) {
  for (const Patch& patch : patches) {
    std::span<const u8> rest = patch.bytes;
    u32 offset = patch.offset;
    while (!rest.empty()) {
      const std::size_t length = std::min<std::size_t>(rest.size(), kChunkBytes - offset % kChunkBytes);
      out.put16(static_cast<u16>(offset));
      out.put8(static_cast<u8>(length - 1));
      out.put8(0);
      out.put(rest.first(length));
      out.align(2);
      rest = rest.subspan(length);
      offset += static_cast<u32>(length);
    }
  }
}

u16 count_patches(std::span<const Patch> patches) {
  u32 count = 0;
  for (const Patch& patch : patches) {
    const u32 first = patch.offset / kChunkBytes;
    const u32 last = static_cast<u32>((patch.offset + patch.bytes.size() - 1) / kChunkBytes);
    count += last - first + 1;
  }
  return static_cast<u16>(count);
}

// Reads big-endian values; remembers whether it ran out of bytes.
class Reader {
 public:
  explicit Reader(std::span<const u8> bytes) : bytes_(bytes) {}
  u32 get32() { return have(4) ? load_be32(take(4)) : 0; }
  u64 get64() { return have(8) ? load_be64(take(8)) : 0; }
  template <std::size_t N>
  void get(std::array<u8, N>& out) {
    if (have(N)) std::copy_n(take(N), N, out.begin());
  }
  bool ok() const { return ok_; }

 private:
  bool have(std::size_t n) { return ok_ = ok_ && bytes_.size() >= n; }
  const u8* take(std::size_t n) {
    const u8* at = bytes_.data();
    bytes_ = bytes_.subspan(n);
    return at;
  }

  std::span<const u8> bytes_;
  bool ok_ = true;
};

// Reads one record; false when it does not make sense.
bool parse_record(Reader in, Record& record) {
  in.get32();  // length
  record.number = in.get32();
  const u32 interruptions = in.get32();
  const u32 pieces = in.get32();
  if (interruptions > kLandings + 1 || pieces > kRegionBytes / kPieceBytes) return false;
  for (u32& cr : record.cr) cr = in.get32();
  for (u64& fpr : record.fpr) fpr = in.get64();
  std::array<u8, 20> keys{};
  in.get(keys);
  std::copy_n(keys.begin(), kRegionBlocks, record.keys.begin());
  for (u32 i = 0; i < interruptions; ++i) {
    Interruption& entry = record.interruptions.emplace_back();
    entry.cls = in.get32();
    entry.old_psw = in.get64();
    in.get(entry.locations);
    for (u32& gr : entry.gr) gr = in.get32();
  }
  for (u32 i = 0; i < pieces; ++i) {
    Piece& piece = record.pieces.emplace_back();
    piece.offset = in.get32();
    in.get(piece.bytes);
  }
  return in.ok();
}

}  // namespace

std::vector<u8> serialize(const Case& c) {
  CHECK(c.landings.size() <= kLandings);
  Writer out;
  out.put32(0);  // length, below
  out.put32(c.number);
  out.put64(c.psw);
  out.put64(c.clock_comparator);
  for (u32 gr : c.gr) out.put32(gr);
  for (u64 fpr : c.fpr) out.put64(fpr);
  for (u32 cr : c.cr) out.put32(cr);
  out.put(c.keys);
  out.put8(0);
  for (u32 i = 0; i < kLandings; ++i) out.put32(i < c.landings.size() ? c.landings[i] : 0);
  out.put16(count_patches(c.patches));
  put_patches(out, c.patches);
  out.align(8);
  std::vector<u8> bytes = out.take();
  store_be32(bytes.data(), static_cast<u32>(bytes.size()));
  return bytes;
}

Case cut_short(const Case& c, std::size_t count) {
  Case cut = c;
  if (count >= c.program.size()) return cut;
  const std::span<const Placed> rest = std::span(c.program).subspan(count);
  for (const Placed& instruction : rest) cut.patches.push_back({instruction.offset, {kEnd.begin(), kEnd.end()}});
  cut.program.resize(count);
  std::erase_if(cut.landings, [&](u32 landing) { return landing >= rest.front().logical; });
  return cut;
}

std::vector<Record> parse_records(std::span<const u8> bytes, std::size_t count) {
  std::vector<Record> records;
  while (records.size() < count && bytes.size() >= 4) {
    const u32 length = load_be32(bytes.data());
    Record record;
    if (length < 132 || length > bytes.size() || !parse_record(Reader(bytes.first(length)), record)) break;
    records.push_back(std::move(record));
    bytes = bytes.subspan(length);
  }
  return records;
}

u16 interruption_code(const Interruption& interruption) {
  const bool extended = interruption.old_psw & kPswExtendedControl;
  if (!extended) return static_cast<u16>(interruption.old_psw >> 32);
  switch (static_cast<InterruptionClass>(interruption.cls)) {
    case InterruptionClass::external: return load_be16(&interruption.locations[134 - 128]);
    case InterruptionClass::supervisor_call: return load_be16(&interruption.locations[138 - 128]);
    case InterruptionClass::program: return load_be16(&interruption.locations[142 - 128]);
    default: return 0;
  }
}

u32 instruction_length_code(const Interruption& interruption) {
  if (!(interruption.old_psw & kPswExtendedControl)) return static_cast<u32>(interruption.old_psw >> 30 & 3);
  const bool program = interruption.cls == static_cast<u32>(InterruptionClass::program);
  return interruption.locations[(program ? 141 : 137) - 128] >> 1 & 3;
}

u32 interrupted_address(const Interruption& interruption) {
  const u32 next = static_cast<u32>(interruption.old_psw) & 0xFFFFFF;
  if (interruption.cls == static_cast<u32>(InterruptionClass::program)) {
    const u16 code = interruption_code(interruption);
    if (code == 0x80) return load_be32(&interruption.locations[152 - 128]);
    if ((code & 0x7F) == 0x10 || (code & 0x7F) == 0x11) return next;
  }
  return (next - 2 * instruction_length_code(interruption)) & 0xFFFFFF;
}

const Placed* interrupted_edit(const Case& c, const Interruption& interruption) {
  if (interruption.cls != static_cast<u32>(InterruptionClass::program)) return nullptr;
  const auto at = std::ranges::find(c.program, interrupted_address(interruption), &Placed::logical);
  const bool is_edit = at != c.program.end() && (at->bytes[0] == 0xDE || at->bytes[0] == 0xDF);
  return is_edit ? &*at : nullptr;
}

}  // namespace replica::oracle
