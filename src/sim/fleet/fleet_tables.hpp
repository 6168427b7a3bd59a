#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "fleet/ledger.hpp"
#include "fleet/sql/migrations.hpp"
#include "mayhem/core/plan/zone.hpp"
#include "mayhem/core/text/uuid.hpp"
#include "mayhem/core/time.hpp"

namespace mayhem::sim {

/// What a fleet's database refuses; nothing of the call has happened.
struct call_refused : std::runtime_error {
    call_refused(std::string_view code, const std::string& text) : std::runtime_error(text), sqlstate(code) {}
    std::string sqlstate;
};

/// A number of members, or a percentage of them.
struct member_limit {
    std::uint64_t value = 0;
    bool is_percent = false;

    friend bool operator==(const member_limit&, const member_limit&) = default;
};

/// The limits of a group over the whole fleet; zero: none.
struct fleet_terms {
    member_limit min_healthy{};
    member_limit max_unavailable{};
    std::uint64_t max_per_day = 0;
    std::uint64_t max_per_hour = 0;
    std::uint64_t max_failures = 0;
    core::duration tolerance = std::chrono::seconds{10};
    core::duration lost_after = std::chrono::seconds{360};
    std::string zone = "UTC";
    bool may_majority_adopt = false;

    friend bool operator==(const fleet_terms&, const fleet_terms&) = default;
};

/// As a daemon writes them (`ledger::propose`). Throws `call_refused`.
[[nodiscard]] fleet_terms terms_in(std::string_view json);

/// The zone by whose clocks they count. Throws `call_refused`.
[[nodiscard]] core::zone zone_of(const std::string& name);

/// A fleet's database in memory: the same tables, and for each function of src/fleet/sql one that does the same, with
/// the time given. A value: a copy is what a standby has. Each call is a transaction, and throws `call_refused` before
/// it has changed anything.
class fleet_tables {
public:
    struct host {
        core::uuid life{};
        std::uint64_t life_number = 0;
        core::uuid record{};
        std::string machine{};
        core::wall_time seen_at = core::wall_time::min();
        bool is_leaving = false;
        bool has_spoken = false;
    };
    struct group {
        std::uint64_t version = 0;
        std::string plan;
        fleet_terms terms;
        core::wall_time last{};
        fleet::draw_position draw{};
        std::uint64_t failures = 0;
        std::uint64_t census = 0;
        std::string proposer{};
        core::wall_time proposing_until = core::wall_time::min();
        std::optional<std::string> breaker{};
    };
    enum class act_state { granted, claimed, settled, revoked, lost };
    struct act {
        std::string group;
        core::wall_time planned_at{};
        std::string host;
        fleet::offer victim;
        core::wall_time expires_at{};
        core::wall_time census_at{};
        act_state state = act_state::granted;
        bool counts = true;
        core::wall_time granted_at{};
        std::optional<core::wall_time> claimed_at{};
        core::uuid life{};
        core::uuid nonce{};
        std::string verdict{};
    };

    [[nodiscard]] static bool is_open(const act& a) noexcept {
        return a.state == act_state::granted || a.state == act_state::claimed;
    }

    /// What was decided, in order; for the judge.
    struct entry {
        core::wall_time at{};
        std::string group;
        std::uint64_t version = 0;
        std::string what;
        std::string who;
        core::uuid message{};
        std::string detail{};
    };

    fleet::ledger_schema schema{.version = fleet::newest_version(), .reads_from = fleet::newest_version()};

    // What operators do.
    void add_host(const std::string& name) { hosts_.try_emplace(name); }
    void adopt(const std::string& name, const std::string& plan, const fleet_terms& terms, core::wall_time now);
    int resume(const std::string& name, core::wall_time now);
    bool close_breaker(const std::string& name, core::wall_time now);
    void accept_loss(const std::string& name, core::wall_time now);

    // What daemons do: `by` is the host that is logged in, in the life that it says.
    struct speaker {
        std::string host;
        core::uuid life;
    };
    fleet::greeting hello(const speaker& by, const fleet::newcomer& n, core::wall_time now);
    fleet::heartbeat beat(const speaker& by, bool leaving, core::wall_time now);
    [[nodiscard]] fleet::fleet_news poll(const speaker& by, core::wall_time now) const;
    std::optional<fleet::census_question> ask(const speaker& by, const std::string& name, core::wall_time moment,
                                              core::wall_time now);
    fleet::group_standing answer(const speaker& by, const fleet::census_answer& a, core::wall_time now);
    [[nodiscard]] fleet::turnout answered(const std::string& name, std::optional<std::uint64_t> census,
                                          core::wall_time moment, core::wall_time now) const;
    fleet::decided decide(const speaker& by, const fleet::moment_case& c, core::wall_time now);
    [[nodiscard]] std::optional<fleet::granted_act> grant_of(const speaker& by, core::uuid message) const;
    [[nodiscard]] std::vector<fleet::granted_act> left_over(const speaker& by) const;
    fleet::claimed claim(const speaker& by, const fleet::claim_case& c, core::wall_time now);
    fleet::settled_act settle(const speaker& by, const fleet::settlement_case& s, core::wall_time now);
    bool note(const speaker& by, const fleet::attempt_note& n);
    fleet::proposed propose(const speaker& by, const std::string& name, const std::string& plan,
                            const std::string& terms, std::uint64_t known, core::wall_time now);
    fleet::halt_standing halt(core::uuid id, const std::string& name, const std::string& by, core::wall_time now);

    /// The server has crashed: what is kept in no log is gone.
    void crash() {
        answers_.clear();
        votes_.clear();
    }

    static constexpr core::duration grant_valid = std::chrono::seconds{10};
    static constexpr core::duration census_valid = std::chrono::seconds{5};

    [[nodiscard]] const std::map<core::uuid, act>& acts() const noexcept { return acts_; }
    [[nodiscard]] const std::map<std::string, group>& groups() const noexcept { return groups_; }
    [[nodiscard]] const std::vector<entry>& journal() const noexcept { return journal_; }
    [[nodiscard]] bool is_halted(const std::string& name) const;

    /// Which life speaks for the host; none: nobody has yet.
    [[nodiscard]] core::uuid life_of(const std::string& name) const { return hosts_.at(name).life; }

private:
    using of_group = std::pair<std::string, std::string>;  ///< a group, and a host in it

    struct said {
        core::uuid life;
        fleet::census_answer what;
        core::wall_time moment = core::wall_time::min();
        core::wall_time at{};
    };
    struct vote {
        core::uuid life;
        std::string plan;
        fleet_terms terms;
        core::wall_time since{};
    };
    struct halted {
        std::string group;  ///< empty: all
        core::wall_time at{};
        bool is_over = false;
    };

    /// Whose answers are asked for.
    struct question {
        std::optional<std::uint64_t> census;
        core::wall_time moment{};
    };
    struct weight {
        std::uint64_t answers = 0;
        std::int64_t healthy = 0;
        std::int64_t under_way = 0;
        std::uint64_t members = 0;
        std::int64_t down = 0;
        std::uint64_t today = 0;
        std::uint64_t this_hour = 0;
        core::wall_time oldest = core::wall_time::max();
    };
    struct victim {
        std::string host;
        unsigned lap = 0;
        fleet::offer who;
    };

    const host& must_be_host(const speaker& by) const;
    group& lock(const std::string& name, std::optional<std::uint64_t> known);
    [[nodiscard]] const group& find(const std::string& name) const;
    void open_breaker(group& g, const std::string& why);
    void note_down(const std::string& name, const group& g, core::wall_time now, std::string what, std::string who,
                   core::uuid message, std::string detail = {});
    void sweep(const std::string& name, group& g, core::wall_time now);
    [[nodiscard]] const said* believed(const std::string& name, const group& g, const std::string& host,
                                       const question& q, core::wall_time now) const;
    [[nodiscard]] weight weigh(const std::string& name, const group& g, const question& q, core::wall_time now) const;
    [[nodiscard]] std::optional<victim> next_victim(const std::string& name, const group& g, const question& q,
                                                    core::wall_time now) const;
    [[nodiscard]] bool may_fall(const std::string& name, const std::string& host, const fleet::offer& o) const;
    [[nodiscard]] std::pair<std::uint64_t, std::uint64_t> members_of(const std::string& name,
                                                                     core::wall_time now) const;
    [[nodiscard]] bool wants_other_offers(const std::string& name, const group& g, const question& q,
                                          core::wall_time now) const;

    std::map<std::string, host> hosts_;
    std::map<std::string, group> groups_;
    std::map<of_group, said> answers_;
    std::map<of_group, std::map<core::wall_time, std::uint32_t>> members_;  ///< the most of each hour
    std::map<of_group, vote> votes_;
    std::map<core::uuid, act> acts_;
    std::map<core::uuid, halted> halts_;
    std::set<std::pair<core::uuid, int>> outcomes_;
    std::vector<entry> journal_;
};

}  // namespace mayhem::sim
