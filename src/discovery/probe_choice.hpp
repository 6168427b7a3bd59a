#pragma once

#include <span>
#include <string>
#include <vector>

#include "discovery/host_facts.hpp"

namespace mayhem::app {

/// The URLs that are worth a try, the best first: those by which servers tell of their health, where the port is one
/// that web servers have. Of any other port none is: what is no web server may take a request for an attack, as Redis
/// does, and says so in its log. Pure.
[[nodiscard]] std::vector<std::string> urls_to_try(const listener& l);

/// The value of `probe` for who listens there, as TOML has it: a URL where one answers, or else a connection; several
/// are a list. Empty where nothing is evident: nobody listens, or only on ports that are drawn anew at each start
/// (Linux: 32768 and above). Pure.
[[nodiscard]] std::string choose_probe(std::span<const listener> listens);

}  // namespace mayhem::app
