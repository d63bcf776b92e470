#include "cpu/handlers.h"

namespace replica {

constinit const HandlerTable kWatchedHandlers = handlers::by_first_byte<true, false>();
constinit const HandlerTable kWatchedExecuteHandlers = handlers::by_first_byte<true, true>();

}  // namespace replica
