#include "support/postgres_template.hpp"

#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/postgres_bed.hpp"
#include "system/unique_fd.hpp"

namespace mayhem::test {

namespace {

namespace fs = std::filesystem;

constexpr const char* hba = R"(local all all trust
local replication all trust
host all all 127.0.0.1/32 scram-sha-256
host replication all 127.0.0.1/32 trust
)";

// Each database is three hundred files to copy, so that those which nobody uses go.
constexpr const char* first_statements = R"(CREATE ROLE mayhem LOGIN PASSWORD 'secret';
ALTER DATABASE postgres RENAME TO fleet;
ALTER DATABASE fleet OWNER TO mayhem;
UPDATE pg_database SET datistemplate = false WHERE datname = 'template0';
DROP DATABASE template0;
)";

void write(const fs::path& file, const std::string& text) {
    std::ofstream out(file, std::ios::trunc);
    out << text;
    out.close();
    const ordinary_user user = find_ordinary_user();
    if (!out || ::chown(file.c_str(), user.uid, user.gid) != 0) {
        throw std::runtime_error("cannot write " + file.string());
    }
}

void make_authority(const std::string& folder, const std::string& name) {
    (void)run_as_ordinary_user({"/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                "ec_paramgen_curve:P-256", "-nodes", "-days", "7300", "-subj", "/CN=" + name, "-keyout",
                                folder + name + ".key", "-out", folder + name + ".pem"});
}

void make_certificates(const fs::path& in) {
    const std::string folder = in.string() + "/";
    make_authority(folder, "ca");
    make_authority(folder, "other_ca");
    write(in / "names", "subjectAltName = DNS:db.test, DNS:db2.test\n");
    (void)run_as_ordinary_user({"/usr/bin/openssl", "req", "-new", "-newkey", "ec", "-pkeyopt",
                                "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=db.test", "-keyout",
                                folder + "server.key", "-out", folder + "server.csr"});
    (void)run_as_ordinary_user({"/usr/bin/openssl", "x509", "-req", "-in", folder + "server.csr", "-CA",
                                folder + "ca.pem", "-CAkey", folder + "ca.key", "-set_serial", "1", "-days", "7300",
                                "-extfile", folder + "names", "-out", folder + "server.crt"});
}

void make_cluster(const fs::path& data, const fs::path& scratch) {
    (void)run_as_ordinary_user({postgres_programs() + "initdb", "-D", data, "-U", "postgres", "-E", "UTF8",
                                "--locale=C", "--no-sync", "--wal-segsize=1"});
    write(data / "pg_hba.conf", hba);
    const fs::path statements = scratch / "first.sql";
    write(statements, first_statements);
    (void)run_as_ordinary_user(
        {"/bin/sh", "-c",
         postgres_programs() + "postgres --single -F -D " + data.string() + " template1 <" + statements.string()});
}

void make(const fs::path& finished) {
    // In a folder that the ordinary user may enter, whatever the build folder's rights are.
    std::string name = (fs::temp_directory_path() / "mayhem-postgres-XXXXXX").string();
    const ordinary_user user = find_ordinary_user();
    if (::mkdtemp(name.data()) == nullptr || ::chown(name.c_str(), user.uid, user.gid) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot make " + name);
    }
    const fs::path scratch = name;
    (void)run_as_ordinary_user({"/bin/mkdir", scratch / "tls"});
    make_certificates(scratch / "tls");
    make_cluster(scratch / "data", scratch);
    const std::string copy = finished.string() + ".new";
    const std::string command = "rm -rf '" + copy + "' && cp -a '" + scratch.string() + "' '" + copy + "' && mv '" +
                                copy + "' '" + finished.string() + "'";
    const int status = std::system(command.c_str());
    fs::remove_all(scratch);
    if (status != 0) {
        throw std::runtime_error("this failed: " + command);
    }
}

}  // namespace

fs::path postgres_template() {
    const std::size_t recipe = std::hash<std::string>{}(postgres_programs() + hba + first_statements);
    const fs::path finished = MAYHEM_POSTGRES_TEMPLATE "-" + std::to_string(recipe);
    const std::string lock_file = finished.string() + ".lock";
    const system::unique_fd lock(::open(lock_file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644));
    if (!lock || ::flock(lock.get(), LOCK_EX) != 0) {
        throw std::system_error(errno, std::generic_category(), "cannot lock " + lock_file);
    }
    if (!fs::exists(finished)) {
        make(finished);
    }
    return finished;
}

}  // namespace mayhem::test
