#include "tools/hercules/adapters.h"

#include "devices/ctca/adapter.h"

namespace replica::tools {

Status attach_adapter(System& system, const DeviceStatement& statement) {
  if (statement.arguments.size() != 1) {
    return fail("expected the name of an adapter, which another CTCA has too; found {} arguments",
                statement.arguments.size());
  }
  const std::string& name = statement.arguments[0];
  auto link = system.adapters[name].lock();
  if (!link) system.adapters[name] = link = std::make_shared<AdapterLink>();
  const bool has_x = link->is_joined(AdapterLink::Side::x);
  if (has_x && link->is_joined(AdapterLink::Side::y)) {
    return fail("the adapter '{}' has two sides, and devices at both of them already", name);
  }
  const AdapterLink::Side side = has_x ? AdapterLink::Side::y : AdapterLink::Side::x;
  return system.channels->attach(statement.address,
                                 std::make_unique<ChannelAdapter>(link, side, name, system.environment));
}

}  // namespace replica::tools
