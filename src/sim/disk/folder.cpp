#include "sim/disk/folder.hpp"

namespace mayhem::sim {

std::shared_ptr<inode> folder::find(std::string_view name) const {
    const auto found = seen_.find(name);
    return found == seen_.end() ? nullptr : found->second;
}

void folder::link(const std::string& name, std::shared_ptr<inode> file) {
    seen_[name] = file;
    unsynced_.emplace_back(name, std::move(file));
}

void folder::unlink(const std::string& name) {
    if (seen_.erase(name) != 0) {
        unsynced_.emplace_back(name, nullptr);
    }
}

void folder::sync() {
    for (const change& c : unsynced_) {
        make_safe(c);
    }
    unsynced_.clear();
}

void folder::lose_power(const power_loss& how, core::random_source& dice) {
    for (const change& c : unsynced_) {
        if (dice.below(100) < how.kept_percent) {
            make_safe(c);
        }
    }
    unsynced_.clear();
    seen_ = safe_;
    for (const auto& [name, file] : seen_) {
        file->contents.lose_power(how, dice);
    }
}

void folder::make_safe(const change& c) {
    if (c.second) {
        safe_[c.first] = c.second;
    } else {
        safe_.erase(c.first);
    }
}

}  // namespace mayhem::sim
