#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mayhem/core/target.hpp"

namespace mayhem::drivers {

/// Reads what a `list` command prints: one target a line, its id, a tab, its incarnation, and if there are such,
/// another tab and its name, another tab and when this incarnation began (`core::parse_moment`). The name is the id
/// where there is none. Blank lines are skipped. Throws `std::runtime_error`, naming the line, for anything else: an
/// empty field, a control character, text that is not UTF-8, a moment that is none, an id twice, more than
/// `targets_max`.
std::vector<core::target> parse_command_targets(std::string_view output, std::size_t targets_max);

/// Reads what an `observe` command prints: the incarnation, alone on its line; empty when the target does not run.
/// Throws `std::runtime_error` for anything else.
std::string parse_command_incarnation(std::string_view output);

/// `arguments` with every "{id}" and "{incarnation}" replaced, wherever they stand in an argument. What is put in is
/// not looked at again.
std::vector<std::string> fill_placeholders(const std::vector<std::string>& arguments, const core::target& t);

}  // namespace mayhem::drivers
