// Reads a JSON file that a person or a damaged disk may have written: every value is asked for by what it must be, and an error
// tells the file and the field.
#pragma once

#include <cmath>
#include <nlohmann/json.hpp>
#include <string>

#include "base/result.h"
#include "base/types.h"

namespace replica::overhead {

// Errors: the file cannot be read, is too large, or is no JSON; then with the line.
Result<nlohmann::json> read_json(const std::string& path);
Result<nlohmann::json> parse_json(const std::string& text, const std::string& name);

// A value in a file. After the first error all further values are empty, so that only the end needs a look.
class JsonValue {
 public:
  // `status` outlives it.
  JsonValue(const nlohmann::json& value, std::string place, Status& status)
      : value_(&value), place_(std::move(place)), status_(&status) {}

  // A field of an object; an error if there is none.
  JsonValue operator[](const std::string& key) const;
  bool has(const std::string& key) const { return value_->is_object() && value_->contains(key); }
  // The fields, or the elements of an array.
  std::vector<std::pair<std::string, JsonValue>> fields() const;
  std::vector<JsonValue> elements() const;

  // A finite number from `least` on.
  double number(double least) const;
  u64 count(u64 least = 0, u64 most = u64{1} << 62) const;
  std::string text() const;

  const std::string& place() const { return place_; }
  void refuse(const std::string& expected) const;

 private:
  const nlohmann::json* value_;
  std::string place_;  // "results.json: measurements[2].pairs"
  Status* status_;
};

}  // namespace replica::overhead
