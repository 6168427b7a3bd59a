#include "benchmark/null_driver.hpp"

#include <string>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::benchmark {

async::awaitable<std::vector<core::target>> null_driver::list() {
    const async::frame here;
    static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    std::string name = "cattle-0000";
    if (settings_.random_names) {
        for (std::size_t i = 7; i < name.size(); ++i) {
            name[i] = letters[random_.below(letters.size())];
        }
    }
    std::vector<core::target> one(1);
    one[0].id = name + ".example.net";
    one[0].incarnation = std::to_string(++listed_);
    one[0].name = std::move(name);
    co_return one;
}

async::awaitable<ports::act_result> null_driver::restart(const core::target& t) {
    const async::frame here;
    ++begun_;
    co_await async::sleep_for(settings_.hold);
    if (settings_.failure_probability > 0 && random_.uniform() < settings_.failure_probability) {
        throw core::restart_failed("Could not restart " + t.id);
    }
    co_return ports::act_result{};
}

async::awaitable<std::optional<core::target>> null_driver::successor(const core::target& t) {
    const async::frame here;
    core::target next = t;
    next.incarnation += '+';
    co_return next;
}

}  // namespace mayhem::benchmark
