#include "sim/disk/disk.hpp"

#include <algorithm>

#include "mayhem/async/assertion.hpp"
#include "sim/disk/disk_process.hpp"

namespace mayhem::sim {
namespace {

std::string_view folder_name(std::string_view path) {
    MAYHEM_ASSERT(path.starts_with('/'), "a path on a simulated disk is absolute");
    return path.substr(0, path.rfind('/') + 1);
}

}  // namespace

disk::~disk() { MAYHEM_ASSERT(processes_.empty(), "a simulated disk outlives the processes that use it"); }

void disk::power_cut() {
    core::random_source how = dice_.stream("power loss " + std::to_string(power_cuts_));
    power_cut(power_loss::draw(how));
}

void disk::power_cut(const power_loss& how) {
    for (disk_process* const p : processes_) {
        p->kill();
    }
    core::random_source dice = dice_.stream("power cut " + std::to_string(power_cuts_++));
    for (auto& [name, files] : folders_) {
        files.lose_power(how, dice);
    }
}

const bytes* disk::find(std::string_view path) const {
    const auto files = folders_.find(folder_name(path));
    const std::shared_ptr<inode> found = files == folders_.end() ? nullptr : files->second.find(path);
    return found ? &found->contents.seen() : nullptr;
}

std::vector<std::string> disk::paths() const {
    std::vector<std::string> all;
    for (const auto& [name, files] : folders_) {
        for (const auto& [path, file] : files.entries()) {
            all.push_back(path);
        }
    }
    std::sort(all.begin(), all.end());
    return all;
}

void disk::put(const std::string& path, bytes contents) {
    auto file = std::make_shared<inode>();
    file->contents = file_contents(std::move(contents));
    folder& files = folder_of(path);
    files.link(path, std::move(file));
    files.sync();
}

void disk::remove(const std::string& path) {
    folder& files = folder_of(path);
    files.unlink(path);
    files.sync();
}

folder& disk::folder_of(std::string_view path) {
    const std::string_view name = folder_name(path);
    const auto found = folders_.find(name);
    return found != folders_.end() ? found->second : folders_[std::string(name)];
}

std::uint64_t disk::room() const noexcept {
    if (capacity_ == unlimited) {
        return unlimited;
    }
    std::uint64_t used = 0;
    for (const auto& [name, files] : folders_) {
        for (const auto& [path, file] : files.entries()) {
            used += file->contents.seen().size();
        }
    }
    return used < capacity_ ? capacity_ - used : 0;
}

core::random_source disk::enter(disk_process& p) {
    processes_.push_back(&p);
    return dice_.stream("process " + std::to_string(beginnings_++));
}

void disk::leave(disk_process& p) noexcept {
    std::erase(processes_, &p);
    if (active_ == &p) {
        active_ = nullptr;
    }
}

}  // namespace mayhem::sim
