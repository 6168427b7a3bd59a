// What stands around an engine's containers: who goes down with a target, and who of them stands now.
#include <algorithm>
#include <iterator>
#include <utility>

#include "drivers/contract/driver_promises.hpp"
#include "drivers/docker/container_graph.hpp"
#include "drivers/docker/docker_driver.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_range.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::size_t asked_at_once = 16;

std::string container_id_of(const core::target& t) { return t.incarnation.substr(0, t.incarnation.find('@')); }

}  // namespace

/// Those of them that there are, in their order.
async::awaitable<std::vector<std::optional<container>>> docker_driver::inspect_all(std::vector<std::string> ids) const {
    const async::frame here;
    std::vector<async::awaitable<std::optional<container>>> looks;
    looks.reserve(ids.size());
    std::ranges::transform(ids, std::back_inserter(looks),
                           [this](const std::string& id) { return engine_.inspect(id); });
    auto looked = co_await async::gather_settled(std::move(looks), asked_at_once);
    std::vector<std::optional<container>> found;
    found.reserve(looked.size());
    for (auto& one : looked) {
        one.rethrow_if_failed();
        found.push_back(std::move(*one));
    }
    co_return found;
}

async::awaitable<std::vector<core::reach>> docker_driver::reach_of(std::vector<core::target> targets) {
    const std::size_t count = targets.size();
    return unknown_on_trouble(find_reach(std::move(targets)), count, settings_.timeout, "the engine");
}

async::awaitable<std::vector<container>> docker_driver::find_running() const {
    const async::frame here;
    const std::vector<container_summary> listed = co_await engine_.list();
    std::vector<std::string> ids;
    std::ranges::transform(listed, std::back_inserter(ids), &container_summary::id);
    std::vector<std::optional<container>> found = co_await inspect_all(std::move(ids));
    std::vector<container> running;
    for (std::optional<container>& c : found) {
        if (c && c->is_running) {
            running.push_back(*std::move(c));
        }
    }
    co_return running;
}

async::awaitable<std::vector<core::reach>> docker_driver::find_reach(std::vector<core::target> targets) const {
    const async::frame here;
    const std::vector<container> running = co_await find_running();
    const auto is_meant = [this](const container& c) { return settings_.selector.matches(c); };
    const auto is_own = [this](const container& c) { return own_container_.find(c.id) != std::string::npos; };
    std::vector<core::reach> reaches;
    std::ranges::transform(targets, std::back_inserter(reaches), [&](const core::target& t) {
        return reach_of_container(container_id_of(t), running, is_meant, is_own);
    });
    co_return reaches;
}

async::awaitable<std::optional<std::vector<std::string>>> docker_driver::lives_of(std::vector<std::string> ids) {
    return nothing_on_trouble(find_lives(std::move(ids)), tell_once_);
}

async::awaitable<std::vector<std::string>> docker_driver::find_lives(std::vector<std::string> ids) const {
    const async::frame here;
    const std::vector<std::optional<container>> found = co_await inspect_all(std::move(ids));
    std::vector<std::string> lives;
    std::ranges::transform(found, std::back_inserter(lives), [](const std::optional<container>& c) {
        return c && c->is_ready() ? c->id + '@' + c->started_at : std::string();
    });
    co_return lives;
}

}  // namespace mayhem::drivers
