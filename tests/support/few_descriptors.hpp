#pragma once

#include <fcntl.h>
#include <sys/resource.h>

namespace mayhem::test {

/// While it lives, no more than so many descriptors can be opened, whichever numbers the open ones have.
class few_descriptors {
public:
    explicit few_descriptors(rlim_t spare) {
        (void)::getrlimit(RLIMIT_NOFILE, &before_);
        rlimit fewer = before_;
        fewer.rlim_cur = first_without(spare);
        (void)::setrlimit(RLIMIT_NOFILE, &fewer);
    }
    ~few_descriptors() { (void)::setrlimit(RLIMIT_NOFILE, &before_); }
    few_descriptors(const few_descriptors&) = delete;
    few_descriptors& operator=(const few_descriptors&) = delete;

private:
    /// The first free number above `spare` free ones.
    static rlim_t first_without(rlim_t spare) {
        int number = 0;
        for (rlim_t free = 0;; ++number) {
            const bool is_free = ::fcntl(number, F_GETFD) < 0;
            if (is_free && free++ == spare) {
                return static_cast<rlim_t>(number);
            }
        }
    }

    rlimit before_{};
};

}  // namespace mayhem::test
