#include "sim/judge/when.hpp"

namespace mayhem::sim {

bool is_certainly_before(const when& a, const when& b, core::duration by) noexcept {
    if (a.steady.latest + by < b.steady.earliest) {
        return true;
    }
    return by == core::duration{0} && a.steady.is_point() && a.steady == b.steady && a.seq < b.seq;
}

when later(const when& at, core::duration by) noexcept {
    when then = at;
    then.steady.earliest += by;
    then.steady.latest += by;
    then.wall.earliest += by;
    then.wall.latest += by;
    return then;
}

bool is_possibly_before(const when& a, const when& b) noexcept { return !is_certainly_before(b, a); }

}  // namespace mayhem::sim
