#include "tools/overhead/json_reader.h"

#include <algorithm>

#include "tools/files.h"

namespace replica::overhead {
namespace {

constexpr std::size_t kMostBytes = std::size_t{256} << 20;
constexpr std::size_t kLongestQuote = 60;
const nlohmann::json kNothing;

}  // namespace

Result<nlohmann::json> read_json(const std::string& path) {
  const auto bytes = tools::read_file(path, {.bytes = kMostBytes, .reason = "more than any results have"});
  if (!bytes) return tl::unexpected(bytes.error());
  return parse_json({bytes->begin(), bytes->end()}, path);
}

Result<nlohmann::json> parse_json(const std::string& text, const std::string& name) {
  try {
    return nlohmann::json::parse(text);
  } catch (const nlohmann::json::parse_error& error) {
    const auto end = text.begin() + static_cast<std::ptrdiff_t>(std::min(error.byte, text.size()));
    return fail("{}:{}: found something that is no JSON: {}", name, 1 + std::count(text.begin(), end, '\n'),
                error.what());
  }
}

void JsonValue::refuse(const std::string& expected) const {
  if (!*status_) return;
  std::string found = value_->dump(-1, ' ', true, nlohmann::json::error_handler_t::replace);
  if (found.size() > kLongestQuote) found = found.substr(0, kLongestQuote) + "...";
  *status_ = fail("{}: found {}, expected {}", place_, found, expected);
}

JsonValue JsonValue::operator[](const std::string& key) const {
  const std::string place = place_ + (place_.ends_with(": ") ? "" : ".") + key;
  if (has(key)) return {value_->at(key), place, *status_};
  if (*status_) *status_ = fail("{}: found no such field, expected it", place);
  return {kNothing, place, *status_};
}

std::vector<std::pair<std::string, JsonValue>> JsonValue::fields() const {
  std::vector<std::pair<std::string, JsonValue>> fields;
  if (!value_->is_object()) refuse("an object");
  if (!*status_) return fields;
  for (const auto& [key, value] : value_->items()) {
    fields.emplace_back(key, JsonValue(value, place_ + (place_.ends_with(": ") ? "" : ".") + key, *status_));
  }
  return fields;
}

std::vector<JsonValue> JsonValue::elements() const {
  std::vector<JsonValue> elements;
  if (!value_->is_array()) refuse("an array");
  if (!*status_) return elements;
  for (std::size_t n = 0; n < value_->size(); ++n) {
    elements.emplace_back((*value_)[n], fmt::format("{}[{}]", place_, n), *status_);
  }
  return elements;
}

double JsonValue::number(double least) const {
  const double value = value_->is_number() ? value_->get<double>() : NAN;
  if (!std::isfinite(value) || value < least) refuse(fmt::format("a number from {} on", least));
  return *status_ ? value : least;
}

u64 JsonValue::count(u64 least, u64 most) const {
  const bool fits = value_->is_number_unsigned() && value_->get<u64>() >= least && value_->get<u64>() <= most;
  if (!fits) refuse(fmt::format("a whole number from {} to {}", least, most));
  return *status_ ? value_->get<u64>() : least;
}

std::string JsonValue::text() const {
  if (!value_->is_string()) refuse("a text");
  return *status_ ? value_->get<std::string>() : "";
}

}  // namespace replica::overhead
