#include "drivers/contract/driver_promises.hpp"

#include <exception>
#include <optional>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/duration_text.hpp"

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

namespace {

template <typename T>
async::awaitable<T> unseen(async::awaitable<T> look, std::string name, once_teller& tell) {
    const async::frame here;
    std::string trouble;
    try {
        T seen = co_await std::move(look);
        co_return seen;
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    async::throw_if_cancelled();
    tell("cannot see whether " + name + " has recovered: " + trouble + ", looking again");
    throw core::unseen(trouble);
}

/// What `look` finds within `limit`; otherwise nothing, and why.
template <typename Found>
async::awaitable<std::optional<Found>> look_within(async::awaitable<Found> look, std::chrono::nanoseconds limit,
                                                   std::string_view whom, std::string& trouble) {
    const async::frame here;
    try {
        std::optional<Found> found = co_await async::with_timeout(std::move(look), limit);
        if (found) {
            co_return found;
        }
        trouble = std::string(whom) + " did not answer within " + core::format_duration(limit);
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    async::throw_if_cancelled();
    co_return std::nullopt;
}

}  // namespace

async::awaitable<std::optional<core::target>> unseen_on_trouble(async::awaitable<std::optional<core::target>> look,
                                                                std::string name, once_teller& tell) {
    return unseen(std::move(look), std::move(name), tell);
}

async::awaitable<core::end_seen> unseen_on_trouble(async::awaitable<core::end_seen> look, std::string name,
                                                   once_teller& tell) {
    return unseen(std::move(look), std::move(name), tell);
}

async::awaitable<std::vector<core::reach>> unknown_on_trouble(async::awaitable<std::vector<core::reach>> look,
                                                              std::size_t targets, std::chrono::nanoseconds limit,
                                                              std::string whom) {
    const async::frame here;
    std::string trouble;
    std::optional<std::vector<core::reach>> found = co_await look_within(std::move(look), limit, whom, trouble);
    co_return found ? *std::move(found) : std::vector<core::reach>(targets, {.unknown = trouble});
}

async::awaitable<ports::departure> unknown_on_trouble(async::awaitable<ports::departure> look,
                                                      std::chrono::nanoseconds limit, std::string whom) {
    const async::frame here;
    std::string trouble;
    std::optional<ports::departure> found = co_await look_within(std::move(look), limit, whom, trouble);
    if (!found) {
        found.emplace().seen = "whether it has ended cannot be told: " + trouble;
    }
    co_return *std::move(found);
}

async::awaitable<std::optional<std::vector<std::string>>> nothing_on_trouble(
    async::awaitable<std::vector<std::string>> look, once_teller& tell) {
    const async::frame here;
    std::string trouble;
    try {
        std::vector<std::string> lives = co_await std::move(look);
        co_return lives;
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    async::throw_if_cancelled();
    tell("cannot see whether what fell has recovered: " + trouble + ", looking again");
    co_return std::nullopt;
}

}  // namespace mayhem::drivers
