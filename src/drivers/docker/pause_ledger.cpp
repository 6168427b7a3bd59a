#include "drivers/docker/pause_ledger.hpp"

#include <cerrno>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "system/unique_fd.hpp"
#include "system/write_all.hpp"

namespace mayhem::drivers {

namespace {

constexpr std::string_view suffix = ".json";

[[noreturn]] void fail(const std::filesystem::path& file) {
    throw std::system_error(errno, std::generic_category(), "cannot keep the record of a pause in " + file.string());
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

bool read(const std::filesystem::path& file, pause_note& n) {
    std::ifstream stream(file);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const nlohmann::json parsed = core::parse_json<nlohmann::json>(text);
    if (!parsed.is_object()) {
        return false;
    }
    const auto take = [&parsed](const char* key, std::string& to) {
        const bool is_there = parsed.contains(key) && parsed[key].is_string();
        to = is_there ? parsed[key].get<std::string>() : "";
        return is_there && !to.empty();
    };
    return take("socket", n.socket) && take("container_id", n.container_id) && take("started_at", n.started_at) &&
           take("name", n.name);
}

}  // namespace

std::filesystem::path pause_ledger::file_of(const pause_note& n) const {
    return folder_ / (n.container_id + std::string(suffix));
}

void pause_ledger::add(const pause_note& n) const {
    std::filesystem::create_directories(folder_);
    const nlohmann::json text{
        {"socket", n.socket}, {"container_id", n.container_id}, {"started_at", n.started_at}, {"name", n.name}};
    const std::filesystem::path file = file_of(n);
    const std::filesystem::path draft = file.string() + ".new";
    const bool is_new = !std::filesystem::exists(file);  // otherwise it also stands for a pause before
    try {
        write_durably(draft, core::json_text(text));
        std::filesystem::rename(draft, file);
        sync_folder(folder_);
    } catch (...) {
        std::error_code ignored;  // what cannot be removed either is found to be no pause at the next start
        std::filesystem::remove(draft, ignored);
        if (is_new) {
            std::filesystem::remove(file, ignored);
        }
        throw;
    }
}

void pause_ledger::remove(const pause_note& n) const { std::filesystem::remove(file_of(n)); }

std::vector<pause_note> pause_ledger::all(std::vector<std::string>& unreadable) const {
    std::vector<pause_note> notes;
    if (!std::filesystem::exists(folder_)) {
        return notes;
    }
    for (const auto& entry : std::filesystem::directory_iterator(folder_)) {
        if (entry.path().extension() != suffix) {
            continue;  // a draft: its pause has never begun
        }
        pause_note n;
        if (read(entry.path(), n)) {
            notes.push_back(std::move(n));
        } else {
            unreadable.push_back(entry.path().string());
        }
    }
    return notes;
}

}  // namespace mayhem::drivers
