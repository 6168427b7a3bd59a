#include "sim/disk/shared_memory.hpp"

#include <algorithm>

namespace mayhem::sim {

void shared_memory::join(const void* process) {
    if (copy* const mine = find(process)) {
        ++mine->connections;
        return;
    }
    copy joined{.process = process, .connections = 1, .pages = {}};
    if (!copies_.empty()) {
        for (std::size_t i = 0; i < copies_.front().pages.size(); ++i) {
            joined.pages.push_back(std::make_unique<std::byte[]>(region_size_));
        }
    }
    copies_.push_back(std::move(joined));
    switch_to(process);
}

std::byte* shared_memory::region(const void* process, std::size_t index, std::size_t size, bool may_extend) {
    region_size_ = size;
    const regions& mine = find(process)->pages;
    while (index >= mine.size() && may_extend) {
        for (copy& c : copies_) {
            c.pages.push_back(std::make_unique<std::byte[]>(size));
        }
    }
    return index < mine.size() ? mine[index].get() : nullptr;
}

void shared_memory::switch_to(const void* process) {
    copy* const mine = find(process);
    if (mine != nullptr && newest_ != process) {
        bring_up_to_date(*mine);
    }
}

shared_memory::regions shared_memory::leave(const void* process) noexcept {
    copy* const mine = find(process);
    if (mine == nullptr || --mine->connections != 0) {
        return {};
    }
    const auto other =
        std::find_if(copies_.begin(), copies_.end(), [&](const copy& c) { return c.process != process; });
    if (other == copies_.end()) {
        newest_ = nullptr;
    } else if (newest_ == process) {
        bring_up_to_date(*other);
    }
    regions left = std::move(mine->pages);
    std::erase_if(copies_, [process](const copy& c) { return c.process == process; });
    return left;
}

shared_memory::copy* shared_memory::find(const void* process) noexcept {
    const auto found =
        std::find_if(copies_.begin(), copies_.end(), [process](const copy& c) { return c.process == process; });
    return found == copies_.end() ? nullptr : &*found;
}

void shared_memory::bring_up_to_date(copy& c) noexcept {
    if (const copy* const newest = find(newest_)) {
        for (std::size_t i = 0; i < c.pages.size(); ++i) {
            std::copy_n(newest->pages[i].get(), region_size_, c.pages[i].get());
        }
    }
    newest_ = c.process;
}

}  // namespace mayhem::sim
