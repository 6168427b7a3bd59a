#include "benchmark/null_driver.hpp"

#include <string>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/settle.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::benchmark {

namespace {

async::settled<ports::act_result> cut_short(const async::settled<void>& held) {
    async::settled<ports::act_result> result;
    result.set_error(held.error());
    return result;
}

}  // namespace

async::awaitable<std::vector<core::target>> null_driver::list() {
    async::throw_if_cancelled();
    static constexpr std::string_view letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    constexpr std::size_t name_length = std::string_view("cattle-0000").size();
    std::vector<core::target> one(1);
    core::target& host = one.front();
    host.id = std::string("cattle-0000.example.net");
    if (settings_.random_names) {
        constexpr std::uint64_t names = 36 * 36 * 36 * 36;
        std::uint64_t drawn = random_.below(names);
        for (std::size_t i = name_length - 4; i < name_length; ++i, drawn /= letters.size()) {
            host.id[i] = letters[drawn % letters.size()];
        }
    }
    host.name.assign(host.id, 0, name_length);
    host.incarnation = std::to_string(++listed_);
    return async::ready(std::move(one));
}

async::awaitable<ports::act_result> null_driver::restart(const core::target& t, const ports::go_ahead& may_act) {
    const async::frame here;
    ++begun_;
    const async::settled<void> held = co_await async::settle(async::sleep_for(settings_.hold));
    if (!held) {
        co_return cut_short(held);
    }
    if (const auto no = may_act.withdrawn_by()) {
        co_return ports::act_result{no};
    }
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
