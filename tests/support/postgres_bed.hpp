#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "support/server_process.hpp"

namespace mayhem::test {

/// A PostgreSQL of a test's own: Debian's, as an ordinary user, in a folder that goes with it, on a Unix socket there
/// and on a port of the loopback. The cluster is a copy of one that is made once for a build folder, and has
///
/// - the database `fleet`, the login role `mayhem` with the password `secret`, and the superuser `postgres`;
/// - over the Unix socket whoever says so is whom he says he is; over TCP a password is asked for (SCRAM), with TLS or
///   without;
/// - a certificate for `db.test` and `db2.test`, signed by `ca()`.
///
/// Its constructor throws `std::runtime_error` where there is no PostgreSQL, naming the package: a test does not pass
/// without it. One thread.
class postgres_bed {
public:
    /// `settings` are lines of postgresql.conf: "synchronous_standby_names = '*'".
    explicit postgres_bed(const std::vector<std::string>& settings = {});

    /// A server that follows `primary`, from a copy of what that has at the moment (pg_basebackup).
    struct standby_of {
        const postgres_bed& primary;
    };
    explicit postgres_bed(standby_of leader, const std::vector<std::string>& settings = {});
    ~postgres_bed();
    postgres_bed(const postgres_bed&) = delete;
    postgres_bed& operator=(const postgres_bed&) = delete;

    /// Starts it again, where it was: after a `kill` that takes until the last of the former server's processes has
    /// gone.
    void start();

    /// Ends it as an operator does (`fast`), and waits for it.
    void stop();

    /// SIGKILL to the postmaster, as the kernel does when there is no memory. Its other processes notice by themselves;
    /// this waits until all of them have gone, and leaves no zombie: a new server would take it for one that runs.
    void kill();

    /// From now on no commit is acknowledged that no standby has. Waits until there is one.
    void demand_standby() const;

    /// Makes a standby the primary, and waits until it takes writes.
    void promote() const;

    /// Stops the postmaster for now (SIGSTOP): nobody is let in, and those who are in go on.
    void freeze() { server_->signal(SIGSTOP); }
    void thaw() { server_->signal(SIGCONT); }

    /// A signal for one of its backends, which must be the postmaster's child.
    void signal_backend(pid_t backend, int number) const;

    /// As the superuser, by psql: what it prints, without frames, columns parted by '|'. Throws what psql complains of.
    std::string sql(const std::string& text, const std::string& database = "fleet") const;

    [[nodiscard]] const std::filesystem::path& folder() const noexcept { return folder_; }  ///< has the Unix socket
    [[nodiscard]] const std::string& port() const noexcept { return port_; }
    [[nodiscard]] std::string ca() const { return folder_ / "tls" / "ca.pem"; }
    [[nodiscard]] std::string other_ca() const {
        return folder_ / "tls" / "other_ca.pem";
    }  ///< who signed nothing here
    [[nodiscard]] std::string log() const;

private:
    void make_folder();
    [[nodiscard]] bool try_to_start();

    std::filesystem::path folder_;
    std::string port_;
    std::vector<std::string> settings_;
    std::optional<server_process> server_;
};

/// The folder of PostgreSQL's programs, with a slash at its end; throws as `postgres_bed` does.
[[nodiscard]] std::string postgres_programs();

}  // namespace mayhem::test
