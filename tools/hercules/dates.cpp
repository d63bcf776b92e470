#include "tools/hercules/dates.h"

#include <fmt/format.h>

#include "cpu/clocks.h"

namespace replica::tools {
namespace {

using std::chrono::days;
using std::chrono::floor;
using std::chrono::sys_days;
using std::chrono::year;
using std::chrono::year_month_day;

constexpr auto kEpoch = sys_days{year{1900} / 1 / 1};
constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

}  // namespace

std::string time_of_day(Date date) {
  const std::chrono::hh_mm_ss time(floor<std::chrono::seconds>(date - floor<days>(date)));
  return fmt::format("{:02}:{:02}:{:02}", time.hours().count(), time.minutes().count(), time.seconds().count());
}

std::string date_and_time(Date date) {
  const auto day = floor<days>(date);
  const year_month_day calendar(day);
  return fmt::format("{} {} {:2} {} {}", kDays[std::chrono::weekday(day).c_encoding()],
                     kMonths[static_cast<unsigned>(calendar.month()) - 1], static_cast<unsigned>(calendar.day()),
                     time_of_day(date), static_cast<int>(calendar.year()));
}

std::string tod_date(u64 tod) {
  const Date date = kEpoch + std::chrono::microseconds(tod / kUnitsPerMicrosecond);
  const auto day = floor<days>(date);
  const auto first = sys_days{year_month_day(day).year() / 1 / 1};
  const auto microseconds = (date - floor<std::chrono::seconds>(date)).count();
  return fmt::format("{:4}.{:03} {}.{:06}", static_cast<int>(year_month_day(day).year()), (day - first).count() + 1,
                     time_of_day(date), microseconds);
}

u64 tod_of(Date date) { return static_cast<u64>((date - kEpoch).count()) * kUnitsPerMicrosecond; }

}  // namespace replica::tools
