#include "devices/carriage.h"

#include <algorithm>

#include "devices/device_options.h"

namespace replica {
namespace {

constexpr u8 kDefaultLines[] = {1, 7, 13, 19, 25, 31, 37, 43, 63, 49, 55, 61};  // of channels 1 to 12

constexpr u8 kIndexByte = 0xC0;
constexpr u8 kIndexToTheRight = 0x80;
constexpr u8 kIndexValue = 0x1F;
constexpr u8 kFlag = 0x10;
constexpr u8 kChannel = 0x0F;

std::vector<std::string_view> split(std::string_view text) {
  std::vector<std::string_view> parts;
  for (;;) {
    const std::size_t comma = text.find(',');
    parts.push_back(text.substr(0, comma));
    if (comma == std::string_view::npos) return parts;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace

Carriage::Carriage() {
  for (u8 channel = 1; channel <= kChannels; ++channel) channels_[kDefaultLines[channel - 1]] = channel;
}

Result<Carriage::Channels> Carriage::channels_in_order(std::string_view text, u32 lines) {
  const auto parts = split(text);
  if (parts.size() != kChannels) return fail("fcb=: found {} line numbers, expected {}", parts.size(), kChannels);
  Channels channels{};
  for (u8 channel = 1; channel <= kChannels; ++channel) {
    const auto line = decimal_option("fcb=", parts[channel - 1], 0, lines);
    if (!line) return tl::unexpected(line.error());
    if (*line != 0 && channels[*line] != 0) return fail("fcb=: line {} is given twice", *line);
    if (*line != 0) channels[*line] = channel;
  }
  return channels;
}

Result<Carriage::Channels> Carriage::channels_by_line(std::string_view text, u32 lines) {
  Channels channels{};
  for (const std::string_view pair : split(text)) {
    const std::size_t colon = pair.find(':');
    if (colon == std::string_view::npos) return fail("fcb=: found '{}', expected LINE:CHANNEL", pair);
    const auto line = decimal_option("fcb=", pair.substr(0, colon), 1, lines);
    if (!line) return tl::unexpected(line.error());
    const auto channel = decimal_option("fcb=", pair.substr(colon + 1), 1, kChannels);
    if (!channel) return tl::unexpected(channel.error());
    if (channels[*line] != 0) return fail("fcb=: line {} is given twice", *line);
    channels[*line] = static_cast<u8>(*channel);
  }
  return channels;
}

Status Carriage::set_form(u32 lines, u32 lines_per_inch, std::optional<std::string_view> text) {
  Channels channels = channels_;
  if (text) {
    const bool pairs = text->find(':') != std::string_view::npos;
    const auto made = pairs ? channels_by_line(*text, lines) : channels_in_order(*text, lines);
    if (!made) return tl::unexpected(made.error());
    channels = *made;
  }
  channels_ = channels;
  lines_ = lines;
  lines_per_inch_ = lines_per_inch;
  return {};
}

bool Carriage::load_buffer(std::span<const u8> image) {
  u32 index = 0;
  if (!image.empty() && (image[0] & kIndexByte) != 0) {
    if ((image[0] & kIndexByte) == kIndexToTheRight) index = image[0] & kIndexValue;
    image = image.first(std::min<std::size_t>(image.size(), kMostLines + 1)).subspan(1);
  }
  Channels channels{};
  u32 lines_per_inch = 6;
  for (u32 line = 1; line <= image.size() && line <= kMostLines; ++line) {
    const u8 byte = image[line - 1];
    channels[line] = byte & kChannel;
    if (channels[line] > kChannels) return false;
    if ((byte & kFlag) == 0) continue;
    if (line == 1) {
      lines_per_inch = 8;
      continue;
    }
    channels_ = channels;
    lines_ = line;
    lines_per_inch_ = lines_per_inch;
    index_ = index;
    return true;
  }
  return false;
}

std::vector<u8> Carriage::buffer() const {
  std::vector<u8> image(channels_.begin() + 1, channels_.begin() + 1 + lines_);
  if (lines_per_inch_ == 8) image.front() |= kFlag;
  image.back() |= kFlag;
  return image;
}

std::vector<u8> Carriage::image() const {
  std::vector<u8> image = buffer();
  if (index_ != 0) image.insert(image.begin(), static_cast<u8>(kIndexToTheRight | index_));
  return image;
}

void Carriage::space(u32 lines, std::string& text) {
  text.append(lines, '\n');
  line_ += lines;
}

bool Carriage::skip(u32 channel, std::string& text) {
  for (u32 distance = 0; distance < lines_; ++distance) {
    const u64 target = (line_ - 1 + distance) % lines_ + 1;
    if (channels_[target] != channel) continue;
    if (target < line_ || (held_ && target == line_)) {
      held_ = false;
      text += '\f';
      line_ = 1;
    }
    text.append(target - line_, '\n');
    line_ = target;
    return true;
  }
  return false;
}

}  // namespace replica
