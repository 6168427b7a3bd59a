#include "actions/spawned_holder.hpp"

#include <array>
#include <chrono>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/text/printable_text.hpp"

namespace mayhem::actions {

namespace {

system::pipe_ends pipe_for_orders() {
    try {
        return system::make_pipe();
    } catch (const std::system_error& e) {
        throw system::command_not_started(std::string("cannot start a holder: ") + e.what() +
                                          "; raise the limits of the service (LimitNOFILE)");
    }
}

std::vector<std::string> with_program(const std::string& program, std::vector<std::string> call) {
    call.insert(call.begin(), program);
    return call;
}

}  // namespace

spawned_holder::spawned_holder(const std::string& program, std::vector<std::string> call)
    : orders_(pipe_for_orders()),
      process_(system::command{.arguments = with_program(program, std::move(call))},
               {.input = orders_.read.get(), .keeps_capabilities = true}),
      words_(process_.take_output()),
      complaints_(process_.take_errors()) {
    orders_.read.reset();
}

async::awaitable<void> spawned_holder::ready() {
    const async::frame here;
    const async::loop::external_work working(async::this_loop());
    co_await process_.started();
}

async::awaitable<void> spawned_holder::gone() {
    const async::frame here;
    (void)co_await process_.wait();
}

async::awaitable<void> spawned_holder::end_by_force() {
    const async::frame here;
    co_await process_.end(std::chrono::nanoseconds{0});
}

std::string spawned_holder::complaints() {
    std::array<char, 1024> text{};
    const ssize_t size = ::read(complaints_.get(), text.data(), text.size());
    return size <= 0 ? std::string() : core::printable_text({text.data(), static_cast<std::size_t>(size)});
}

}  // namespace mayhem::actions
