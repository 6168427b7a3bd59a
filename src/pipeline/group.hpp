#pragma once

#include "mayhem/core/random.hpp"
#include "mayhem/ports/driver.hpp"
#include "pipeline/settings.hpp"

namespace mayhem::pipeline {

/// A group as the pipeline sees it: its settings, who acts on its targets, and its own stream of random numbers.
struct group {
    group_settings settings;
    ports::driver& driver;
    core::random_source random;
};

}  // namespace mayhem::pipeline
