#include "support.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>

namespace mayhem::sim::test {

std::uint64_t run_seed() {
    const char* const given = std::getenv("MAYHEM_TEST_SEED");
    return given == nullptr ? 1 : std::strtoull(given, nullptr, 10);
}

std::string seed_text() { return "MAYHEM_TEST_SEED=" + std::to_string(run_seed()); }

core::random_source dice(const std::string& name) { return core::random_source(run_seed()).stream(name); }

disk_process& host::begin() {
    process_.reset();
    process_ = std::make_unique<disk_process>(disk, clock.surroundings());
    return *process_;
}

SQLite::Database host::connect(const std::string& settings) {
    SQLite::Database opened(database_path, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, 0, process_->vfs_name());
    opened.exec(settings);
    return opened;
}

std::int64_t number(SQLite::Database& connection, const std::string& sql) {
    return connection.execAndGet(sql).getInt64();
}

std::string text(SQLite::Database& connection, const std::string& sql) {
    return connection.execAndGet(sql).getString();
}

int try_sql(SQLite::Database& connection, const std::string& sql) { return connection.tryExec(sql); }

std::map<std::string, bytes> files_of(const disk& d) {
    std::map<std::string, bytes> all;
    for (const std::string& path : d.paths()) {
        all[path] = *d.find(path);
    }
    return all;
}

bytes bytes_of(const std::string& text) {
    bytes b(text.size());
    std::transform(text.begin(), text.end(), b.begin(), [](char c) { return static_cast<std::byte>(c); });
    return b;
}

std::string text_of(const bytes& b) {
    std::string text(b.size(), '\0');
    std::transform(b.begin(), b.end(), text.begin(), [](std::byte c) { return static_cast<char>(c); });
    return text;
}

fault_decision always(disk_fault f, disk_operation o, std::string path_end) {
    return [f, o, path_end = std::move(path_end)](const disk_call& c) {
        return c.operation == o && c.path.ends_with(path_end) ? f : disk_fault::none;
    };
}

fault_decision death_at_sync(std::uint64_t number, std::uint64_t calls_later, fault_decision others) {
    return [syncs_left = number, calls_left = calls_later, others = std::move(others)](const disk_call& c) mutable {
        const disk_fault other = others ? others(c) : disk_fault::none;
        if (syncs_left != 0 && (c.operation != disk_operation::sync || --syncs_left != 0)) {
            return other;
        }
        return calls_left-- == 0 ? disk_fault::death : other;
    };
}

}  // namespace mayhem::sim::test
