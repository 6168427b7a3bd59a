#include "cli/halt_offline.hpp"

#include <chrono>

#include <nlohmann/json.hpp>
#include <unistd.h>

#include "app/halt_desk.hpp"
#include "app/store_path.hpp"
#include "cli/config_source.hpp"
#include "cli/standard_output.hpp"
#include "control/peer.hpp"
#include "stores/facts.hpp"
#include "stores/halt_record.hpp"

namespace mayhem::cli {

namespace {

stores::halt_record record_of(const std::string& why) {
    control::peer self;
    self.is_local_user = true;
    self.uid = ::getuid();
    self.pid = ::getpid();
    return {.who = control::describe(self),
            .why = why,
            .since = std::chrono::time_point_cast<core::duration>(std::chrono::system_clock::now())};
}

}  // namespace

int halt_offline(bool halt, const control_options& o, const app::config& c, const std::string& why_not) {
    const std::filesystem::path path = find_store(o, c);
    app::make_store_folder(path);
    stores::sqlite_database database = stores::sqlite_database::open(path);
    std::optional<stores::halt_record> kept = stores::parse_halt(stores::get_fact(database, stores::halt_key));
    if (!halt) {
        kept.reset();
    } else if (!kept) {
        kept = record_of(o.why);
    }
    stores::set_fact(database, stores::halt_key, stores::to_text(kept));
    app::announce_halt_in(path);
    print_error("mayhem: " + why_not);
    if (o.json) {
        const nlohmann::json j{{"is_halted", halt}, {"store", path.string()}};
        print_json(j.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    } else {
        print((halt ? "Halted" : "Resumed") + (" in the database " + path.string()) +
              ": a daemon that uses it obeys from now on.\n");
    }
    return 0;
}

}  // namespace mayhem::cli
