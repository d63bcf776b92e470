#include "tools/tape_map.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "devices/code_page.h"
#include "tools/text_table.h"

namespace replica::tools {
namespace {

constexpr size_t kLabelLength = 80;

std::optional<std::string> label_in(const std::vector<u8>& block) {
  if (block.size() != kLabelLength) return std::nullopt;
  std::string text;
  for (const u8 byte : block) {
    const u8 character = default_code_page().to_host[byte];
    text += character >= 0x20 && character < 0x7F ? static_cast<char>(character) : '.';
  }
  const auto kind = std::string_view(text).substr(0, 3);
  const bool has_number = text[3] >= '1' && text[3] <= '9';
  const bool is_label =
      kind == "VOL" || kind == "HDR" || kind == "EOF" || kind == "EOV" || kind == "UHL" || kind == "UTL";
  if (!is_label || !has_number) return std::nullopt;
  text.erase(text.find_last_not_of(' ') + 1);
  return text;
}

void count(TapeMap::File& file, const std::vector<u8>& block) {
  const auto length = static_cast<u32>(block.size());
  file.shortest = file.longest == 0 ? length : std::min(file.shortest, length);
  file.longest = std::max(file.longest, length);
  file.bytes += length;
}

}  // namespace

TapeMap map_tape(TapeFile& tape) {
  TapeMap map;
  map.name = tape.name();
  map.format = tape.format();
  map.size = tape.size();
  tape.rewind();
  bool in_file = false;
  for (std::vector<u8> block;;) {
    const u64 before = tape.position().record;
    const auto passed = tape.read(block);
    if (!passed) map.damages.push_back(passed.error().message);
    if (!passed && tape.position().record == before) break;  // nobody knows where the next record begins
    if (passed && *passed == TapeFile::Passed::end_of_data) break;
    if (!in_file) map.files.emplace_back();
    TapeMap::File& file = map.files.back();
    in_file = !(passed && *passed == TapeFile::Passed::tape_mark);
    file.has_tape_mark = !in_file;
    if (!in_file) continue;
    ++file.blocks;
    if (!passed) continue;
    count(file, block);
    if (auto label = label_in(block)) map.labels.push_back({static_cast<u32>(map.files.size()), std::move(*label)});
  }
  map.rest = map.size - tape.position().offset;
  return map;
}

std::string tape_map_text(const TapeMap& map) {
  std::string text = fmt::format("{}: {}, {} bytes\n", map.name, map.format, map.size);
  for (const TapeMap::Label& label : map.labels) text += fmt::format("File {}: {}\n", label.file, label.text);
  TextTable table{{"File", "Blocks", "Shortest", "Longest", "Bytes"}, {}};
  const auto add_row = [&](std::string name, const TapeMap::File& file) {
    table.rows.push_back({std::move(name), fmt::format("{}", file.blocks), fmt::format("{}", file.shortest),
                          fmt::format("{}", file.longest), fmt::format("{}", file.bytes)});
  };
  TapeMap::File all;
  for (size_t i = 0; i < map.files.size(); ++i) {
    const TapeMap::File& file = map.files[i];
    add_row(fmt::format("{}", i + 1), file);
    if (file.longest != 0) all.shortest = all.longest == 0 ? file.shortest : std::min(all.shortest, file.shortest);
    all.longest = std::max(all.longest, file.longest);
    all.blocks += file.blocks;
    all.bytes += file.bytes;
  }
  add_row("Total", all);
  text += table.as_text();
  if (!map.files.empty() && !map.files.back().has_tape_mark) text += "The last file has no tape mark.\n";
  for (const std::string& damage : map.damages) text += fmt::format("Damaged: {}\n", damage);
  if (map.rest != 0) text += fmt::format("{} bytes behind that are not read.\n", map.rest);
  return text;
}

}  // namespace replica::tools
