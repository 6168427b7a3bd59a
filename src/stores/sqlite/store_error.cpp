#include "stores/sqlite/store_error.hpp"

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <sqlite3.h>
#include <unistd.h>

namespace mayhem::stores {
namespace {

struct explanation {
    std::string reason;
    std::string remedy;
};

std::filesystem::path folder_of(const std::filesystem::path& path) {
    return path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
}

std::string whoever_runs_this() { return fmt::format("the user that runs mayhem (uid {})", ::geteuid()); }

// With the effective user, as the daemon will use it; errno says why not.
bool may(const std::filesystem::path& path, int what) {
    return ::faccessat(AT_FDCWD, path.c_str(), what, AT_EACCESS) == 0;
}

// SQLite says only "unable to open database file"; the file system knows the reason.
explanation why_not_opened(const std::filesystem::path& path) {
    const std::filesystem::path folder = folder_of(path);
    std::error_code ignored;
    if (!std::filesystem::exists(folder, ignored)) {
        return {fmt::format("its directory {} does not exist", folder.string()),
                fmt::format("create it (mkdir -p {}) or name another path", folder.string())};
    }
    if (std::filesystem::is_directory(path, ignored)) {
        return {"it is a directory", "name a file inside it"};
    }
    if (std::filesystem::exists(path, ignored) && !may(path, R_OK)) {
        return {fmt::format("it may not be read ({})", std::strerror(errno)),
                fmt::format("make it readable for {}", whoever_runs_this())};
    }
    if (!may(folder, W_OK | X_OK)) {
        const bool whole_file_system = errno == EROFS;
        return {fmt::format("no file can be created in {} ({})", folder.string(), std::strerror(errno)),
                whole_file_system ? "mount its file system writable, or name another path"
                                  : fmt::format("make it writable for {}, or name another path", whoever_runs_this())};
    }
    return {"the operating system refused to open it",
            "check the limit of open files (ulimit -n) and the permissions of the files beside it"};
}

explanation why(const SQLite::Exception& e, const std::filesystem::path& path) {
    switch (e.getErrorCode()) {
        case SQLITE_FULL:
            return {"the disk is full", "free some space on its file system; nothing recorded so far is lost"};
        case SQLITE_READONLY:
            return {"the file or its directory is read-only",
                    fmt::format("make both writable for {}, or name another path", whoever_runs_this())};
        case SQLITE_PERM:
        case SQLITE_AUTH: return {"permission denied", fmt::format("give {} access to it", whoever_runs_this())};
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return {"another process holds it locked",
                    fmt::format("find out which (fuser {}) and end it, or name another path", path.string())};
        case SQLITE_CORRUPT:
            return {"the file is damaged",
                    fmt::format("restore a copy, or save what can be read (sqlite3 {} .recover), and move it aside: "
                                "a new one is made",
                                path.string())};
        case SQLITE_NOTADB:
            return {"the file is not a database", "name another path, or move the file aside: a new one is made"};
        case SQLITE_CANTOPEN: return why_not_opened(path);
        case SQLITE_IOERR:
            return {"the disk cannot be read or written",
                    "check its health (dmesg), its quota and the file size limit (ulimit -f)"};
        case SQLITE_NOMEM: return {"memory is exhausted", "free some, or raise the service's limit"};
        default: return {"SQLite refused", "this is a defect of mayhem: please report it with this line"};
    }
}

}  // namespace

core::store_failed explain(const SQLite::Exception& e, std::string_view doing, const std::filesystem::path& path) {
    const explanation found = why(e, path);
    return core::store_failed(fmt::format("{} {}: {} (SQLite: {}, code {}); {}", doing, path.string(), found.reason,
                                          e.what(), e.getExtendedErrorCode(), found.remedy));
}

core::store_failed explain(std::string_view doing, const std::filesystem::path& path, std::string_view reason,
                           std::string_view remedy) {
    return core::store_failed(fmt::format("{} {}: {}; {}", doing, path.string(), reason, remedy));
}

}  // namespace mayhem::stores
