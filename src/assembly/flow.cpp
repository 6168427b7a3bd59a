#include "assembly/flow.hpp"

#include <algorithm>
#include <iterator>
#include <stdexcept>
#include <utility>

#include "assembly/group_drivers.hpp"
#include "assembly/leave_to_fleet.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "mayhem/core/text/duration_text.hpp"

namespace mayhem::app {

namespace {

drivers::driver_surroundings around_drivers(const flow::surroundings& s) {
    return {.pool = s.pool, .random = s.random, .flow_name = s.stream_name, .life = s.life};
}

/// How many members stand, and how many may fall, is for the fleet to count; this host counts its own restarts as well.
void share(pipeline::group& g, ports::victims* with) {
    if (with == nullptr) {
        throw std::runtime_error("group '" + g.settings.name +
                                 "': scope = \"fleet\" takes effect only at the next start, since this daemon was "
                                 "started without [fleet]");
    }
    g.shared_with = with;
    leave_to_fleet(g.settings);
}

}  // namespace

flow::flow(const config& c, const std::optional<exec_config>& command, const surroundings& s)
    : log_(s.log),
      loop_(s.loop),
      requests_random_(s.random.stream("requests").stream(s.stream_name)),
      source_(s.open_drivers(around_drivers(s))),
      queue_(s.make_queue(c)),
      supervising_(s.loop, "supervisor", s.on_failure),
      service_(
          s.loop,
          [&] {
              for (const group_config& g : c.groups) {
                  add_group(g, s);
              }
              if (command) {
                  add_command(*command, s);
              }
              return group_pointers();
          }(),
          {.queue = *queue_,
           .journal = s.journal,
           .limits = s.limits,
           .plans = s.plans,
           .observer = s.observer,
           .halt = s.halt,
           .acted = s.acted,
           .requests = s.requests,
           .spans = s.spans,
           .jumps = s.jumps},
          c.handling, s.random.stream(s.stream_name), s.on_failure) {}

void flow::add_group(const group_config& g, const surroundings& s) {
    std::optional<pipeline::group_acts> acts;
    try {
        acts = make_acts(g, [this, &o = s.observer](const group_config& of) { return source_->make(of, o); }, drivers_);
    } catch (const std::exception& e) {
        throw std::runtime_error("group '" + g.settings.name + "': " + e.what());
    }
    probes_.push_back(source_->make_probe(g));
    probes_.push_back(source_->make_stop_if(g));
    groups_.push_back({.settings = g.settings,
                       .driver = *acts->own().front().by,
                       .random = s.random.stream(g.settings.name).stream(s.stream_name),
                       .plan = std::nullopt,
                       .probe = std::prev(probes_.end(), 2)->get(),
                       .stop_if = probes_.back().get(),
                       .state = {},
                       .acts = *std::move(acts)});
    if (g.settings.is_shared) {
        share(groups_.back(), s.shared_with);
    }
    if (g.settings.schedule) {
        groups_.back().plan.emplace(*g.settings.schedule, s.random, g.settings.name);
    }
}

void flow::restore(const std::vector<ports::group_memory>& memories) {
    for (const ports::group_memory& memory : memories) {
        const auto found = std::ranges::find_if(
            groups_, [&memory](const pipeline::group& g) { return g.settings.name == memory.group; });
        if (found != groups_.end()) {
            found->state.restore(memory);
        }
    }
}

std::vector<std::string> flow::group_names() const {
    std::vector<std::string> names;
    std::ranges::transform(groups_, std::back_inserter(names),
                           [](const pipeline::group& g) { return g.settings.name; });
    return names;
}

void flow::add_command(const exec_config& command, const surroundings& s) {
    table_.emplace();
    on_crash_loop_ = command.on_crash_loop;
    on_left_behind_ = command.on_left_behind;
    supervisor_ = std::make_unique<drivers::supervisor>(command.supervisor, *table_,
                                                        [this](const drivers::supervisor_event& e) { tell(e); });
    const auto spans = std::make_shared<drivers::span_count>(s.stream_name);
    std::vector<pipeline::group_acts::entry> acts;
    for (const exec_config::act& a : command.acts) {
        drivers_.push_back(std::make_unique<drivers::supervised_driver>(a.driver, *supervisor_, spans));
        acts.push_back({.what = {.name = std::string(a.driver.action), .with = a.parameters},
                        .weight = a.weight,
                        .by = drivers_.back().get()});
    }
    ports::driver& first = *acts.front().by;
    groups_.push_back({.settings = command.group,
                       .driver = first,
                       .random = s.random.stream(command.group.name).stream(s.stream_name),
                       .plan = std::nullopt,
                       .probe = nullptr,
                       .stop_if = nullptr,
                       .state = {},
                       .acts = pipeline::group_acts(std::move(acts), {}, nullptr)});
}

std::vector<pipeline::group*> flow::group_pointers() {
    std::vector<pipeline::group*> pointers;
    pointers.reserve(groups_.size());
    std::ranges::transform(groups_, std::back_inserter(pointers), [](pipeline::group& g) { return &g; });
    return pointers;
}

void flow::start(std::vector<ports::unfinished_message> unfinished) {
    if (supervisor_) {
        supervising_.spawn("supervisor", supervisor_->run());
    }
    service_.start(std::move(unfinished));
}

core::message flow::make_message(const pipeline::group& g, core::target t, core::act what) {
    core::message m;
    m.id = core::uuid::random(requests_random_);
    m.group = g.settings.name;
    m.target = std::move(t);
    m.planned_at = loop_.clock().wall_now();
    m.expires_at = m.planned_at + std::chrono::duration_cast<core::duration>(g.settings.expires_after);
    m.act = std::move(what);
    return m;
}

void flow::cancel() { service_.cancel(); }

void flow::cut() {
    service_.cut();
    supervising_.cancel_hard();
}

async::awaitable<void> flow::end(std::chrono::nanoseconds grace, pipeline::service::late_handler on_late) {
    const async::frame here;
    co_await service_.join(grace, on_late);
    supervising_.cancel();
    const bool ended = (co_await async::with_timeout(supervising_.join(), grace)).has_value();
    if (!ended) {
        on_late(supervising_.describe_tasks());
        supervising_.cancel_hard();
        co_await supervising_.join();
    }
}

flow::work_in_hand flow::in_hand() const {
    work_in_hand work;
    for (const std::shared_ptr<const core::message>& m : queue_->in_flight()) {
        const auto g =
            std::ranges::find_if(groups_, [&m](const pipeline::group& of) { return of.settings.name == m->group; });
        ++work.messages;
        if (std::ranges::find(work.groups, m->group) == work.groups.end()) {
            work.groups.push_back(m->group);
        }
        if (g != groups_.end()) {
            work.recovery_max = std::max(work.recovery_max, g->settings.recovery_timeout + g->settings.stable_for);
        }
    }
    return work;
}

void flow::tell(const drivers::supervisor_event& e) const {
    using kind = drivers::supervisor_event::kind;
    const std::string again = core::format_duration(e.restart_in);
    switch (e.what) {
        case kind::started: log_.info("Started the command (pid {}, life {})", e.life.pid, e.life.number); break;
        case kind::ended:
            if (e.on_purpose) {
                log_.info("The command {}{} after {}", e.how.starts_with("killed") ? "was " : "", e.how,
                          core::format_duration(e.lasted));
            } else {
                log_.warning("The command ended by itself: {} after {}, starting it again in {}", e.how,
                             core::format_duration(e.lasted), again);
            }
            break;
        case kind::left_behind:
            log_.error("Left behind by the command, and it could not be ended: {}; end it as its user or as root",
                       e.how);
            if (on_left_behind_) {
                on_left_behind_();
            }
            break;
        case kind::start_failed: log_.error("{}, retrying in {}", e.how, again); break;
        case kind::crash_loop:
            log_.error("The command is in a crash loop: it fails again and again, next start in {}", again);
            if (on_crash_loop_) {
                on_crash_loop_();
            }
            break;
    }
}

}  // namespace mayhem::app
