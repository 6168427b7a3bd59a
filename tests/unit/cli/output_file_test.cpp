// Proves that a file which a command shall write keeps what it has until the new content is complete, on real files in
// a folder of the test's own.
#include "cli/output_file.hpp"

#include <cstdlib>
#include <fstream>
#include <iterator>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "cli/standard_output.hpp"

namespace mayhem::cli {
namespace {

class OutputFileTest : public testing::Test {
protected:
    OutputFileTest() {
        std::string pattern = (std::filesystem::temp_directory_path() / "output_file_test.XXXXXX").string();
        folder_ = ::mkdtemp(pattern.data());
        file_ = folder_ / "report.xml";
    }
    ~OutputFileTest() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string read() const {
        std::ifstream stream(file_, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }
    [[nodiscard]] std::ptrdiff_t files_there() const {
        return std::distance(std::filesystem::directory_iterator(folder_), std::filesystem::directory_iterator());
    }
    static std::string failure_of(const std::filesystem::path& path) {
        try {
            output_file(path).write("x");
        } catch (const cannot_write& e) {
            return e.what();
        }
        return "writes";
    }

    std::filesystem::path folder_;
    std::filesystem::path file_;
};

TEST_F(OutputFileTest, KeepsWhatIsThereUntilItIsWritten) {
    std::ofstream(file_) << "precious";
    const output_file output(file_);

    EXPECT_EQ(read(), "precious");
    EXPECT_EQ(files_there(), 1) << "nothing is left beside it meanwhile";

    output.write("new");

    EXPECT_EQ(read(), "new");
    EXPECT_EQ(files_there(), 1);
}

TEST_F(OutputFileTest, MakesNothingBeforeItIsWritten) {
    const output_file output(file_);
    EXPECT_EQ(files_there(), 0);

    output.write(std::string(100'000, 'x'));

    EXPECT_EQ(read().size(), 100'000U);
}

TEST_F(OutputFileTest, HasTheModeOfTheFileBeforeOrOfANewOne) {
    const mode_t before = ::umask(0027);
    std::ofstream(file_) << "old";
    std::filesystem::permissions(file_, std::filesystem::perms{0604});
    output_file(file_).write("new");
    output_file(folder_ / "other").write("new");
    (void)::umask(before);

    struct stat status{};
    ASSERT_EQ(::stat(file_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0604U);
    ASSERT_EQ(::stat((folder_ / "other").c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777U, 0640U);
}

TEST_F(OutputFileTest, WritesWhereALinkLeads) {
    std::ofstream(file_) << "old";
    std::filesystem::create_symlink("report.xml", folder_ / "link");

    output_file(folder_ / "link").write("new");

    EXPECT_EQ(read(), "new");
    EXPECT_TRUE(std::filesystem::is_symlink(folder_ / "link"));
}

TEST_F(OutputFileTest, WritesInPlaceWhatIsNoFile) {
    EXPECT_EQ(failure_of("/dev/null"), "writes");
    EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
    EXPECT_NE(failure_of("/dev/full").find("No space left on device"), std::string::npos);
}

TEST_F(OutputFileTest, SaysWhatCannotBeWrittenBeforeAnythingIsDone) {
    EXPECT_THROW(output_file(folder_ / "none" / "file"), cannot_write);
    EXPECT_THROW(output_file{folder_}, cannot_write) << "a folder";
    EXPECT_NE(failure_of(folder_ / "none" / "file").find("none/file: No such file or directory"), std::string::npos);
}

TEST_F(OutputFileTest, SaysWhyTheDraftCouldNotBeMadeWhenItIsWritten) {
    const std::filesystem::path file = folder_ / "goes" / "report.xml";
    std::filesystem::create_directory(file.parent_path());
    const output_file output(file);
    std::filesystem::remove(file.parent_path());

    std::string failure;
    try {
        output.write("x");
    } catch (const cannot_write& e) {
        failure = e.what();
    }

    EXPECT_NE(failure.find("goes/report.xml: No such file or directory"), std::string::npos) << failure;
}

}  // namespace
}  // namespace mayhem::cli
