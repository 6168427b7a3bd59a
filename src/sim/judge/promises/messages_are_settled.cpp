#include <map>

#include "sim/judge/calm.hpp"
#include "sim/judge/promises.hpp"
#include "sim/judge/text.hpp"

namespace mayhem::sim {

namespace {

class messages_are_settled_promise final : public promise {
public:
    using promise::promise;

    void learn(const event& e) override {
        if (const auto* m = std::get_if<journalled>(&e.what)) {
            const open_message o{.host = e.host, .group = m->group, .at = e.at};
            unsettled_.try_emplace(m->message, o);
            unseen_.try_emplace(m->message, o);
        } else if (const auto* q = std::get_if<queue_did>(&e.what)) {
            if (q->step == queue_step::acked || q->step == queue_step::dead_lettered) {
                unsettled_.erase(q->message);
            }
        } else if (const auto* r = std::get_if<recorded_message>(&e.what)) {
            unseen_.erase(r->message);
            if (r->state == message_state::acked || r->state == message_state::dead_lettered) {
                unsettled_.erase(r->message);
            }
        } else if (std::holds_alternative<record_read>(e.what)) {
            read_.insert_or_assign(e.host, e.at);
        }
    }

    void decide(const event& e) override {
        if (!is_over(e)) {
            return;
        }
        std::size_t missed = demand(e, unsettled_, "is neither acked nor dead-lettered");
        for (auto m = unseen_.begin(); m != unseen_.end();) {
            const auto read = read_.find(m->second.host);
            const bool was_read = read != read_.end() && is_certainly_before(m->second.at, read->second);
            if (was_read) {
                ++missed;
                blame(e, m->first, m->second, "is not on record");
            }
            m = was_read ? unseen_.erase(m) : std::next(m);
        }
        read_.clear();
        if (missed == 0) {
            kept();
        }
    }

private:
    struct open_message {
        std::string host;
        std::string group;
        when at;
    };
    using open_messages = std::map<std::string, open_message>;

    std::size_t demand(const event& e, open_messages& all, const char* what) {
        std::size_t missed = 0;
        for (auto m = all.begin(); m != all.end();) {
            const bool is_due = was_due(world_, m->second.host, m->second.at, e.at);
            if (is_due) {
                ++missed;
                blame(e, m->first, m->second, what);
            }
            m = is_due ? all.erase(m) : std::next(m);
        }
        return missed;
    }

    void blame(const event& e, const std::string& id, const open_message& m, const char* what) {
        const std::string text = "message " + id + " of group " + m.group + ", durable " + describe(m.at) + ", " +
                                 what + " when the calm phase is over " + describe(e.at);
        if (const auto excuse = excuse_for(world_, m.host, m.group, e.at)) {
            excused(text + "; " + *excuse);
        } else {
            broken(text, {m.at.seq, e.at.seq});
        }
    }

    open_messages unsettled_;
    open_messages unseen_;  ///< in the record
    std::map<std::string, when> read_;
};

}  // namespace

a_promise messages_are_settled(const known_world& w, findings& f) {
    return std::make_unique<messages_are_settled_promise>("messages_are_settled", w, f);
}

}  // namespace mayhem::sim
