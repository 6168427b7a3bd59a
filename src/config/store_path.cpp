#include "config/store_path.hpp"

#include <cstdlib>
#include <string>
#include <system_error>

#include <unistd.h>

#include "mayhem/core/errors.hpp"
#include "system/folder_of.hpp"

namespace mayhem::app {

namespace {

std::optional<std::filesystem::path> from_environment(const char* name) {
    const char* const value = std::getenv(name);
    if (value == nullptr || *value == '\0') {
        return std::nullopt;
    }
    const std::string text = value;
    return text.substr(0, text.find(':'));  // $STATE_DIRECTORY may list several
}

/// SQLite would open a device or a pipe, and with the rights of root take it apart.
void refuse_what_is_no_file(const std::filesystem::path& store) {
    std::error_code unknown;
    const std::filesystem::file_status found = std::filesystem::status(store, unknown);
    if (store.empty()) {
        throw core::store_failed("the path of the database is empty; name a file with --store or [store] path");
    }
    if (std::filesystem::is_other(found)) {
        throw core::store_failed("cannot open the database " + store.string() +
                                 ": it is no regular file; name a file on a local file system");
    }
}

}  // namespace

std::filesystem::path resolve_store_path(const std::optional<std::filesystem::path>& wanted) {
    if (wanted) {
        return *wanted;
    }
    if (const auto state = from_environment("STATE_DIRECTORY")) {
        return *state / "mayhem.db";
    }
    if (geteuid() == 0) {
        return "/var/lib/mayhem/mayhem.db";
    }
    if (const auto state = from_environment("XDG_STATE_HOME")) {
        return *state / "mayhem" / "mayhem.db";
    }
    return from_environment("HOME").value_or("/tmp") / ".local/state/mayhem/mayhem.db";
}

std::filesystem::path herd_store_path() { return resolve_store_path(std::nullopt).replace_filename("herd.db"); }

void make_store_folder(const std::filesystem::path& store) {
    refuse_what_is_no_file(store);
    const std::filesystem::path folder = system::folder_of(store);
    std::error_code ec;
    std::filesystem::create_directories(folder, ec);
    if (ec) {
        throw core::store_failed("cannot create the folder " + folder.string() + " for the database: " + ec.message() +
                                 "; create it, or name another place with --store or [store] path");
    }
}

system::owner_rights act_as_owner_of(const std::filesystem::path& store) {
    try {
        return system::owner_rights(store);
    } catch (const std::system_error& e) {
        throw core::store_failed("cannot open the database " + store.string() + " with the rights of its owner: " +
                                 e.what() + "; run this as the user that runs mayhem");
    }
}

}  // namespace mayhem::app
