#pragma once

#include <optional>
#include <string>

#include "support/postgres_bed.hpp"

namespace mayhem::fleet {

/// A pgbouncer before a bed's database, which lends a connection for each transaction.
class pooler {
public:
    /// Throws where there is none, naming the package.
    explicit pooler(const test::postgres_bed& bed);

    [[nodiscard]] const std::string& port() const noexcept { return port_; }

private:
    std::string port_;
    std::optional<test::server_process> server_;
};

}  // namespace mayhem::fleet
