#include "assembly/open_database.hpp"

#include <cstdlib>
#include <string>
#include <utility>

#include "config/store_path.hpp"
#include "stores/sqlite/facts.hpp"

namespace mayhem::app {

namespace {

std::uint64_t to_number(const std::string& text) { return std::strtoull(text.c_str(), nullptr, 10); }

}  // namespace

found_life begin_life(stores::sqlite_database& database, std::uint64_t seed) {
    database.empty_log();
    const std::optional<std::string> known_seed = stores::get_fact(database, "seed");
    if (!known_seed) {
        stores::set_fact(database, "seed", std::to_string(seed));
    }
    found_life found{.seed = known_seed ? to_number(*known_seed) : seed,
                     .life = to_number(stores::get_fact(database, "lives").value_or("0")) + 1,
                     .halted = {}};
    stores::set_fact(database, "lives", std::to_string(found.life));
    found.halted = stores::parse_halt(stores::get_fact(database, stores::halt_key));
    return found;
}

opened_database open_database(const std::filesystem::path& path, std::uint64_t seed) {
    make_store_folder(path);
    auto lock = std::make_unique<stores::store_lock>(path);
    opened_database opened{.lock = std::move(lock), .database = stores::sqlite_database::open(path), .found = {}};
    opened.is_checked_whole = opened.database.check(check_max);
    opened.found = begin_life(opened.database, seed);
    return opened;
}

}  // namespace mayhem::app
