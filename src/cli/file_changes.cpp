#include "cli/file_changes.hpp"

#include <csignal>
#include <fstream>
#include <iterator>
#include <system_error>

#include <sys/stat.h>

#include "cli/output_file.hpp"
#include "cli/standard_output.hpp"

namespace mayhem::cli {

namespace {

/// What is created meanwhile, everybody may read.
class readable_files {
public:
    readable_files() : before_(::umask(022)) {}
    ~readable_files() { (void)::umask(before_); }
    readable_files(const readable_files&) = delete;
    readable_files& operator=(const readable_files&) = delete;

private:
    const mode_t before_;
};

/// Who interrupts meanwhile does so afterwards: a change is made and noted, or neither.
class signals_held {
public:
    signals_held() {
        sigset_t held{};
        (void)sigemptyset(&held);
        for (const int s : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) {
            (void)sigaddset(&held, s);
        }
        (void)::sigprocmask(SIG_BLOCK, &held, &before_);
    }
    ~signals_held() { (void)::sigprocmask(SIG_SETMASK, &before_, nullptr); }
    signals_held(const signals_held&) = delete;
    signals_held& operator=(const signals_held&) = delete;

private:
    sigset_t before_{};
};

}  // namespace

std::optional<std::string> read_whole(const std::filesystem::path& file) {
    std::error_code unknown;
    if (!std::filesystem::is_regular_file(file, unknown)) {
        return std::nullopt;
    }
    std::ifstream in(file, std::ios::binary);
    std::string all{std::istreambuf_iterator<char>(in), {}};
    return in.good() || in.eof() ? std::optional(std::move(all)) : std::nullopt;
}

file_changes::~file_changes() {
    for (const std::string& left : take_back()) {
        print_error("mayhem: " + left);
    }
}

void file_changes::create(const std::filesystem::path& file, const std::string& content) {
    const signals_held until_noted;
    std::error_code unknown;
    if (std::filesystem::exists(std::filesystem::symlink_status(file, unknown))) {
        if (read_whole(file) == content) {
            return;
        }
        throw cannot_write(file.string() + " is there already, with something else in it: look at it, and remove it");
    }
    const readable_files mode;
    output_file(file).write(content);
    changes_.push_back({file, std::nullopt, content});
}

void file_changes::replace(const std::filesystem::path& file, const std::string& expected, const std::string& content) {
    const signals_held until_noted;
    if (read_whole(file) != expected) {
        throw cannot_write(file.string() + " has been changed meanwhile: try again");
    }
    output_file(file).write(content);
    changes_.push_back({file, expected, content});
}

std::vector<std::string> file_changes::take_back() {
    const signals_held until_done;
    std::vector<std::string> left;
    for (; !changes_.empty(); changes_.pop_back()) {
        const change& c = changes_.back();
        if (read_whole(c.file) != c.after) {
            left.push_back(c.file.string() + " has been changed meanwhile, and is left as it is");
            continue;
        }
        try {
            if (c.before) {
                output_file(c.file).write(*c.before);
            } else {
                std::filesystem::remove(c.file);
            }
        } catch (const std::exception& e) {
            left.push_back(c.file.string() + " could not be put back as it was: " + e.what());
        }
    }
    return left;
}

}  // namespace mayhem::cli
