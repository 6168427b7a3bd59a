#include "sim/judge/when.hpp"

namespace mayhem::sim {

bool is_certainly_before(const when& a, const when& b, core::duration by) noexcept {
    if (a.steady.latest + by < b.steady.earliest) {
        return true;
    }
    return by == core::duration{0} && a.steady.is_point() && a.steady == b.steady && a.seq < b.seq;
}

bool is_possibly_before(const when& a, const when& b) noexcept { return !is_certainly_before(b, a); }

}  // namespace mayhem::sim
