#include "sim/judge/calm.hpp"

#include "sim/judge/text.hpp"

namespace mayhem::sim {

bool was_due(const known_world& w, const std::string& host, const when& since, const when& over, core::duration more) {
    const std::optional<when> calm = w.calm_since(host);
    const core::duration within = w.calm_within() + more;
    return calm && is_certainly_before(*calm, over, within) && is_certainly_before(since, over, within);
}

std::optional<std::string> excuse_for(const known_world& w, const std::string& host,
                                      const std::optional<std::string>& group, const when& over) {
    when from = over;
    from.steady.earliest -= w.calm_within();
    from.steady.latest = from.steady.earliest;
    from.seq = 0;
    const known_trouble* const t = w.find_trouble(host, group, from, over);
    return t == nullptr ? std::nullopt
                        : std::optional("the world was in trouble: " + t->what.what + ", begun " + describe(t->began));
}

}  // namespace mayhem::sim
