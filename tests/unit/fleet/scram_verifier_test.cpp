// Proves that a password is kept as PostgreSQL keeps it, against a value that Python's hashlib has computed.
#include "fleet/scram_verifier.hpp"

#include <gtest/gtest.h>

namespace mayhem::fleet {
namespace {

TEST(ScramVerifierTest, IsWhatPostgreSqlKeeps) {
    scram_salt salt{};
    for (std::size_t at = 0; at < salt.size(); ++at) {
        salt[at] = static_cast<std::uint8_t>(at);
    }

    EXPECT_EQ(scram_verifier("pencil", salt),
              "SCRAM-SHA-256$4096:AAECAwQFBgcICQoLDA0ODw==$zHCdol2044/ZyWzPLi7oxApCkamKw9Z+E4U/QApd/5Y=:"
              "dd5peBOitVnLNFu7VmwP+HiDaaw4OUCv396eVCWhYiE=");
}

TEST(ScramVerifierTest, DiffersWithTheSaltAndThePassword) {
    scram_salt salt{};
    const std::string one = scram_verifier("pencil", salt);
    EXPECT_NE(one, scram_verifier("pencik", salt));
    salt[15] = 1;
    EXPECT_NE(one, scram_verifier("pencil", salt));
}

}  // namespace
}  // namespace mayhem::fleet
