// Every instruction's meaning. A builder's user includes this.
#pragma once

#include "frontend/semantics/branch.h"
#include "frontend/semantics/fixed_point.h"
#include "frontend/semantics/floating_point.h"
#include "frontend/semantics/not_installed.h"
#include "frontend/semantics/routines.h"
#include "frontend/semantics/shift.h"
