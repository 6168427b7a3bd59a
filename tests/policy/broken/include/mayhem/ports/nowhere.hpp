#pragma once

#include "attic/box.hpp"
