#include "pipeline/service.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "pipeline/model/list_targets.hpp"
#include "pipeline/replay.hpp"

namespace mayhem::pipeline {

namespace {
constexpr std::chrono::milliseconds drain_poll{10};
}

service::service(async::loop& l, std::vector<group*> groups, const surroundings& s, const handling_settings& settings,
                 const core::random_source& random, const async::task_group::failure_handler& on_failure)
    : loop_(l),
      to_(s),
      groups_(std::move(groups)),
      leases_(l, s.queue, s.observer, settings.extend_every, settings.lease),
      handler_(groups_, s, leases_, settings, random.stream("handler")),
      handlers_(l, "handlers", on_failure),
      consumer_(s.queue, handler_, handlers_, s.observer, settings.max_in_flight),
      publishing_(l, "publishers", on_failure),
      consuming_(l, "consumers", on_failure),
      plumbing_(l, "service", on_failure) {
    for (group* g : groups_) {
        publishers_.emplace_back(*g, s);
    }
}

void service::start(std::vector<ports::unfinished_message> unfinished) {
    is_accepting_ = true;
    plumbing_.spawn("queue", to_.queue.run());
    plumbing_.spawn("lease_keeper", leases_.run());
    consuming_.spawn("consumer", consumer_.run());
    handler_.take_over(unfinished, loop_.now());
    if (!unfinished.empty() && !to_.queue.keeps_messages()) {
        publishing_.spawn("replay", replay(std::move(unfinished), to_.queue));
    }
    for (publisher& p : publishers_) {
        publishing_.spawn("publisher", p.run());
    }
}

bool service::request(std::shared_ptr<const core::message> m) {
    if (!is_accepting_) {
        return false;
    }
    unsent_.insert(m->id);
    publishing_.spawn("restart_request", publish_asked(std::move(m)));
    return true;
}

async::awaitable<void> service::publish_asked(std::shared_ptr<const core::message> m) {
    const async::frame here;
    std::string trouble;
    const auto of = std::ranges::find_if(groups_, [&m](const group* g) { return g->settings.name == m->group; });
    const ports::draw_record drawn{.eligible = {},
                                   .size = of == groups_.end() ? std::nullopt : unrecorded_members(**of)};
    try {
        (void)co_await to_.journal.enter(*m, drawn);  // its id is new
        if (drawn.size) {
            (*of)->state.size().recorded(*drawn.size);
        }
    } catch (const core::store_failed& e) {
        trouble = e.what();
    }
    to_.requests.note_journal(*m, trouble);
    if (trouble.empty()) {
        co_await to_.queue.publish(m, 0);
        to_.observer.observe({.kind = ports::step_kind::published, .message = *m});
    }
    unsent_.erase(m->id);
}

void service::stop_accepting() {
    is_accepting_ = false;
    handler_.end_what_lasts();
    publishing_.cancel();
    consuming_.cancel();
}

async::awaitable<void> service::settle() {
    const async::frame here;
    co_await publishing_.join();
    co_await consuming_.join();
    co_await handlers_.join();
}

async::awaitable<void> service::drain() {
    const async::frame here;
    co_await publishing_.join();
    while (to_.queue.unsettled() > 0 || !handlers_.empty()) {
        co_await async::sleep_for(drain_poll);
    }
}

void service::cancel() {
    stop_accepting();
    plumbing_.cancel();
    handlers_.cancel();
}

void service::cut() {
    for (async::task_group* g : {&publishing_, &consuming_, &plumbing_, &handlers_}) {
        g->cancel_hard();
    }
}

async::awaitable<void> service::join_all() {
    const async::frame here;
    co_await settle();
    co_await plumbing_.join();
}

async::awaitable<void> service::join(std::chrono::nanoseconds grace, late_handler on_late) {
    const async::frame here;
    const bool ended = (co_await async::with_timeout(join_all(), grace)).has_value();
    if (!ended) {
        std::vector<std::string> left;
        for (async::task_group* g : {&publishing_, &consuming_, &plumbing_, &handlers_}) {
            std::ranges::move(g->describe_tasks(), std::back_inserter(left));
        }
        on_late(left);
        cut();
        co_await join_all();
    }
    to_.queue.close();
}

async::awaitable<std::size_t> service::nack_unsettled() {
    const async::frame here;
    co_await handler_.record_rest();
    std::vector<core::uuid> ids;
    for (const auto& m : to_.queue.take_unsettled()) {
        if (!handler_.may_have_acted(m->id)) {
            ids.push_back(m->id);
        }
    }
    for (const publisher& p : publishers_) {
        if (p.unsent() != nullptr) {
            ids.push_back(p.unsent()->id);  // journalled, or about to be, when it was cancelled
        }
    }
    ids.insert(ids.end(), unsent_.begin(), unsent_.end());
    std::ranges::sort(ids);
    const auto repeated = std::ranges::unique(ids);
    ids.erase(repeated.begin(), repeated.end());
    if (!ids.empty()) {
        co_await to_.journal.nack(ids, loop_.clock().wall_now(), "the service was stopped");
    }
    co_return ids.size();
}

}  // namespace mayhem::pipeline
