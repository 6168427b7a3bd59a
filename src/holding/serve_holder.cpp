#include "holding/serve_holder.hpp"

#include <array>
#include <exception>
#include <optional>
#include <string>
#include <string_view>

#include <linux/capability.h>
#include <unistd.h>

#include "actions/action_rights.hpp"
#include "actions/holder/be_holder.hpp"
#include "actions/holder/hold_question.hpp"
#include "actions/holder/table_owner.hpp"
#include "drivers/proc/process_table.hpp"
#include "holding/permitted_order.hpp"
#include "mayhem/core/text/printable_text.hpp"
#include "system/write_all.hpp"

namespace mayhem::holding {

namespace {

using actions::hold_order;
using actions::hold_question;
using actions::hold_word;
using actions::refusal;

constexpr std::array<unsigned, 3> all_capabilities{CAP_NET_ADMIN, CAP_SYS_PTRACE, CAP_SYS_ADMIN};

/// For the journal, which takes the number for the level (sd-daemon(3)).
void tell(int level, const std::string& text) {
    const bool is_told =
        system::write_all(STDERR_FILENO, '<' + std::to_string(level) + '>' + core::printable_text(text) + '\n');
    (void)is_told;  // nobody listens, and nothing else can be done
}

std::optional<refusal> refuse(const std::filesystem::path& file, const hold_order& o) {
    const auto permission = read_permission(file);
    std::optional<refusal> refused = permission ? why_not_permitted(*permission, o, drivers::process_table())
                                                : refusal{.why = permission.error(), .by = core::guard::not_opted_in};
    const std::string what = std::string(action_of(o)) + " of pid " + std::to_string(o.first.pid) + ' ' +
                             (o.is_inside ? "and all in its network" : o.control_group) + " for " +
                             std::to_string(o.length.count() / 1000) + " ms";
    tell(refused ? 4 : 6, refused ? "Refused " + what + ": " + refused->why : "Holds " + what);
    return refused;
}

/// Why nobody at all can be held so.
std::string why_not(const hold_order& o, const std::filesystem::path& file) {
    const auto permission = read_permission(file);
    if (!permission) {
        return permission.error();
    }
    if (!permission->allows_action(action_of(o))) {
        return "it is not in \"actions\" of " + file.string() + ", in which root allows it";
    }
    if (permission->units.empty()) {
        return "there are no \"units\" in " + file.string() + ", in which root names them";
    }
    return actions::why_not_done(action_of(o), {.network = o.network.value_or(core::network_fault{})}, o.is_inside);
}

hold_word answer(const hold_question& q, const std::filesystem::path& file) {
    const auto refused = [](std::string why) {
        return hold_word{.is = hold_word::kind::refused, .text = std::move(why)};
    };
    try {
        if (q.is == hold_question::kind::keeper) {
            return {.is = hold_word::kind::seen, .text = std::to_string(actions::find_table_owner(q.about))};
        }
        std::string why = why_not(q.about, file);
        return why.empty() ? hold_word{.is = hold_word::kind::seen} : refused(std::move(why));
    } catch (const std::exception& e) {
        return refused(e.what());
    }
}

int answer_question(std::string_view line, int connection, const std::filesystem::path& file) {
    const auto q = actions::parse_hold_question(line);
    const hold_word word =
        q ? answer(*q, file)
          : hold_word{.is = hold_word::kind::refused, .text = "the question cannot be read: " + q.error()};
    return system::write_all(connection, to_line(word)) && word.is == hold_word::kind::seen ? 0 : 1;
}

}  // namespace

int serve_holder(int connection, const std::filesystem::path& permission) {
    const std::optional<std::string> line = actions::become_holder(all_capabilities, connection);
    if (!line) {
        return 1;
    }
    if (actions::is_hold_question(*line)) {
        return answer_question(*line, connection, permission);
    }
    return actions::carry_out(
        *line, [&](const hold_order& o) { return refuse(permission, o); }, connection, connection);
}

}  // namespace mayhem::holding
