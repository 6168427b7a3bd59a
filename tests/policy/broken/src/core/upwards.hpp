#pragma once

#include "telemetry/log.hpp"
