#include "sim/disk/file_contents.hpp"

#include <algorithm>

namespace mayhem::sim {
namespace {

bool happens(unsigned percent, core::random_source& dice) { return dice.below(100) < percent; }

void copy(std::span<const std::byte> from, bytes& to, std::uint64_t at) {
    std::copy(from.begin(), from.end(), to.begin() + static_cast<std::ptrdiff_t>(at));
}

}  // namespace

power_loss power_loss::draw(core::random_source& dice) noexcept {
    power_loss drawn;
    drawn.kept_percent = static_cast<unsigned>(dice.below(101));
    const bool tears = dice.below(2) == 0;
    const auto torn = static_cast<unsigned>(dice.below(60));
    drawn.torn_percent = tears ? torn : 0;
    drawn.junk_percent = static_cast<unsigned>(dice.below(50));
    return drawn;
}

std::size_t file_contents::read(std::span<std::byte> to, std::uint64_t at) const {
    const std::size_t there = at < seen_.size() ? std::min(to.size(), seen_.size() - static_cast<std::size_t>(at)) : 0;
    const auto rest = std::copy_n(seen_.begin() + static_cast<std::ptrdiff_t>(there == 0 ? 0 : at), there, to.begin());
    std::fill(rest, to.end(), std::byte{0});
    return there;
}

void file_contents::write(std::span<const std::byte> from, std::uint64_t at) {
    if (from.empty()) {
        return;
    }
    seen_.resize(std::max<std::size_t>(seen_.size(), at + from.size()));
    copy(from, seen_, at);
    unsynced_.push_back({.at = at, .size = from.size(), .data = written_.size()});
    written_.insert(written_.end(), from.begin(), from.end());
}

void file_contents::truncate(std::uint64_t size) {
    seen_.resize(size);
    unsynced_.push_back({.at = size, .size = 0, .data = 0});
}

void file_contents::sync() {
    for (const change& c : unsynced_) {
        make_safe(c);
    }
    unsynced_.clear();
    written_.clear();
}

void file_contents::drop_unsynced(core::random_source& dice) {
    has_dropped_ = has_dropped_ || !unsynced_.empty();
    make_some_safe({}, dice);
}

void file_contents::lose_power(const power_loss& how, core::random_source& dice) {
    if (unsynced_.empty() && !has_dropped_) {
        return;
    }
    make_some_safe(how, dice);
    seen_ = safe_;
    has_dropped_ = false;
}

void file_contents::make_some_safe(const power_loss& how, core::random_source& dice) {
    for (const change& c : unsynced_) {
        const bool is_kept = happens(how.kept_percent, dice);
        const bool is_torn = happens(how.torn_percent, dice);
        const bool is_junk = happens(how.junk_percent, dice);
        if (is_torn && c.size != 0) {
            make_safe_in_part(c, is_junk, dice);
        } else if (is_kept) {
            grow_safe(c.size == 0 ? 0 : c.at, is_junk, dice);
            make_safe(c);
        }
    }
    unsynced_.clear();
    written_.clear();
}

void file_contents::make_safe(const change& c) {
    if (c.size == 0) {
        safe_.resize(c.at);
        return;
    }
    safe_.resize(std::max<std::size_t>(safe_.size(), c.at + c.size));
    copy(std::span(written_).subspan(c.data, c.size), safe_, c.at);
}

void file_contents::make_safe_in_part(const change& c, bool is_junk, core::random_source& dice) {
    if (happens(50, dice)) {
        grow_safe(c.at + c.size, is_junk, dice);  // a size may be on the platter without what belongs there
    }
    for (std::size_t done = 0; done < c.size;) {
        const std::uint64_t at = c.at + done;
        const std::size_t length = std::min<std::size_t>(c.size - done, sector_size - at % sector_size);
        if (happens(50, dice)) {
            grow_safe(at, is_junk, dice);
            make_safe({.at = at, .size = length, .data = c.data + done});
        }
        done += length;
    }
}

void file_contents::grow_safe(std::uint64_t size, bool is_junk, core::random_source& dice) {
    const std::size_t before = safe_.size();
    if (size <= before) {
        return;
    }
    safe_.resize(size);
    if (is_junk) {
        std::generate(safe_.begin() + static_cast<std::ptrdiff_t>(before), safe_.end(),
                      [&dice] { return static_cast<std::byte>(dice.next()); });
    }
}

}  // namespace mayhem::sim
