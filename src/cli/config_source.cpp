#include "cli/config_source.hpp"

#include <cstdlib>
#include <stdexcept>
#include <utility>

#include <sys/stat.h>
#include <unistd.h>

#include "cli/daemon_link.hpp"
#include "cli/standard_output.hpp"
#include "config/config_file.hpp"
#include "config/control_path.hpp"
#include "config/store_path.hpp"
#include "drivers/simulated/simulated_driver.hpp"
#include "drivers/simulated/simulated_kind.hpp"

namespace mayhem::cli {

namespace {

app::config simulated_cattle() {
    app::config c;
    c.handling.dry_run = false;  // there is nothing real that it could touch
    app::group_config g;
    g.settings.name = "cattle";
    g.kind = &drivers::simulated_kind;
    g.driver = drivers::simulated_driver_settings{};
    c.groups.push_back(std::move(g));
    return c;
}

std::optional<std::filesystem::path> named_socket() {
    const char* const value = std::getenv("MAYHEM_SOCKET");
    return value == nullptr || *value == '\0' ? std::nullopt : std::optional<std::filesystem::path>(value);
}

/// Nothing: nobody answers, or nobody who may be asked.
std::optional<running_daemon> whoever_answers() {
    const auto socket = app::find_control_path(named_socket());
    if (!socket) {
        return std::nullopt;
    }
    try {
        return find_daemon(*socket);
    } catch (const std::runtime_error&) {  // it is not needed
        return std::nullopt;
    }
}

/// Nobody else can change what is there, or put something else in its place.
bool is_ours_alone(const struct stat& s) {
    const bool is_ours = s.st_uid == 0 || s.st_uid == ::geteuid();
    const bool may_others = (s.st_mode & S_IWOTH) != 0 || ((s.st_mode & S_IWGRP) != 0 && s.st_gid != 0);
    return is_ours && (!may_others || (S_ISDIR(s.st_mode) && (s.st_mode & S_ISVTX) != 0));
}

void refuse_untrusted(const std::filesystem::path& file, const running_daemon& d) {
    if (::geteuid() == 0 && !d.user.empty() && !is_beyond_others(file)) {
        throw untrusted_config("the daemon that answers, which runs as " + d.user + ", says that its config is " +
                               file.string() +
                               ", which others than root can change, and which may name commands that would be run as "
                               "root: name it with -c if you mean it");
    }
}

void say_no_file() {
    print_error(std::string("mayhem: no config file was named, no daemon that has one answers, and ") + service_config +
                " is not there: name a file with -c");
}

}  // namespace

std::string config_place::told() const {
    switch (from) {
        case origin::daemon:
            return file ? "With " + file->string() + ", as the daemon that answers.\n"
                        : std::string("With the simulated cattle of the daemon that answers.\n");
        case origin::service: return "With " + file->string() + "; no daemon answers.\n";
        case origin::named:
        case origin::none: break;
    }
    return {};
}

bool is_beyond_others(const std::filesystem::path& file) {
    std::error_code unknown;
    std::filesystem::path at = std::filesystem::canonical(file, unknown);
    if (unknown) {
        return false;
    }
    for (;; at = at.parent_path()) {
        struct stat s{};
        if (::lstat(at.c_str(), &s) != 0 || !is_ours_alone(s)) {
            return false;
        }
        if (at == at.root_path()) {
            return true;
        }
    }
}

config_place find_config_file(const common_options& o) {
    if (o.config) {
        return {.file = o.config, .store = std::nullopt, .from = config_place::origin::named};
    }
    if (const std::optional<running_daemon> d = whoever_answers()) {
        config_place found{.file = std::nullopt, .store = d->store, .from = config_place::origin::daemon};
        if (!d->config.empty()) {
            refuse_untrusted(d->config, *d);
            found.file = d->config;
        }
        return found;
    }
    std::error_code unknown;
    if (std::filesystem::exists(service_config, unknown)) {
        return {.file = service_config, .store = std::nullopt, .from = config_place::origin::service};
    }
    return {};
}

std::optional<app::config> load_config(const std::optional<std::filesystem::path>& file) {
    if (!file) {
        return simulated_cattle();
    }
    app::config_result read = app::read_config_file(*file);
    if (read) {
        return std::move(read).value();
    }
    for (const settings::error& e : read.error()) {
        print_error(to_string(e));
    }
    return std::nullopt;
}

std::optional<found_config> find_config(const common_options& o, without_file w) {
    try {
        config_place place = find_config_file(o);
        if (place.from == config_place::origin::none && w == without_file::ends) {
            say_no_file();
            return std::nullopt;
        }
        std::optional<app::config> read = load_config(place.file);
        return read ? std::optional(found_config{.config = *std::move(read), .place = std::move(place)}) : std::nullopt;
    } catch (const untrusted_config& e) {
        print_error(std::string("mayhem: ") + e.what());
        return std::nullopt;
    }
}

std::optional<std::filesystem::path> find_file(const common_options& o) {
    try {
        const config_place place = find_config_file(o);
        if (!place.file) {
            say_no_file();
        }
        return place.file;
    } catch (const untrusted_config& e) {
        print_error(std::string("mayhem: ") + e.what());
        return std::nullopt;
    }
}

std::filesystem::path find_store(const common_options& o, const app::config& c) {
    return app::resolve_store_path(o.store ? o.store : c.store);
}

std::filesystem::path find_store(const common_options& o, const found_config& c) {
    if (!o.store && c.place.store) {
        return *c.place.store;
    }
    const std::filesystem::path usual = find_store(o, c.config);
    const std::filesystem::path herd = app::herd_store_path();
    std::error_code unknown;
    const bool is_played =
        !o.store && !c.place.file && !std::filesystem::exists(usual, unknown) && std::filesystem::exists(herd, unknown);
    return is_played ? herd : usual;
}

std::optional<found_config> find_record_config(const common_options& o) {
    if (o.store && !o.config) {
        return found_config{.config = simulated_cattle(), .place = {}};
    }
    return find_config(o, without_file::goes_on);
}

}  // namespace mayhem::cli
