#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "notify/sender.hpp"
#include "notify/text_template.hpp"
#include "system/command.hpp"

namespace mayhem::notify {

struct hook_settings {
    std::string name{};
    std::vector<text_template> arguments{};  ///< the program and what it is given
    std::chrono::nanoseconds timeout = std::chrono::seconds{10};
};

/// Runs a command for each event: no shell; placeholders in its arguments, the event as JSON on its standard input, and
/// its parts in the environment (`MAYHEM_EVENT`, `MAYHEM_EVENT_GROUP`, ...). Ended with its process group when its time
/// is up. Exit status 0 counts as delivered. Each run holds the loop for about a millisecond (the fork).
class hook_sender final : public sender {
public:
    static constexpr std::size_t output_bytes_max = 16UL * 1024;
    static constexpr std::chrono::seconds kill_after{1};  ///< from SIGTERM to SIGKILL

    explicit hook_sender(hook_settings settings) : settings_(std::move(settings)) {}

    async::awaitable<attempt_result> send(std::shared_ptr<const event> e) override;

private:
    const hook_settings settings_;
};

/// What is run for an event. A pure function.
[[nodiscard]] system::command command_for(const hook_settings& settings, const event& e);

}  // namespace mayhem::notify
