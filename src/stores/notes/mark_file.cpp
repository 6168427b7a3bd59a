#include "stores/notes/mark_file.hpp"

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "mayhem/core/text/json_text.hpp"
#include "mayhem/core/text/moment_text.hpp"
#include "mayhem/core/text/parse_json.hpp"
#include "system/unique_fd.hpp"
#include "system/write_all.hpp"

namespace mayhem::stores {

namespace {

using nlohmann::json;

std::string member(const json& j, const char* key) {
    const auto found = j.find(key);
    return found != j.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void check(bool worked, const std::filesystem::path& file) {
    if (!worked) {
        throw std::system_error(errno, std::generic_category(), "cannot keep the mark in " + file.string());
    }
}

}  // namespace

std::vector<outside_mark> mark_file::read() const {
    std::ifstream stream(file_);
    const std::string text{std::istreambuf_iterator<char>(stream), {}};
    const json parsed = core::parse_json<json>(text);
    std::vector<outside_mark> marks;
    if (!parsed.is_array()) {
        return marks;
    }
    for (const json& one : parsed) {
        const std::optional<core::wall_time> at =
            one.is_object() ? core::parse_moment(member(one, "at")) : std::nullopt;
        if (at) {
            marks.push_back({.at = *at, .who = member(one, "who"), .text = member(one, "text")});
        }
    }
    std::ranges::stable_sort(marks, {}, &outside_mark::at);
    return marks;
}

void mark_file::add(outside_mark m) const {
    std::vector<outside_mark> marks = read();
    marks.push_back(std::move(m));
    std::ranges::stable_sort(marks, {}, &outside_mark::at);
    json all = json::array();
    const std::size_t left_out = marks.size() - std::min(marks.size(), marks_max);
    for (std::size_t i = left_out; i < marks.size(); ++i) {
        all.push_back({{"at", core::utc_text(marks[i].at)}, {"who", marks[i].who}, {"text", marks[i].text}});
    }
    const std::filesystem::path draft = file_.string() + ".new";
    const system::unique_fd fd(::open(draft.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600));
    check(fd && system::write_all(fd.get(), core::json_text(all)) && ::fsync(fd.get()) == 0, draft);
    std::filesystem::rename(draft, file_);
    const system::unique_fd folder(::open(file_.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    check(folder && ::fsync(folder.get()) == 0, file_);
}

}  // namespace mayhem::stores
