#include "drivers/contract/driver_promises.hpp"

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::drivers {

namespace {

/// What `look` finds; nothing where it throws, and what.
template <typename Found>
async::awaitable<std::optional<Found>> try_to(async::awaitable<Found> look, std::string& trouble) {
    const async::frame here;
    try {
        Found found = co_await std::move(look);
        co_return std::optional<Found>(std::move(found));
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    async::throw_if_cancelled();
    co_return std::nullopt;
}

/// What `look` finds, within `limit`.
template <typename Found>
async::awaitable<Found> within(std::chrono::nanoseconds limit, async::awaitable<Found> look, std::string whom) {
    const async::frame here;
    std::optional<Found> found = co_await async::with_timeout(std::move(look), limit);
    if (!found) {
        throw std::runtime_error(whom + " did not answer within " + core::format_duration(limit));
    }
    co_return *std::move(found);
}

}  // namespace

async::awaitable<std::vector<core::target>> unlisted_on_trouble(async::awaitable<std::vector<core::target>> listing) {
    const async::frame here;
    std::string trouble;
    std::optional<std::vector<core::target>> targets = co_await try_to(std::move(listing), trouble);
    if (!targets) {
        throw core::targets_unlisted(trouble);
    }
    co_return *std::move(targets);
}

async::awaitable<std::optional<core::target>> unseen_on_trouble(async::awaitable<std::optional<core::target>> look,
                                                                std::string name, once_teller& tell) {
    const async::frame here;
    std::string trouble;
    std::optional<std::optional<core::target>> seen = co_await try_to(std::move(look), trouble);
    if (!seen) {
        tell("cannot see whether " + name + " has recovered: " + trouble + ", looking again");
        throw core::unseen(trouble);
    }
    co_return *std::move(seen);
}

async::awaitable<ports::departure> unseen_on_trouble(async::awaitable<ports::departure> look,
                                                     std::chrono::nanoseconds limit, std::string whom, std::string name,
                                                     once_teller& tell) {
    const async::frame here;
    std::string trouble;
    std::optional<ports::departure> seen = co_await try_to(within(limit, std::move(look), std::move(whom)), trouble);
    if (!seen) {
        tell("cannot see what has become of " + name + ": " + trouble);
        throw core::unseen(trouble);
    }
    co_return *std::move(seen);
}

async::awaitable<std::vector<core::reach>> unknown_on_trouble(async::awaitable<std::vector<core::reach>> look,
                                                              std::size_t targets, std::chrono::nanoseconds limit,
                                                              std::string whom) {
    const async::frame here;
    std::string trouble;
    std::optional<std::vector<core::reach>> found =
        co_await try_to(within(limit, std::move(look), std::move(whom)), trouble);
    co_return found ? *std::move(found) : std::vector<core::reach>(targets, {.unknown = trouble});
}

async::awaitable<std::optional<std::vector<std::string>>> nothing_on_trouble(
    async::awaitable<std::vector<std::string>> look, once_teller& tell) {
    const async::frame here;
    std::string trouble;
    std::optional<std::vector<std::string>> lives = co_await try_to(std::move(look), trouble);
    if (!lives) {
        tell("cannot see whether what fell has recovered: " + trouble + ", looking again");
    }
    co_return lives;
}

}  // namespace mayhem::drivers
