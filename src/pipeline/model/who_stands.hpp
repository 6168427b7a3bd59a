#pragma once

#include "mayhem/async/clock.hpp"
#include "mayhem/async/loop.hpp"
#include "mayhem/core/target.hpp"
#include "pipeline/model/acted_incarnations.hpp"
#include "pipeline/model/group.hpp"

namespace mayhem::pipeline {

/// Who is in a list may be gone all the same: whom somebody was acting on when the look began (`acted_on`), and who was
/// acted on before and has not gone so far. Everything outlives it.
struct who_stands {
    const group& g;
    const group_state::all_acted_on& acted_on;
    const acted_incarnations& acted;
    async::clock::time_point now = async::this_loop().turn_time();

    bool operator()(const core::target& t) const {
        return !acted_on.contains(t) && !g.state.is_acted_on(t) && !acted.is_taken(t, g, now);
    }
};

}  // namespace mayhem::pipeline
