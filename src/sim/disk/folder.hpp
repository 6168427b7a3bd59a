#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/disk/file_contents.hpp"
#include "sim/disk/file_locks.hpp"
#include "sim/disk/memory_locks.hpp"
#include "sim/disk/shared_memory.hpp"

namespace mayhem::sim {

/// A file, under whatever name. Lives as long as it has a name or is open.
struct inode {
    file_contents contents;
    file_locks locks;
    memory_locks index_locks;
    shared_memory index;
};

/// The names of files. Like what is in a file, a new name and a removed one are on the platter only after a sync, of
/// the folder: that of the file is not enough.
class folder {
public:
    using names = std::map<std::string, std::shared_ptr<inode>, std::less<>>;

    [[nodiscard]] std::shared_ptr<inode> find(std::string_view name) const;
    [[nodiscard]] const names& entries() const noexcept { return seen_; }

    /// Replaces what had the name.
    void link(const std::string& name, std::shared_ptr<inode> file);
    void unlink(const std::string& name);

    void sync();

    /// The files too, in the order of their names.
    void lose_power(const power_loss& how, core::random_source& dice);

private:
    using change = std::pair<std::string, std::shared_ptr<inode>>;  ///< null: unlinked

    void make_safe(const change& c);

    names seen_;
    names safe_;
    std::vector<change> unsynced_;
};

}  // namespace mayhem::sim
