#pragma once

// What nearly every test of the folder includes: compiled once.
#include "mayhem/async/channel.hpp"
#include "mayhem/async/event.hpp"
#include "mayhem/async/frame.hpp"
#include "mayhem/async/gather_settled.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/async/semaphore.hpp"
#include "mayhem/async/shield.hpp"
#include "mayhem/async/sleep.hpp"
#include "mayhem/async/submit.hpp"
#include "mayhem/async/task_group.hpp"
#include "mayhem/async/tasks.hpp"
#include "mayhem/async/with_timeout.hpp"
#include "support/journal.hpp"
#include "support/note.hpp"
#include "support/virtual_loop.hpp"
