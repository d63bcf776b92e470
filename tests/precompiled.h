// What most tests include, parsed once for all of them (see cmake/ReplicaTargets.cmake).
#pragma once

#include "base/precompiled.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
