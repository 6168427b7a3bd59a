#include "pipeline/model/restart_requests.hpp"

#include <algorithm>
#include <utility>

namespace mayhem::pipeline {

std::shared_ptr<restart_request> restart_requests::open(core::message m) {
    if (kept_.size() == kept_max) {
        const auto over = std::ranges::find_if(kept_, [](const auto& r) { return r->is_over() || !r->is_journalled; });
        if (over == kept_.end()) {
            return nullptr;
        }
        kept_.erase(over);
    }
    kept_.push_back(std::make_shared<restart_request>());
    kept_.back()->message = std::move(m);
    return kept_.back();
}

std::shared_ptr<restart_request> restart_requests::find(const core::uuid& message) const noexcept {
    const auto found = std::ranges::find_if(kept_, [&message](const auto& r) { return r->message.id == message; });
    return found == kept_.end() ? nullptr : *found;
}

void restart_requests::drop(const core::uuid& message) noexcept {
    std::erase_if(kept_, [&message](const auto& r) { return r->message.id == message; });
}

void restart_requests::note_journal(const core::message& m, const std::string& trouble) {
    if (const std::shared_ptr<restart_request> r = find(m.id)) {
        r->is_journalled = trouble.empty();
        r->trouble = trouble;
        r->changed.set();
    }
}

void restart_requests::note_refusal(const core::message& m, core::guard by, const core::guard_facts& facts) {
    if (const std::shared_ptr<restart_request> r = find(m.id)) {
        r->explanation = core::explain(by, facts);
    }
}

void restart_requests::note_end_of_asked(const core::message& m, const core::outcome& o) {
    const std::shared_ptr<restart_request> r = find(m.id);
    if (r == nullptr) {
        return;
    }
    if (o.refused_by && r->explanation.empty()) {
        r->explanation = o.error.empty() ? "seen right before the act itself" : o.error;
    }
    r->last = o;
    r->changed.set();
}

}  // namespace mayhem::pipeline
