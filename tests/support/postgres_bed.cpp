#include "support/postgres_bed.hpp"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <utility>

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/postgres_template.hpp"

namespace mayhem::test {

namespace {

namespace fs = std::filesystem;

constexpr int starts_max = 5;

std::string read_all(const fs::path& file) {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return std::move(text).str();
}

/// Whether postmaster.pid is this server's, and says that it lets people in; into a standby, to read.
bool is_ready(const fs::path& data, pid_t postmaster) {
    std::ifstream file(data / "postmaster.pid");
    std::string line;
    if (!std::getline(file, line) || line != std::to_string(postmaster)) {
        return false;
    }
    for (int i = 1; i < 8 && std::getline(file, line); ++i) {
    }
    return file && (line.starts_with("ready") || line.starts_with("standby"));
}

/// In memory where there is room: to copy a cluster to a busy disk takes ten times as long.
fs::path roomy_folder() {
    std::error_code error;
    const fs::path memory = "/dev/shm";
    const bool has_room = fs::space(memory, error).available > 1'000'000'000 && !error;
    return has_room && ::access(memory.c_str(), W_OK | X_OK) == 0 ? memory : fs::temp_directory_path();
}

pid_t parent_of(pid_t pid) {
    std::ifstream status("/proc/" + std::to_string(pid) + "/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("PPid:")) {
            return static_cast<pid_t>(std::stol(line.substr(5)));
        }
    }
    return 0;
}

}  // namespace

std::string postgres_programs() {
    std::string newest;
    std::error_code error;
    for (fs::directory_iterator i("/usr/lib/postgresql", error), end; !error && i != end; i.increment(error)) {
        const std::string programs = i->path().string() + "/bin/";
        if (fs::exists(programs + "postgres") && programs > newest) {
            newest = programs;
        }
    }
    if (newest.empty()) {
        throw std::runtime_error("there is no PostgreSQL below /usr/lib/postgresql: apt-get install postgresql");
    }
    return newest;
}

postgres_bed::postgres_bed(const std::vector<std::string>& settings) : settings_(settings) {
    make_folder();
    const std::string command = "cp -a '" + (postgres_template() / "data").string() + "' '" + folder_.string() + "'";
    if (std::system(command.c_str()) != 0) {
        throw std::runtime_error("this failed: " + command);
    }
    start();
}

postgres_bed::postgres_bed(standby_of leader, const std::vector<std::string>& settings) : settings_(settings) {
    make_folder();
    (void)run_as_ordinary_user({postgres_programs() + "pg_basebackup", "-D", folder_ / "data", "-R", "-X", "stream",
                                "--checkpoint=fast", "--no-sync", "-h", leader.primary.folder(), "-p",
                                leader.primary.port(), "-U", "postgres"});
    start();
}

void postgres_bed::make_folder() {
    std::string name = (roomy_folder() / "mayhem-postgres-XXXXXX").string();
    const ordinary_user user = find_ordinary_user();
    if (::mkdtemp(name.data()) == nullptr) {
        throw std::runtime_error("cannot make " + name);
    }
    folder_ = name;
    const std::string command = "cp -a '" + (postgres_template() / "tls").string() + "' '" + name + "'";
    if (std::system(command.c_str()) != 0 || ::chown(name.c_str(), user.uid, user.gid) != 0) {
        throw std::runtime_error("this failed: " + command);
    }
}

postgres_bed::~postgres_bed() {
    if (server_) {
        server_->signal(SIGCONT);
        server_->signal(SIGQUIT);
        (void)server_->ends_within(std::chrono::seconds{20});
        server_.reset();
    }
    if (::testing::Test::HasFailure()) {
        std::fprintf(stderr, "--- what the database said:\n%s---\n", log().c_str());
    }
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
}

void postgres_bed::start() {
    const bool has_port = !port_.empty();
    for (int tries = 0; tries < starts_max; ++tries) {
        if (!has_port) {
            port_ = free_loopback_port();
        }
        // One that was killed leaves shared memory behind until its last process has gone.
        if (comes_true([this] { return try_to_start(); }, std::chrono::seconds{has_port ? 60 : 1})) {
            return;
        }
    }
    throw std::runtime_error("PostgreSQL does not start:\n" + log());
}

bool postgres_bed::try_to_start() {
    server_.reset();
    std::vector<std::string> command = {postgres_programs() + "postgres", "-D", folder_ / "data"};
    std::vector<std::string> all = settings_;
    for (const std::string& setting :
         {"port = " + port_, std::string("listen_addresses = 127.0.0.1"),
          "unix_socket_directories = " + folder_.string(), std::string("ssl = on"),
          "ssl_cert_file = " + (folder_ / "tls/server.crt").string(),
          "ssl_key_file = " + (folder_ / "tls/server.key").string(), std::string("fsync = off"),
          std::string("shared_buffers = 16MB"), std::string("max_connections = 50"),
          std::string("log_line_prefix = '%m [%p] '")}) {
        all.push_back(setting);
    }
    for (const std::string& setting : all) {
        const std::size_t sign = setting.find(" = ");
        std::string value = setting.substr(sign + 3);
        std::erase(value, '\'');
        command.emplace_back("-c");
        command.push_back(setting.substr(0, sign) + "=" + value);
    }
    server_.emplace(std::move(command), folder_ / "log");
    const bool is_up =
        comes_true([this] { return server_->has_ended() || is_ready(folder_ / "data", server_->pid()); });
    return is_up && !server_->has_ended();
}

void postgres_bed::stop() {
    server_->signal(SIGINT);
    if (!server_->ends_within(std::chrono::seconds{60})) {
        throw std::runtime_error("PostgreSQL does not stop:\n" + log());
    }
}

void postgres_bed::kill() {
    if (!server_->end_with_children(std::chrono::seconds{60})) {
        throw std::runtime_error("processes of a PostgreSQL that was killed do not end:\n" + log());
    }
}

void postgres_bed::demand_standby() const {
    sql("ALTER SYSTEM SET synchronous_standby_names = '*'");
    sql("SELECT pg_reload_conf()");
    if (!comes_true(
            [this] { return sql("SELECT count(*) FROM pg_stat_replication WHERE sync_state = 'sync'") == "1\n"; })) {
        throw std::runtime_error("no standby follows:\n" + log());
    }
}

void postgres_bed::promote() const {
    if (sql("SELECT pg_promote()") != "t\n") {
        throw std::runtime_error("the standby is not promoted:\n" + log());
    }
}

void postgres_bed::signal_backend(pid_t backend, int number) const {
    if (parent_of(backend) != server_->pid()) {
        throw std::runtime_error("process " + std::to_string(backend) + " is no backend of this server");
    }
    (void)::kill(backend, number);
}

std::string postgres_bed::sql(const std::string& text, const std::string& database) const {
    return run_as_ordinary_user({postgres_programs() + "psql", "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-h",
                                 folder_, "-p", port_, "-U", "postgres", "-d", database, "-c", text});
}

std::string postgres_bed::log() const { return read_all(folder_ / "log"); }

}  // namespace mayhem::test
