#include "sim/world/site.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/tasks.hpp"
#include "sim/world/record_rows.hpp"

namespace mayhem::sim {

site::site(terms t, chronicle& all, telemetry::logging& to)
    : clock(t.start),
      loop(clock),
      steps(t.root.stream("order"), t.in_order),
      disk(t.root.stream("disk")),
      dice(t.root, t.faults, t.pace),
      log(all, clock, t.name),
      ambush(loop, dice),
      parts{.clock = clock,
            .loop = loop,
            .jumps = jumps,
            .dice = dice,
            .log = log,
            .rare = rare,
            .disk = disk,
            .ambush = ambush},
      configs(t.root.stream("config"), t.pace, t.groups, std::move(t.shared)),
      notes(parts),
      targets(parts, notes),
      files(parts),
      origins(parts),
      estate{.world = parts,
             .targets = targets,
             .notes = notes,
             .files = files,
             .origins = origins,
             .configs = configs,
             .logging = to,
             .seat = t.seat},
      host(estate, steps),
      people(estate, host) {
    loop.set_scheduler(&steps);
    steps.on_spin = [this] {
        trouble = "time does not go on, because these tasks never wait:\n" + describe_tasks();
        loop.stop();
    };
}

void site::begin() {
    for (const config_maker::herd_member& m : configs.members()) {
        targets.add(m);
    }
    targets.tasks().spawn("deaths", targets.run());
    host.start();
    people.start();
}

void site::tell_record() {
    people.look_once();
    const record_rows rows(parts, sim_life::store_path);
    rows.tell_all();
}

async::awaitable<void> site::end() {
    const async::frame here;
    co_await ambush.end();
    co_await people.end();
    co_await host.shut_down();
    targets.tasks().cancel();
    co_await targets.tasks().join();
}

std::string site::describe_tasks() {
    std::string text;
    for (const async::task_info& t : async::tasks(loop)) {
        text += async::to_string(t);
    }
    return text;
}

}  // namespace mayhem::sim
