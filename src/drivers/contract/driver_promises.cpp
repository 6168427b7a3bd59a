#include "drivers/contract/driver_promises.hpp"

#include <exception>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/core/errors.hpp"

namespace mayhem::drivers {

async::awaitable<std::vector<core::target>> unlisted_on_trouble(async::awaitable<std::vector<core::target>> listing) {
    const async::frame here;
    std::string trouble;
    try {
        std::vector<core::target> targets = co_await std::move(listing);
        co_return targets;
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    async::throw_if_cancelled();
    throw core::targets_unlisted(trouble);
}

async::awaitable<std::optional<core::target>> unseen_on_trouble(async::awaitable<std::optional<core::target>> look,
                                                                std::string name, once_teller& tell) {
    const async::frame here;
    std::string trouble;
    try {
        std::optional<core::target> next = co_await std::move(look);
        co_return next;
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    async::throw_if_cancelled();
    tell("cannot see whether " + name + " has recovered: " + trouble + ", looking again");
    throw core::unseen(trouble);
}

}  // namespace mayhem::drivers
