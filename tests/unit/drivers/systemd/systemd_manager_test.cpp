// Proves that the user of this process is named without asking a directory service, on imitations of /etc/passwd.
#include "drivers/systemd/systemd_manager.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include <gtest/gtest.h>
#include <unistd.h>

namespace mayhem::drivers {
namespace {

class SystemdManagerTest : public ::testing::Test {
protected:
    SystemdManagerTest() { ::setenv("USER", "of-the-environment", 1); }
    ~SystemdManagerTest() override {
        std::filesystem::remove(passwd_);
        if (former_.empty()) {
            ::unsetenv("USER");
        } else {
            ::setenv("USER", former_.c_str(), 1);
        }
    }

    std::string own_user(const std::string& users) {
        std::ofstream(passwd_) << users;
        return find_own_user(passwd_);
    }

    static std::string variable(const char* name) {
        const char* value = std::getenv(name);
        return value == nullptr ? "" : value;
    }

    const std::string former_ = variable("USER");
    const std::string uid_ = std::to_string(::geteuid());
    const std::filesystem::path passwd_ =
        std::filesystem::temp_directory_path() / ("mayhem-passwd-" + std::to_string(::getpid()));
};

TEST_F(SystemdManagerTest, TakesTheNameFromTheFile) {
    EXPECT_EQ(own_user("other:x:4" + uid_ + ":0::/:/bin/sh\nchaos:x:" + uid_ + ":0::/:/bin/sh\n"), "chaos");
}

TEST_F(SystemdManagerTest, IsNotLedAstrayByLinesThatAreNone) {
    EXPECT_EQ(own_user("\n#\n:\n::" + uid_ + ":\nname\nname:x\n+::::::\nchaos:x:" + uid_ + ":0::/:\n"), "chaos");
}

TEST_F(SystemdManagerTest, OtherwiseFromTheEnvironment) {
    EXPECT_EQ(own_user("other:x:4" + uid_ + ":0::/:/bin/sh\n"), "of-the-environment");
}

TEST_F(SystemdManagerTest, OtherwiseTheNumberHasToDo) {
    ::unsetenv("USER");

    EXPECT_EQ(own_user(""), uid_);
}

}  // namespace
}  // namespace mayhem::drivers
