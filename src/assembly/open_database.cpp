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

opened_database open_database(const std::filesystem::path& path, std::uint64_t seed) {
    make_store_folder(path);
    auto lock = std::make_unique<stores::store_lock>(path);
    opened_database opened{.lock = std::move(lock), .database = stores::sqlite_database::open(path), .halted = {}};
    opened.is_checked_whole = opened.database.check(check_max);
    const std::optional<std::string> known_seed = stores::get_fact(opened.database, "seed");
    if (!known_seed) {
        stores::set_fact(opened.database, "seed", std::to_string(seed));
    }
    opened.seed = known_seed ? to_number(*known_seed) : seed;
    opened.life = to_number(stores::get_fact(opened.database, "lives").value_or("0")) + 1;
    stores::set_fact(opened.database, "lives", std::to_string(opened.life));
    opened.halted = stores::parse_halt(stores::get_fact(opened.database, stores::halt_key));
    return opened;
}

}  // namespace mayhem::app
