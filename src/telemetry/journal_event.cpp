#include "telemetry/journal_event.hpp"

#include <array>
#include <cstddef>

namespace mayhem::telemetry {

namespace {

struct step_entry {
    ports::step_kind kind;
    std::string_view id;
    bool is_outcome = false;
};

using enum ports::step_kind;

constexpr std::array steps{
    step_entry{published, "3f025f4e06ae4de9a89c835e281fcc04"},
    step_entry{pulled, "6a9e4b3bcdf04f679aa788e48d0da020"},
    step_entry{extended, "15755226c0a24b9c8c347412a092f8c6"},
    step_entry{saved, "bf8acb87a87845f0a40d3acc09fc5507"},
    step_entry{restarted, "9eba2293e656497380397cf9e321f940"},
    step_entry{fault_begun, "b8ee361386504e7aa81cc78518d2ccf0"},
    step_entry{fault_ended, "fc761d11b9a94cc3ab8d604740eb18d4"},
    step_entry{fault_stuck, "7d5c2a0f3f8e4b0c9a6e1d24b8f07c35", true},
    step_entry{restart_failed, "bbdff512507742f0b770c5c534ded450", true},
    step_entry{failed, "41870ee0488541d48baaab996bfa7c43", true},
    step_entry{recovered, "01b1f5766b11491eb4e5ae82067bab99", true},
    step_entry{not_recovered, "532a0f1efc304c7fb3bd07afda54c300", true},
    step_entry{unstable, "295a3529aec845daa3f85adccda8c114", true},
    step_entry{not_tolerated, "49cf275622bd439c8e64ddbb76d2cb64", true},
    step_entry{aborted, "0f6c3f0f2a5f4d1e9b1f0c6a7d3e5b84", true},
    step_entry{no_effect, "c0203f64c84c44e68eeb032eb5e0a7dc", true},
    step_entry{taken_over, "4b8d1332f0ee4af685dee3dbbb9f4783", true},
    step_entry{not_ended, "525d95cd7e424043830dba6eedb4ed7d", true},
    step_entry{refused, "edef3b3068774038bf2b6800779a5a5c", true},
    step_entry{breaker_opened, "0251bf5dd6f04f869386ee3cd99c501a"},
    step_entry{lease_lost, "678f57cb05234f54b571234f704a144a", true},
    step_entry{acked, "eccce8d9d09d4b26a216a4833c6406bc"},
    step_entry{nacked, "816fb689eb2341c2ab2c5ecc54458699"},
    step_entry{dead_lettered, "a4dfca3dedf6464d851e6804c40d54ab"},
};

constexpr std::array<std::string_view, 6> events{
    "7e4c963e2a334a5b91be32d8da9b7dd1",  // started
    "6d1d759fc4be431f8d6f2e1d331a0733",  // ended
    "154899496c9647c4bc62d1dbca687aef",  // halted
    "b6bcfa396bb1454196b33f28d61e2ab7",  // resumed
    "a6eeb9acd0104391a563ee9a788e5529",  // requested
    "932fb59ebdd9418383e8cfa00eaad36b",  // skipped
};

constexpr bool stand_in_order() {
    for (std::size_t i = 0; i < steps.size(); ++i) {
        if (static_cast<std::size_t>(steps[i].kind) != i) {
            return false;
        }
    }
    return steps.back().kind == dead_lettered;
}
static_assert(stand_in_order());
static_assert(events.size() == static_cast<std::size_t>(journal_event::skipped) + 1);

const step_entry& entry_of(ports::step_kind k) noexcept { return steps[static_cast<std::size_t>(k)]; }

}  // namespace

std::string_view id_of(journal_event e) noexcept { return events[static_cast<std::size_t>(e)]; }

std::string_view id_of(ports::step_kind k) noexcept { return entry_of(k).id; }

std::string_view outcome_of(ports::step_kind k) noexcept { return entry_of(k).is_outcome ? to_string(k) : ""; }

}  // namespace mayhem::telemetry
