#pragma once

#include <vector>

#include "mayhem/ports/journal.hpp"
#include "mayhem/ports/observer.hpp"
#include "mayhem/ports/queue.hpp"

namespace mayhem::pipeline {

/// Hands the messages that a former life of the daemon left unfinished to the queue again, each not before its time.
/// Whether one was acted on already is not ours to know: the incarnation that it names tells, when it is handled. Ends
/// when all are out.
async::awaitable<void> replay(std::vector<ports::unfinished_message> unfinished, ports::queue& q);

}  // namespace mayhem::pipeline
