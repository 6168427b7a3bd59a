#include "daemon/request_intake.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "api/request_log.hpp"
#include "api/target_search.hpp"
#include "drivers/contract/name_patterns.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_range.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/duration_text.hpp"
#include "mayhem/core/text/first_few.hpp"
#include "pipeline/model/at_work.hpp"
#include "pipeline/model/list_targets.hpp"

namespace mayhem::app {

namespace {

using pipeline::restart_request;

constexpr std::chrono::seconds request_search_max{4};
constexpr std::chrono::seconds again_after{2};
constexpr std::chrono::seconds look_at_record_every{10};
constexpr std::chrono::minutes begun_within{5};
constexpr int leases_in_length = 3;  ///< an extension that fails has two more tries

/// Which of the group's actions is meant; null: none.
const pipeline::group_acts::entry* find_act(const pipeline::group& g, const std::optional<std::string>& name) {
    const auto own = g.acts.own();
    if (!name) {
        return &own.front();
    }
    const auto found = std::ranges::find(own, *name, [](const auto& e) -> const std::string& { return e.what.name; });
    return found == own.end() ? nullptr : &*found;
}

std::string names_of_acts(const pipeline::group& g) {
    constexpr std::size_t named_max = 8;
    std::vector<std::string> names;
    std::ranges::transform(g.acts.own(), std::back_inserter(names), [](const auto& e) { return e.what.name; });
    return core::first_few(names, named_max);
}

/// A target, or why there is none and whether that may change.
struct finding {
    std::optional<core::target> target{};
    std::string why{};
    bool is_passing = false;
};

/// One of those that match, drawn by the request's own id: whoever asks again means the same one.
async::awaitable<finding> find_match(pipeline::group& g, ports::driver& by, std::optional<std::string> pattern,
                                     const core::uuid& id) {
    const async::frame here;
    std::vector<core::target> listed;
    try {
        listed = co_await pipeline::list_targets(by, request_search_max);
    } catch (const core::targets_unlisted& e) {
        co_return finding{.target = {}, .why = e.what(), .is_passing = true};
    }
    pipeline::note_members(g, by, listed);
    if (pattern) {
        std::erase_if(listed, [&pattern](const core::target& t) {
            return !drivers::matches_wildcard(*pattern, t.id) && !drivers::matches_wildcard(*pattern, t.name);
        });
    }
    if (listed.empty()) {
        co_return finding{.why = fmt::format("group '{}' has no target{} now", g.settings.name,
                                             pattern ? fmt::format(" that matches '{}'", *pattern) : std::string())};
    }
    std::ranges::sort(listed, {}, &core::target::id);
    core::random_source draw = core::random_source(0).stream(id.to_string());
    co_return finding{.target = std::move(listed[draw.below(listed.size())])};
}

async::awaitable<finding> find_target(std::list<pipeline::group>& groups, pipeline::group& g, ports::driver& by,
                                      const requests::request& r, const core::uuid& id) {
    const async::frame here;
    if (!r.target) {
        finding of_match = co_await find_match(g, by, r.match, id);
        co_return of_match;
    }
    target_search found = co_await search_targets(groups, *r.target, r.group, request_search_max,
                                                  [&by](const pipeline::group&) { return &by; });
    if (found.is_clear()) {
        co_return finding{.target = std::move(found.found.front().target)};
    }
    co_return finding{.target = {},
                      .why = found.complaint(*r.target, r.group),
                      .is_passing = found.found.size() < 2 && !found.troubles.empty()};
}

}  // namespace

class request_intake::lease_log final : public ports::observer {
public:
    lease_log(telemetry::log log, std::string queue, request_queue_counts& counts)
        : log_(log), queue_(std::move(queue)), counts_(counts) {}

    void observe(const ports::step& s) noexcept override {
        if (s.kind == ports::step_kind::extended) {
            log_.debug("Extended deadline by {:g} seconds for request {} of queue '{}'", core::to_seconds(s.length),
                       s.message.target.name, queue_);
        } else if (s.kind == ports::step_kind::lease_lost) {
            ++counts_.leases_lost;
            log_.warning("Lost the lease of request {} of queue '{}': it will come again, and find what it has begun",
                         s.message.target.name, queue_);
        }
    }
    void warn(std::string_view text) noexcept override { log_.warning("{}", text); }

private:
    telemetry::log log_;
    std::string queue_;
    request_queue_counts& counts_;
};

request_intake::request_intake(request_queue_config c, std::unique_ptr<ports::request_queue> from, surroundings s)
    : config_(std::move(c)),
      to_(std::move(s)),
      from_(std::move(from)),
      lease_log_(std::make_unique<lease_log>(to_.log, config_.name, counts_)),
      leases_(to_.loop, *from_, *lease_log_, from_->lease_length() / leases_in_length, from_->lease_length()),
      slots_(config_.max_in_flight),
      running_(to_.loop, "requests", to_.on_failure),
      handling_(to_.loop, "requests", to_.on_failure),
      receiving_(to_.loop, "requests", to_.on_failure) {}

request_intake::~request_intake() = default;

void request_intake::start() {
    running_.spawn("request_queue", from_->run());
    running_.spawn("request_leases", leases_.run());
    receiving_.spawn("receive_requests", receive());
}

async::awaitable<void> request_intake::receive() {
    const async::frame here;
    for (;;) {
        async::semaphore::permit slot = co_await slots_.acquire();
        ports::asked_request asked = co_await from_->receive();
        ++counts_.received;
        if (async::is_cancel_requested()) {
            held_.push_back({.asked = std::move(asked)});  // it came in the step in which the end began
            co_return;
        }
        handling_.spawn("handle_request", handle(std::move(asked), std::move(slot)));
    }
}

async::awaitable<void> request_intake::handle(ports::asked_request asked, async::semaphore::permit slot) {
    const async::frame here;
    const auto entry = held_.insert(held_.end(), {.asked = std::move(asked)});
    core::message named;
    named.target.name = entry->asked.name;
    const ports::delivery leased{.message = std::make_shared<const core::message>(std::move(named)),
                                 .attempt = entry->asked.delivery,
                                 .lease = entry->asked.lease,
                                 .leased_at = entry->asked.leased_at};
    std::optional<pipeline::lease_keeper::hold> lease(std::in_place, leases_, leased);
    answer a = co_await carry_out(*entry);
    lease.reset();
    co_await settle(*entry, std::move(a));
    held_.erase(entry);  // what is cut short before stays, for the end
    slot.release();
}

async::awaitable<request_intake::answer> request_intake::carry_out(holding& h) {
    const async::frame here;
    requests::ruling ruling = requests::rule(config_.policy, h.asked.body);
    if (const auto* const other = std::get_if<requests::for_another_host>(&ruling)) {
        ++counts_.given_back;
        to_.log.debug("Request {} of queue '{}' is for host {}: given back", h.asked.name, config_.name, other->host);
        co_return give_back{requests::give_back_delay(h.asked.delivery)};
    }
    if (auto* const refused = std::get_if<requests::refused>(&ruling)) {
        co_return give_up{std::move(refused->why)};
    }
    const requests::request r = std::get<requests::request>(std::move(ruling));
    answer a = co_await carry_out(h, r);
    co_return a;
}

async::awaitable<request_intake::answer> request_intake::carry_out(holding& h, const requests::request& r) {
    const async::frame here;
    const core::uuid id = requests::message_id(r.id);
    for (;;) {
        std::optional<answer> a = co_await try_alone(h, r, id);
        if (!a && h.message) {
            a = co_await wait_for(h, id);
        }
        if (a) {
            co_return *std::move(a);
        }
        if (!h.message && to_.loop.now() - h.asked.leased_at > begun_within) {
            co_return give_up{"for " + core::format_duration(begun_within) + " it could not be begun: " + h.waits_for};
        }
        co_await async::sleep_for(again_after);
    }
}

async::awaitable<std::optional<request_intake::answer>> request_intake::try_alone(holding& h,
                                                                                  const requests::request& r,
                                                                                  const core::uuid& id) {
    const async::frame here;
    if (!looked_up_.insert(id).second) {
        co_return give_back{again_after};  // the same one is being begun
    }
    const pipeline::at_work<std::set<core::uuid>> mine(looked_up_, id);
    std::optional<answer> a = co_await try_to(h, r, id);
    co_return a;
}

async::awaitable<std::optional<ports::recorded_message>> request_intake::look_up(const core::uuid& id) {
    const async::frame here;
    for (;;) {
        std::string trouble;
        try {
            std::optional<ports::recorded_message> found = co_await to_.journal().find(id);
            co_return found;
        } catch (const core::store_failed& e) {
            trouble = e.what();
        }
        to_.log.warning("{}; a request waits for it, retrying in {} s", trouble, again_after.count());
        co_await async::sleep_for(again_after);
    }
}

async::awaitable<std::optional<request_intake::answer>> request_intake::try_to(holding& h, const requests::request& r,
                                                                               const core::uuid& id) {
    const async::frame here;
    pipeline::restart_requests& asked_for = to_.daemon.requests();
    h.message = asked_for.find(id);
    if (h.message) {
        co_return std::nullopt;
    }
    std::optional<ports::recorded_message> known = co_await look_up(id);
    if (known && !known->settled) {
        h.message = asked_for.open(known->message);
        if (!h.message) {
            co_return give_back{again_after};
        }
        h.message->is_journalled = true;
        known = co_await look_up(id);  // what was settled before somebody listened
    }
    if (known && known->settled) {
        to_.log.info("Request {} of queue '{}' was asked for before: message {} is over", r.id, config_.name,
                     id.to_string());
        co_return answer_to(*known->settled, std::move(known->error));
    }
    if (known) {
        co_return std::nullopt;
    }
    std::string why = co_await make_message(h, r, id);
    co_return why.empty() ? std::nullopt : std::optional<answer>(give_up{std::move(why)});
}

async::awaitable<std::string> request_intake::make_message(holding& h, const requests::request& r,
                                                           const core::uuid& id) {
    const async::frame here;
    const std::shared_ptr<flow> current = to_.daemon.current_flow();
    const std::string phase = to_.daemon.facts().phase;
    if (current == nullptr || phase != "running") {
        h.waits_for = "the daemon was " + phase;
        co_return "";
    }
    const auto g = std::ranges::find(current->groups(), r.group,
                                     [](const pipeline::group& of) -> const std::string& { return of.settings.name; });
    if (g == current->groups().end()) {
        co_return "there is no group '" + r.group + "' any more";
    }
    const pipeline::group_acts::entry* const act = find_act(*g, r.action);
    if (act == nullptr) {
        co_return fmt::format("group '{}' has no action '{}': it has {}", r.group, *r.action, names_of_acts(*g));
    }
    finding found = co_await find_target(current->groups(), *g, *act->by, r, id);
    if (!found.target) {
        if (found.is_passing) {
            h.waits_for = found.why;
            to_.log.warning("Request {} of queue '{}' waits: {}", r.id, config_.name, found.why);
        }
        co_return found.is_passing ? std::string() : found.why;
    }
    core::message m = current->make_message(*g, *std::move(found.target), act->what);
    m.id = id;
    m.expires_at = r.until ? std::min(m.expires_at, *r.until) : m.expires_at;
    h.message = to_.daemon.requests().open(m);
    if (!h.message || !current->request(std::make_shared<const core::message>(m))) {
        to_.daemon.requests().drop(id);
        h.message.reset();
        h.waits_for = "the daemon takes nothing new";
        co_return "";
    }
    tell_requested(to_.log, m, r.action.value_or("restart"), r.by,
                   fmt::format(" through queue '{}' (request {})", config_.name, r.id));
    co_return "";
}

async::awaitable<std::optional<request_intake::answer>> request_intake::wait_for(holding& h, const core::uuid& id) {
    const async::frame here;
    const std::shared_ptr<restart_request> message = h.message;
    while (!message->is_over()) {
        message->changed.clear();
        const bool has_changed =
            (co_await async::with_timeout(message->changed.wait(), look_at_record_every)).has_value();
        if (!has_changed && to_.daemon.requests().find(id) != message) {
            co_return std::nullopt;  // too many were asked for meanwhile: nobody tells this one any more
        }
    }
    if (!message->trouble.empty()) {
        to_.log.warning("{}; the request waits for the record, retrying in {} s", message->trouble,
                        again_after.count());
        to_.daemon.requests().drop(id);
        h.message.reset();
        co_return std::nullopt;
    }
    co_return answer_to(message->last->disposition, message->last->error);
}

request_intake::answer request_intake::answer_to(core::disposition d, std::string why) {
    return d == core::disposition::acked ? answer(done{}) : answer(give_up{std::move(why)});
}

async::awaitable<void> request_intake::settle(holding& h, answer a) {
    const async::frame here;
    bool is_heard = false;
    if (std::holds_alternative<done>(a)) {
        is_heard = co_await from_->ack(h.asked.lease);
        counts_.done += is_heard ? 1 : 0;
    } else if (const auto* const back = std::get_if<give_back>(&a)) {
        is_heard = co_await from_->nack(h.asked.lease, back->delay);
    } else {
        const std::string& why = std::get<give_up>(a).why;
        to_.log.error("Request {} of queue '{}' is given up: {}", h.asked.name, config_.name, why);
        is_heard = co_await from_->dead_letter(h.asked.lease, why);
        counts_.given_up += is_heard ? 1 : 0;
    }
    h.is_settled = true;
    if (!is_heard) {
        to_.log.warning("Nobody knows whether queue '{}' has heard what became of request {}: it may come again",
                        config_.name, h.asked.name);
    }
}

async::awaitable<void> request_intake::settle_rest() {
    const async::frame here;
    std::vector<async::awaitable<void>> each;
    for (holding& h : held_) {
        if (h.is_settled) {
            continue;
        }
        const bool is_done = h.message && h.message->is_over() && h.message->trouble.empty();
        const bool is_acked = is_done && h.message->last->disposition == core::disposition::acked;
        each.push_back(settle(h, is_acked ? answer(done{}) : answer(give_back{})));
    }
    const std::vector<async::settled<void>> ended = co_await async::gather_settled(std::move(each));
    for (const async::settled<void>& e : ended) {
        e.rethrow_if_failed();
    }
}

async::awaitable<void> request_intake::end(std::chrono::nanoseconds limit) {
    const async::frame here;
    receiving_.cancel();
    handling_.cancel();
    co_await receiving_.join();
    co_await handling_.join();
    const std::size_t rest = static_cast<std::size_t>(std::ranges::count(held_, false, &holding::is_settled));
    if (rest > 0) {
        to_.log.info("Nacking {} requests of queue '{}'", rest, config_.name);
        const bool is_told = (co_await async::with_timeout(settle_rest(), limit)).has_value();
        if (!is_told) {
            to_.log.warning("Queue '{}' does not answer: what it has not heard of comes again when its lease is over",
                            config_.name);
        }
    }
    running_.cancel();
    co_await running_.join();
    held_.clear();
}

request_queue_facts request_intake::facts() const {
    return {.name = config_.name,
            .host = config_.policy.host,
            .trouble = from_->trouble(),
            .held = held_.size(),
            .counts = counts_};
}

}  // namespace mayhem::app
