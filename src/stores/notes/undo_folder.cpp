#include "stores/notes/undo_folder.hpp"

#include <cctype>
#include <cerrno>
#include <cstdint>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/run_blocking.hpp"
#include "mayhem/core/errors.hpp"
#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "system/unique_fd.hpp"
#include "system/write_all.hpp"

namespace mayhem::stores {

namespace {

constexpr std::string_view suffix = ".json";
constexpr std::string_view former_action = "pause";

[[noreturn]] void fail(const std::filesystem::path& file) {
    throw std::system_error(errno, std::generic_category(),
                            "cannot keep the record of what must be undone in " + file.string());
}

void write_durably(const std::filesystem::path& file, std::string_view text) {
    const system::unique_fd fd(::open(file.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
    if (!fd || !system::write_all(fd.get(), text) || ::fsync(fd.get()) != 0) {
        fail(file);
    }
}

void sync_folder(const std::filesystem::path& folder) {
    const system::unique_fd fd(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!fd || ::fsync(fd.get()) != 0) {
        fail(folder);
    }
}

std::filesystem::path folder_in(const std::filesystem::path& state) { return state / "spans"; }
std::filesystem::path former_folder_in(const std::filesystem::path& state) { return state / "paused"; }

/// A file name, whatever the text; no two texts have the same.
std::string as_file_name(std::string_view text) {
    std::string name;
    for (const char c : text) {
        const auto u = static_cast<unsigned char>(c);
        const bool is_plain = std::isalnum(u) != 0 || c == '-' || c == '_';
        name += is_plain ? std::string(1, c) : fmt::format("%{:02x}", u);
    }
    return name;
}

/// What `change` throws comes as text, for it is thrown on a thread.
template <typename F>
std::string trouble_of(const F& change) {
    try {
        change();
        return {};
    } catch (const std::exception& e) {
        return e.what();
    }
}

void put(const std::filesystem::path& file, const ports::undo_note& n) {
    std::filesystem::create_directories(file.parent_path());
    nlohmann::json text{
        {"action", n.action}, {"subject", n.subject}, {"life", n.life}, {"where", n.where}, {"name", n.name}};
    for (const core::changed_number& c : n.numbers) {
        text["numbers"].push_back({c.name, c.of, c.before, c.ours});
    }
    const std::filesystem::path draft = file.string() + ".new";
    const bool is_new = !std::filesystem::exists(file);  // otherwise it also stands for one before
    try {
        write_durably(draft, core::json_text(text));
        std::filesystem::rename(draft, file);
        sync_folder(file.parent_path());
    } catch (...) {
        std::error_code ignored;  // what cannot be removed either is found not to stand at the next start
        std::filesystem::remove(draft, ignored);
        if (is_new) {
            std::filesystem::remove(file, ignored);
        }
        throw;
    }
}

class note_reader {
public:
    explicit note_reader(const std::filesystem::path& file) {
        std::ifstream stream(file);
        const std::string text{std::istreambuf_iterator<char>(stream), {}};
        parsed_ = core::parse_json<nlohmann::json>(text);
        is_whole_ = parsed_.is_object();
    }

    std::string operator()(const char* key) {
        const bool is_there = is_whole_ && parsed_.contains(key) && parsed_[key].is_string();
        std::string text = is_there ? parsed_[key].get<std::string>() : "";
        is_whole_ = is_whole_ && !text.empty();
        return text;
    }

    /// None at all is whole, and one that is none is not.
    std::vector<core::changed_number> numbers() {
        std::vector<core::changed_number> all;
        if (!is_whole_ || !parsed_.contains("numbers")) {
            return all;
        }
        const nlohmann::json& list = parsed_["numbers"];
        is_whole_ = list.is_array() && !list.empty();
        for (const nlohmann::json& each : is_whole_ ? list : nlohmann::json::array()) {
            is_whole_ = is_whole_ && each.is_array() && each.size() == 4 && each[0].is_string() &&
                        each[1].is_string() && each[2].is_number_unsigned() && each[3].is_number_unsigned();
            if (is_whole_) {
                all.push_back({each[0].get<std::string>(), each[1].get<std::string>(), each[2].get<std::uint64_t>(),
                               each[3].get<std::uint64_t>()});
            }
        }
        return all;
    }
    [[nodiscard]] bool is_whole() const noexcept { return is_whole_; }

private:
    nlohmann::json parsed_;
    bool is_whole_ = false;
};

ports::undo_note read(note_reader& take) {
    ports::undo_note n;
    n.action = take("action");
    n.subject = take("subject");
    n.life = take("life");
    n.where = take("where");
    n.name = take("name");
    n.numbers = take.numbers();
    return n;
}

ports::undo_note read_former(note_reader& take) {
    ports::undo_note n;
    n.action = former_action;
    n.subject = take("container_id");
    n.life = take("started_at");
    n.where = take("socket");
    n.name = "container " + take("name");
    return n;
}

void read_all(const std::filesystem::path& folder, ports::undo_note (*how)(note_reader&),
              ports::undo_notes::found& into) {
    if (!std::filesystem::exists(folder)) {
        return;
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.path().extension() != suffix) {
            continue;  // a draft: what it was for has never begun
        }
        note_reader take(entry.path());
        ports::undo_note n = how(take);
        if (take.is_whole()) {
            into.notes.push_back(std::move(n));
        } else {
            into.unreadable.push_back(entry.path().string());
        }
    }
}

}  // namespace

std::filesystem::path undo_folder::file_of(const ports::undo_note& n) const {
    return folder_in(state_folder_) / (as_file_name(n.action) + "." + as_file_name(n.subject) + std::string(suffix));
}

async::awaitable<void> undo_folder::add(ports::undo_note n) {
    const async::frame here;
    const std::string trouble =
        co_await async::run_blocking(threads_, [file = file_of(n), &n] { return trouble_of([&] { put(file, n); }); });
    if (!trouble.empty()) {
        throw core::store_failed(trouble);
    }
}

async::awaitable<void> undo_folder::remove(ports::undo_note n) {
    const async::frame here;
    const std::filesystem::path former =
        n.action == former_action ? former_folder_in(state_folder_) / (as_file_name(n.subject) + std::string(suffix))
                                  : std::filesystem::path();
    const std::string trouble = co_await async::run_blocking(threads_, [file = file_of(n), former] {
        return trouble_of([&] {
            std::filesystem::remove(file);
            std::filesystem::remove(former);
        });
    });
    if (!trouble.empty()) {
        throw core::store_failed(trouble);
    }
}

async::awaitable<ports::undo_notes::found> undo_folder::all() {
    const async::frame here;
    ports::undo_notes::found known = co_await async::run_blocking(threads_, [state = state_folder_] {
        ports::undo_notes::found read_so_far;
        const auto look_into = [&read_so_far](const std::filesystem::path& folder, auto how) {
            const std::string trouble = trouble_of([&] { read_all(folder, how, read_so_far); });
            if (!trouble.empty()) {
                read_so_far.unreadable.push_back(folder.string() + " (" + trouble + ")");
            }
        };
        look_into(folder_in(state), &read);
        look_into(former_folder_in(state), &read_former);
        return read_so_far;
    });
    co_return known;
}

}  // namespace mayhem::stores
