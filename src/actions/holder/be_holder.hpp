#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "actions/holder/hold_order.hpp"
#include "actions/holder/refusal.hpp"

namespace mayhem::actions {

/// The whole life of a holder, a process that Mayhem starts for one fault: reads one order from `orders`
/// (`hold_order`), carries it out, says so on `words` (`hold_word`), and ends when the fault is to end. Its death is
/// the undoing, however it dies: what it does, the kernel takes back.
///
/// It ends when its time is over, which it measures itself with a clock that goes on in a suspend, so that a Mayhem
/// that is stopped, swapped out or hung prolongs nothing; when `orders` ends, because Mayhem has closed it or is gone,
/// SIGKILL included; when the life of the order's first process is over; when somebody has told a process that stands
/// still to end. Ignores every signal that can be ignored, and keeps exactly the one capability that `action` needs, if
/// it needs any, before it reads anything: an order for another action, it could not carry out. With `is_inside` it
/// keeps CAP_SYS_ADMIN and CAP_SYS_PTRACE as well, until it has entered the network namespace of the order's first
/// process.
///
/// What the kernel does not take back (a limit of a unit's), it puts back itself before it ends; and it may be ordered
/// to do nothing but that.
///
/// Returns the exit status: 0 it has held, 1 it has refused. Both descriptors block, and stay open.
[[nodiscard]] int be_holder(std::string_view action, bool is_inside, int orders, int words);

/// The two halves of such a life, for a holder that does not know beforehand what it will be asked for. First: nothing
/// that can be ignored is heard, all capabilities but these are given up, one line is read. Nothing: there was none.
[[nodiscard]] std::optional<std::string> become_holder(std::span<const unsigned> capabilities, int orders);

/// Why an order is not carried out; nothing: it is.
using order_check = std::function<std::optional<refusal>(const hold_order&)>;

/// Second: carries out the order in that line, unless `why_not`, which may be empty, objects; returns the exit status.
[[nodiscard]] int carry_out(std::string_view order_line, const order_check& why_not, int orders, int words);

}  // namespace mayhem::actions
