// What stands around an engine's containers: who goes down with a target, and who of them stands now.
#include <algorithm>
#include <iterator>
#include <utility>

#include "drivers/docker/container_graph.hpp"
#include "drivers/docker/docker_driver.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_range.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/text/duration_text.hpp"

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
    const async::frame here;
    std::vector<core::reach> reaches(targets.size());
    std::string trouble;
    try {
        const bool is_done =
            (co_await async::with_timeout(find_reach(targets, reaches), settings_.timeout)).has_value();
        if (!is_done) {
            trouble = "the engine did not answer within " + core::format_duration(settings_.timeout);
        }
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    async::throw_if_cancelled();
    if (!trouble.empty()) {
        reaches.assign(targets.size(), {.unknown = trouble});
    }
    co_return reaches;
}

async::awaitable<void> docker_driver::find_reach(const std::vector<core::target>& targets,
                                                 std::vector<core::reach>& reaches) const {
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
    const auto is_meant = [this](const container& c) { return settings_.selector.matches(c); };
    const auto is_own = [this](const container& c) { return own_container_.find(c.id) != std::string::npos; };
    std::ranges::transform(targets, reaches.begin(), [&](const core::target& t) {
        return reach_of_container(container_id_of(t), running, is_meant, is_own);
    });
}

async::awaitable<std::optional<std::vector<std::string>>> docker_driver::lives_of(std::vector<std::string> ids) {
    const async::frame here;
    std::optional<std::vector<std::string>> lives;
    std::string trouble;
    try {
        const std::vector<std::optional<container>> found = co_await inspect_all(std::move(ids));
        lives.emplace();
        std::ranges::transform(found, std::back_inserter(*lives), [](const std::optional<container>& c) {
            return c && c->is_ready() ? c->id + '@' + c->started_at : std::string();
        });
    } catch (const std::exception& e) {
        trouble = e.what();
    }
    async::throw_if_cancelled();
    if (!lives) {
        tell_once_("cannot see whether what fell has recovered: " + trouble + ", looking again");
    }
    co_return lives;
}

}  // namespace mayhem::drivers
