#pragma once

#include "mayhem/async/wall_jumps.hpp"
#include "mayhem/ports/journal.hpp"
#include "mayhem/ports/limits.hpp"
#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/plan_memory.hpp"
#include "mayhem/ports/queue.hpp"
#include "pipeline/model/acted_incarnations.hpp"
#include "pipeline/model/halt_switch.hpp"
#include "pipeline/model/restart_requests.hpp"
#include "pipeline/model/span_keeper.hpp"

namespace mayhem::pipeline {

/// What lives around the pipeline, and outlives it. The switch, the incarnations, the requests and
/// what lasts belong to the daemon's life: a reload makes another pipeline beside them.
struct surroundings {
    ports::queue& queue;
    ports::journal& journal;
    ports::limits& limits;
    ports::plan_memory& plans;
    ports::observer& observer;
    const halt_switch& halt;
    acted_incarnations& acted;
    restart_requests& requests;  ///< is told what becomes of the messages that somebody asked for
    span_keeper& spans;
    const async::wall_jumps& jumps;
};

}  // namespace mayhem::pipeline
