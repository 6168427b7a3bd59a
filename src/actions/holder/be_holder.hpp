#pragma once

#include <string_view>

namespace mayhem::actions {

/// The whole life of a holder, a process that Mayhem starts for one fault: reads one order from `orders`
/// (`hold_order`), carries it out, says so on `words` (`hold_word`), and ends when the fault is to end. Its death is
/// the undoing, however it dies: what it does, the kernel takes back.
///
/// It ends when its time is over, which it measures itself with a clock that goes on in a suspend, so that a Mayhem
/// that is stopped, swapped out or hung prolongs nothing; when `orders` ends, because Mayhem has closed it or is gone,
/// SIGKILL included; when the life of the order's first process is over; when somebody has told a process that stands
/// still to end. Ignores every signal that can be ignored, and keeps exactly the one capability that `action` needs,
/// before it reads anything: an order for another action, it could not carry out. With `is_inside` it keeps
/// CAP_SYS_ADMIN and CAP_SYS_PTRACE as well, until it has entered the network namespace of the order's first process.
///
/// Returns the exit status: 0 it has held, 1 it has refused. Both descriptors block, and stay open.
[[nodiscard]] int be_holder(std::string_view action, bool is_inside, int orders, int words);

}  // namespace mayhem::actions
