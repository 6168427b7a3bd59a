#pragma once

#include <filesystem>
#include <vector>

#include <sys/types.h>

namespace mayhem::system {

/// For root that works in a folder of somebody else, who may have laid links there: while it lives, the calling thread
/// touches files with the rights of whom they belong to, so that nobody gets done through root what he may not do
/// himself. Nothing for other users. Commands that start, one at a time.
class owner_rights {
public:
    /// Those of the owner of `file`; where that is no regular file (yet), of the folder that it is in, or will be, or
    /// of somebody who has laid a link on the way there. Throws `std::system_error` if they cannot be taken.
    explicit owner_rights(const std::filesystem::path& file);
    ~owner_rights();
    owner_rights(const owner_rights&) = delete;
    owner_rights& operator=(const owner_rights&) = delete;

    /// Whether `file` was a link when its owner was looked up. If not, it is opened without following one: it may have
    /// been laid since.
    [[nodiscard]] bool is_link() const noexcept { return is_link_; }

private:
    void drop(uid_t uid, gid_t gid);
    void restore() const noexcept;

    bool is_link_ = false;
    bool has_dropped_ = false;
    std::vector<gid_t> groups_;
};

}  // namespace mayhem::system
