// Proves what journald is handed: whole records with their fields, which no text can forge; that a stuck or missing
// journald neither holds the end up nor costs the log. A datagram socket of the test's own plays journald.
#include "telemetry/journal_sink.hpp"

#include <array>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "telemetry/journal_event.hpp"
#include "telemetry/logging.hpp"
#include "telemetry/step_log.hpp"
#include "unit/telemetry/pipe.hpp"

namespace mayhem::telemetry {
namespace {

using testing::HasSubstr;
using fields = std::map<std::string, std::string>;

std::string read_text(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(std::string(MAYHEM_SOURCE "/") + name).rdbuf();
    return std::move(text).str();
}

/// Reads a record of the native protocol as journald does.
fields parse(std::string_view record) {
    fields all;
    while (!record.empty()) {
        const std::size_t end = record.find('\n');
        const std::string key(record.substr(0, end));
        record.remove_prefix(end + 1);
        std::size_t length = 0;
        for (std::size_t i = 0; i < 8; ++i) {
            length |= static_cast<std::size_t>(static_cast<unsigned char>(record[i])) << (8 * i);
        }
        all[key] = record.substr(8, length);
        EXPECT_EQ(record.at(8 + length), '\n');
        record.remove_prefix(8 + length + 1);
    }
    return all;
}

class JournalSinkTest : public testing::Test {
protected:
    JournalSinkTest() {
        std::string name = (std::filesystem::temp_directory_path() / "mayhem-test-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
        path_ = folder_ / "socket";
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        path_.native().copy(address.sun_path, sizeof address.sun_path - 1);
        EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
        // The stream that systemd would have connected to the journal.
        struct stat status{};
        EXPECT_EQ(::fstat(stream_.write_end(), &status), 0);
        const std::string name_of_stream = std::to_string(status.st_dev) + ":" + std::to_string(status.st_ino);
        EXPECT_EQ(::setenv("JOURNAL_STREAM", name_of_stream.c_str(), 1), 0);
    }
    ~JournalSinkTest() override {
        ::unsetenv("JOURNAL_STREAM");
        ::close(fd_);
        std::filesystem::remove_all(folder_);
    }

    [[nodiscard]] logging_options options() const {
        return {.fd = stream_.write_end(), .journal_socket = path_.string(), .flush_timeout = flush_timeout};
    }

    [[nodiscard]] fields receive() const {
        std::string record(1'000'000, '\0');
        iovec piece{record.data(), record.size()};
        alignas(cmsghdr) std::array<char, CMSG_SPACE(sizeof(int))> room{};
        msghdr message{};
        message.msg_iov = &piece;
        message.msg_iovlen = 1;
        message.msg_control = room.data();
        message.msg_controllen = room.size();
        const ssize_t size = ::recvmsg(fd_, &message, MSG_DONTWAIT);
        if (size < 0) {
            return {};
        }
        record.resize(static_cast<std::size_t>(size));
        if (const cmsghdr* const header = CMSG_FIRSTHDR(&message)) {
            int file = -1;
            std::memcpy(&file, CMSG_DATA(header), sizeof file);
            EXPECT_EQ(::fcntl(file, F_GET_SEALS) & F_SEAL_WRITE, F_SEAL_WRITE);
            record.resize(1'000'000);
            record.resize(static_cast<std::size_t>(::pread(file, record.data(), record.size(), 0)));
            ::close(file);
        }
        return parse(record);
    }

    static constexpr std::chrono::milliseconds flush_timeout{200};
    std::filesystem::path folder_;
    std::filesystem::path path_;
    int fd_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    test::pipe stream_;
};

TEST_F(JournalSinkTest, HandsOverTextPriorityAndFields) {
    {
        const logging owner(options());
        ASSERT_TRUE(owner.get().is_structured());
        const std::array about{log_field{"TARGET", "web@1.service"}, log_field{"GROUP", "web"}};
        owner.get().with(about).warning("not {}", "back");
        owner.get().info("of nothing in particular");
    }

    EXPECT_EQ(receive(), (fields{{"MESSAGE", "not back"},
                                 {"PRIORITY", "4"},
                                 {"SYSLOG_IDENTIFIER", "mayhem"},
                                 {"TARGET", "web@1.service"},
                                 {"GROUP", "web"}}));
    EXPECT_EQ(receive(),
              (fields{{"MESSAGE", "of nothing in particular"}, {"PRIORITY", "6"}, {"SYSLOG_IDENTIFIER", "mayhem"}}));
}

TEST_F(JournalSinkTest, LetsNoTextForgeAField) {
    {
        const logging owner(options());
        const std::array about{log_field{"TARGET", std::string_view("web\nGROUP=forged\nMESSAGE_ID\0x", 29)}};
        owner.get().with(about).info("two lines\nPRIORITY=0\n\x1b[2J\u202e");
    }

    const fields got = receive();
    EXPECT_EQ(got.size(), 4U);
    EXPECT_EQ(got.at("MESSAGE"), "two lines\nPRIORITY=0\n\\x1b[2J\\u202e");
    EXPECT_EQ(got.at("PRIORITY"), "6");
}

TEST_F(JournalSinkTest, TellsEachStepOfAMessage) {
    core::message m;
    m.group = "web";
    m.target = {.id = "web@1.service", .incarnation = "1", .name = "web@1"};
    metrics counts;
    {
        const logging owner(options());
        step_log steps(owner.get(), counts);
        steps.observe(
            {.kind = ports::step_kind::refused, .message = m, .attempt = 3, .refused_by = core::guard::daily_limit});
        steps.observe({.kind = ports::step_kind::recovered, .message = m});
        steps.skipped({.at = {}, .group = "web", .planned_at = {}, .target = {}, .detail = "3 min late"});
    }

    const fields refused = receive();
    const fields expected{{"MESSAGE", "Refused to restart web@1.service: daily_limit"},
                          {"MESSAGE_ID", "edef3b3068774038bf2b6800779a5a5c"},
                          {"GROUP", "web"},
                          {"TARGET", "web@1.service"},
                          {"MAYHEM_MESSAGE", m.id.to_string()},
                          {"MAYHEM_STEP", "refused"},
                          {"ATTEMPT", "3"},
                          {"GUARD", "daily_limit"},
                          {"OUTCOME", "refused"},
                          {"PRIORITY", "6"},
                          {"SYSLOG_IDENTIFIER", "mayhem"}};
    EXPECT_EQ(refused, expected);
    const fields recovered = receive();
    EXPECT_EQ(recovered.at("OUTCOME"), "recovered");
    EXPECT_FALSE(recovered.contains("GUARD"));
    EXPECT_EQ(receive().at("REASON"), "missed");
}

TEST_F(JournalSinkTest, HandsOverWhatIsTooLargeForADatagram) {
    const std::string large(600'000, 'x');
    {
        const logging owner(options());
        owner.get().write_text(level::info, large);
        EXPECT_EQ(owner.dropped(), 0U);
    }

    EXPECT_EQ(receive()["MESSAGE"], large);
}

TEST_F(JournalSinkTest, AStuckJournalDoesNotHoldTheEndUp) {
    {
        const logging owner(options());
        for (int i = 0; i < 2000; ++i) {
            owner.get().write_text(level::info, std::string(1000, 'x'));
        }
    }  // an end that waited for the journal would hang this test

    EXPECT_FALSE(receive().empty());
}

TEST_F(JournalSinkTest, WithoutAJournalLinesAreTextWithAPriority) {
    logging_options nowhere = options();
    nowhere.journal_socket = (folder_ / "nobody").string();
    {
        const logging owner(nowhere);
        EXPECT_FALSE(owner.get().is_structured());
        const std::array about{log_field{"TARGET", "web"}};
        owner.get().with(about).error("oh");
    }
    stream_.close_write_end();

    EXPECT_THAT(stream_.read_lines(), testing::ElementsAre("<3>oh"));
}

TEST_F(JournalSinkTest, AnotherDescriptorIsNotTheJournal) {
    test::pipe other;
    logging_options redirected = options();
    redirected.fd = other.write_end();
    {
        const logging owner(redirected);
        EXPECT_FALSE(owner.get().is_structured());
        owner.get().info("to a file");
    }
    other.close_write_end();

    EXPECT_THAT(other.read_lines(), testing::ElementsAre(HasSubstr("INFO: to a file")));
    EXPECT_TRUE(receive().empty());
}

TEST(JournalEventTest, EveryIdIsItsOwnAndDocumented) {
    const std::string operations = read_text("docs/operations.md");
    const std::string catalog = read_text("cmake/package/mayhem.catalog");
    std::map<std::string, std::string> names;
    for (int k = 0; k <= static_cast<int>(ports::step_kind::dead_lettered); ++k) {
        const auto kind = static_cast<ports::step_kind>(k);
        names[std::string(id_of(kind))] = ports::to_string(kind);
    }
    for (int e = 0; e <= static_cast<int>(journal_event::skipped); ++e) {
        names.emplace(id_of(static_cast<journal_event>(e)), "");
    }

    EXPECT_EQ(names.size(), 30U);
    for (const auto& [id, name] : names) {
        EXPECT_EQ(id.size(), 32U);
        EXPECT_THAT(operations, HasSubstr("| `" + id + "` |")) << name;
        if (!name.empty()) {
            EXPECT_THAT(operations, HasSubstr("| `" + name + "` | `" + id + "` |"));
        }
    }
    for (std::size_t at = catalog.find("\n-- "); at != std::string::npos; at = catalog.find("\n-- ", at + 1)) {
        EXPECT_TRUE(names.contains(catalog.substr(at + 4, 32))) << catalog.substr(at + 4, 32);
    }
}

}  // namespace
}  // namespace mayhem::telemetry
