#include "cpu/handlers.h"

namespace replica {

constinit const HandlerTable kPlainHandlers = handlers::by_first_byte<false, false>();
constinit const HandlerTable kPlainExecuteHandlers = handlers::by_first_byte<false, true>();

}  // namespace replica
