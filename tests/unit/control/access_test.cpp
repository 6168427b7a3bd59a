// Proves who may do what: over the Unix socket by the credentials of the peer, over TCP by method, Host and token.
#include "control/access.hpp"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>
#include <unistd.h>

namespace mayhem::control {
namespace {

const access_policy policy{.daemon_user = 990, .group = 991, .token = std::nullopt};
const access_policy with_token{.daemon_user = 990, .group = 991, .token = "0123456789abcdef"};

request from_user(uid_t uid, std::vector<gid_t> groups) {
    request r;
    r.method = "GET";
    r.from.is_local_user = true;
    r.from.uid = uid;
    r.from.groups = std::move(groups);
    return r;
}

request over_tcp(std::string method, std::string host, std::string authorization = {}) {
    request r;
    r.method = std::move(method);
    r.host = std::move(host);
    r.authorization = std::move(authorization);
    return r;
}

int status_of(const request& r, const access_policy& p) {
    const std::optional<response> refusal = refuse(r, p);
    return refusal ? refusal->status : 200;
}

TEST(AccessTest, LetsRootTheDaemonsUserAndTheGroupDoEverything) {
    EXPECT_EQ(status_of(from_user(0, {0}), policy), 200);
    EXPECT_EQ(status_of(from_user(990, {990}), policy), 200);
    EXPECT_EQ(status_of(from_user(1000, {1000, 991}), policy), 200);
}

TEST(AccessTest, LetsOtherUsersDoNothing) {
    EXPECT_EQ(status_of(from_user(1000, {1000}), policy), 403);
    EXPECT_EQ(status_of(from_user(static_cast<uid_t>(-1), {}), policy), 403);
}

TEST(AccessTest, LetsTcpReadAndNothingElse) {
    EXPECT_EQ(status_of(over_tcp("GET", "127.0.0.1:9666"), policy), 200);
    EXPECT_EQ(status_of(over_tcp("POST", "127.0.0.1:9666"), policy), 403);
    EXPECT_EQ(status_of(over_tcp("POST", "127.0.0.1:9666", "Bearer "), policy), 403);
}

TEST(AccessTest, LetsTcpActWithTheToken) {
    EXPECT_EQ(status_of(over_tcp("POST", "localhost", "Bearer 0123456789abcdef"), with_token), 200);
    EXPECT_EQ(status_of(over_tcp("POST", "localhost", "Bearer 0123456789abcdeF"), with_token), 401);
    EXPECT_EQ(status_of(over_tcp("POST", "localhost", "Bearer "), with_token), 401);
    EXPECT_EQ(status_of(over_tcp("POST", "localhost"), with_token), 401);
}

TEST(AccessTest, RefusesAPageThatHadItsNamePointAtUs) {
    for (const char* host : {"evil.example", "evil.example:9666", "127.evil.example", "", "[::2]:9666", "[::1]evil"}) {
        EXPECT_EQ(status_of(over_tcp("GET", host), with_token), 403) << host;
    }
    for (const char* host : {"127.0.0.1", "127.0.0.1:9666", "localhost:9666", "[::1]", "[::1]:9666"}) {
        EXPECT_EQ(status_of(over_tcp("GET", host), with_token), 200) << host;
    }
}

TEST(AccessTest, ComparesTokens) {
    EXPECT_TRUE(equal_in_constant_time("abc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", "abd"));
    EXPECT_FALSE(equal_in_constant_time("abcabc", "abc"));
    EXPECT_FALSE(equal_in_constant_time("", "abc"));
    EXPECT_FALSE(equal_in_constant_time("abc", ""));
}

TEST(AccessTest, ReadsATokenThatOthersCannotRead) {
    const std::string path =
        (std::filesystem::temp_directory_path() / ("mayhem-token-" + std::to_string(::getpid()))).string();
    std::ofstream(path) << "0123456789abcdef\nmore\n";
    std::filesystem::permissions(path, std::filesystem::perms{0600});
    const auto read = read_token_file(path);
    std::filesystem::permissions(path, std::filesystem::perms{0644});
    const auto exposed = read_token_file(path);
    std::filesystem::permissions(path, std::filesystem::perms{0600});
    std::ofstream(path) << "short\n";
    const auto too_short = read_token_file(path);
    std::filesystem::remove(path);
    const auto missing = read_token_file(path);

    ASSERT_TRUE(read) << read.error();
    EXPECT_EQ(*read, "0123456789abcdef");
    EXPECT_FALSE(exposed);
    EXPECT_FALSE(too_short);
    EXPECT_FALSE(missing);
}

}  // namespace
}  // namespace mayhem::control
