#include "actions/holder/filled_disk.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actions/holder/disk_place.hpp"
#include "actions/holder/held_processes.hpp"
#include "actions/holder/holder_rights.hpp"
#include "mayhem/core/text/size_text.hpp"

namespace mayhem::actions {

namespace {

std::string in_words(int error) { return std::generic_category().message(error); }

refusal why_no_file(const std::string& directory, int error) {
    if (error == EOPNOTSUPP || error == EISDIR || error == ENOENT) {
        return {.why = directory + " is on a file system that has no file without a name (O_TMPFILE)",
                .by = core::guard::no_effect_possible};
    }
    return {.why = "cannot make a file in " + directory + ": " + in_words(error) +
                   "; let Mayhem write there (the directory's owner or an ACL, and ReadWritePaths= in its service)"};
}

}  // namespace

std::optional<refusal> filled_disk::begin() {
    const core::disk_fill& wanted = *order_.disk;
    found_place found = find_place(wanted);
    if (found.refused) {
        return std::move(found.refused);
    }
    file_ = system::unique_fd(
        ::openat(found.place.directory.get(), ".", O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
    const int error = errno;
    keep_only({});
    if (!file_) {
        return why_no_file(wanted.directory, error);
    }
    struct stat made{};
    if (::fstat(file_.get(), &made) != 0 || made.st_dev != found.place.device) {
        return refusal{.why = wanted.directory + " is on another file system than a moment ago"};
    }
    const core::disk_space before = space_of(file_.get());
    const core::fill_plan plan = core::plan_fill(wanted, before);
    if (plan.why_not) {
        return refusal{.why = wanted.directory + ": " + *plan.why_not, .by = core::guard::no_effect_possible};
    }
    if (auto refused = take(plan.bytes, before)) {
        return refused;
    }
    if (!is_that_life(table_, order_.first)) {
        return refusal{.why = "pid " + std::to_string(order_.first.pid) + " is another process by now",
                       .by = core::guard::already_restarted};
    }
    return std::nullopt;
}

/// What was asked for and is not seen by whoever asks how full it is, is nothing that was done.
std::optional<refusal> filled_disk::take(std::uint64_t bytes, const core::disk_space& before) {
    const std::string& directory = order_.disk->directory;
    int done = -1;
    do {
        done = ::fallocate(file_.get(), 0, 0, static_cast<off_t>(bytes));
    } while (done != 0 && errno == EINTR);
    if (done != 0) {
        return refusal{.why = "cannot take " + core::format_size(bytes) + " in " + directory + ": " + in_words(errno)};
    }
    taken_ = bytes;
    const core::disk_space after = space_of(file_.get());
    const bool is_reached = after.percent() >= order_.disk->percent;
    const bool has_moved = after.available + bytes / 10 * 9 <= before.available;
    if (!is_reached && !has_moved) {
        return refusal{.why = core::format_size(bytes) + " were taken in " + directory + ", and it is full to " +
                              std::to_string(after.percent()) + " % as before: its file system does not count them",
                       .by = core::guard::no_effect_possible};
    }
    from_to_ = "from " + std::to_string(before.percent()) + " % to " + std::to_string(after.percent()) + " %, " +
               core::format_size(bytes);
    return std::nullopt;
}

std::optional<hold_word> filled_disk::look() {
    const std::uint64_t owed = core::owed(*order_.disk, space_of(file_.get()), taken_);
    if (owed > 0 && ::ftruncate(file_.get(), static_cast<off_t>(taken_ - owed)) == 0) {
        taken_ -= owed;
        given_back_ += owed;
    }
    return std::nullopt;
}

core::seen_effect filled_disk::effect() {
    return {.text =
                given_back_ == 0 ? from_to_ : from_to_ + ", " + core::format_size(given_back_) + " of it given back"};
}

}  // namespace mayhem::actions
