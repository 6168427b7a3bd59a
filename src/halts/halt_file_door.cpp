#include "halts/halt_file_door.hpp"

#include <utility>

#include "mayhem/async/frame.hpp"
#include "mayhem/async/with_timeout.hpp"

namespace mayhem::app {

using pipeline::halt_door;

async::awaitable<void> halt_file_door::use(std::filesystem::path file) {
    const async::frame here;
    if (file != file_ || files_ == 0) {
        ++files_;
        file_ = std::move(file);
        is_looking_ = is_late_ = has_been_seen_ = is_watched_ = false;
        trouble_.clear();
    }
    co_await look();
}

async::awaitable<void> halt_file_door::look() {
    const async::frame here;
    if (is_late_) {
        co_return;
    }
    if (!is_looking_) {
        answered_.clear();
        is_looking_ = true;
        const bool is_begun = sight_.look(file_, [this, asked = files_](const halt_look& found, bool is_watched) {
            if (asked == files_) {
                take(found, is_watched);
            }
        });
        if (!is_begun) {
            is_looking_ = false;
            complain("too many looks are not answered");
            co_return;
        }
    }
    const std::uint64_t asked = files_;
    const bool in_time = (co_await async::with_timeout(answered_.wait(), answer_max)).has_value();
    if (!in_time && asked == files_ && is_looking_) {
        is_late_ = true;
        complain("no answer within " + std::to_string(answer_max.count()) + " s");
    }
}

void halt_file_door::take(const halt_look& found, bool is_watched) {
    is_looking_ = is_late_ = false;
    is_watched_ = is_watched;
    if (!found) {
        complain(found.error());
    } else {
        if (!std::exchange(trouble_, {}).empty() && has_been_seen_) {
            log_.info("The halt file {} can be looked at again", file_.string());
        }
        if (*found) {
            take_note(**found);
        } else {
            take_absence();
        }
        has_been_seen_ = true;
    }
    answered_.set();
}

void halt_file_door::take_note(const halt_note& note) {
    const pipeline::halt_reason r{halt_door::file, "the file " + file_.string(), note.since, note.why};
    if (has_been_seen_) {
        doors_.open(r);
    } else {
        doors_.replace(r);
    }
}

void halt_file_door::take_absence() {
    doors_.close(halt_door::file, (has_been_seen_ ? "the removal of " : "the absence of ") + file_.string());
}

void halt_file_door::complain(const std::string& trouble) {
    if (std::exchange(trouble_, trouble) == trouble) {
        return;
    }
    if (!has_been_seen_) {
        doors_.replace({halt_door::file, "the file " + file_.string(), loop_.clock().wall_now(),
                        "it cannot be looked at (" + trouble + "), and counts as being there until it can"});
        return;
    }
    log_.warning(
        "The halt file {} cannot be looked at ({}): it counts as {} until it can, looking again every {} s "
        "and when something changes",
        file_.string(), trouble, doors_.get().is_open(halt_door::file) ? "being there" : "not being there",
        std::chrono::duration_cast<std::chrono::seconds>(sight_.look_again()).count());
}

}  // namespace mayhem::app
