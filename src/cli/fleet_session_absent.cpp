#include "cli/fleet_session.hpp"

// In place of fleet_session.cpp, where there was no libpq to build with.
namespace mayhem::cli {

namespace {

[[noreturn]] void say_so() {
    throw fleet_trouble(app::exit_status::unavailable,
                        "this mayhem was built without PostgreSQL: install libpq-dev and build it again");
}

}  // namespace

fleet_answer talk_to_fleet(const fleet::link_settings& /*s*/, const fleet_work& /*work*/, fleet_purpose /*p*/) {
    say_so();
}

std::string encrypted_password(std::string_view /*password*/) { say_so(); }

async::awaitable<std::optional<std::string>> fleet_talk::value(std::string /*sql*/, parameters /*p*/) { say_so(); }

async::awaitable<void> fleet_talk::migrate(fleet::migration_run& /*run*/) { say_so(); }

}  // namespace mayhem::cli
