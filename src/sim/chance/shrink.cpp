#include "sim/chance/shrink.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::sim {

namespace {

class shrinking {
public:
    shrinking(throws all, const std::function<bool(const std::set<dice::one>&)>& is_broken_with, std::size_t tries)
        : left_(std::move(all)), is_broken_with_(is_broken_with), tries_(tries) {}

    void leave_out_kinds() {
        std::set<fault> kinds;
        for (const dice::one& o : left_) {
            kinds.insert(o.first);
        }
        for (const fault kind : kinds) {
            throws fewer;
            std::ranges::remove_copy(left_, std::back_inserter(fewer), kind, &dice::one::first);
            (void)try_with(std::move(fewer));
        }
    }

    void leave_out_parts() {
        for (std::size_t size = (left_.size() + 1) / 2; size > 0; size = size == 1 ? 0 : (size + 1) / 2) {
            for (std::size_t from = 0; from < left_.size();) {
                const std::size_t to = std::min(from + size, left_.size());
                throws fewer(left_.begin(), left_.begin() + static_cast<std::ptrdiff_t>(from));
                fewer.insert(fewer.end(), left_.begin() + static_cast<std::ptrdiff_t>(to), left_.end());
                from = try_with(std::move(fewer)) ? from : to;
            }
        }
    }

    [[nodiscard]] throws result() { return std::move(left_); }

private:
    bool try_with(throws fewer) {
        if (tries_ == 0) {
            return false;
        }
        --tries_;
        const bool is_enough = is_broken_with_({fewer.begin(), fewer.end()});
        if (is_enough) {
            left_ = std::move(fewer);
        }
        return is_enough;
    }

    throws left_;
    const std::function<bool(const std::set<dice::one>&)>& is_broken_with_;
    std::size_t tries_;
};

}  // namespace

throws shrink(throws all, const std::function<bool(const std::set<dice::one>&)>& is_broken_with, std::size_t tries) {
    shrinking s(std::move(all), is_broken_with, tries);
    s.leave_out_kinds();
    s.leave_out_parts();
    return s.result();
}

}  // namespace mayhem::sim
