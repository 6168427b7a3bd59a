#pragma once

#include <string>

namespace mayhem::http {

/// What is wrong with a URL that a request shall go to, and what to do, in words that follow its name; empty when it
/// can be used: it begins with http:// or https://, names a host, and a port of 1 to 65535 if it names one. Quotes
/// nothing of the URL, which may be a secret. Does not look the host up.
[[nodiscard]] std::string find_fault(const std::string& url);

/// Whether what is sent to a URL without fault cannot leave this host, by how it is written: to "localhost" or to an
/// address of the loopback. A name that is looked up is not one, whatever its address turns out to be.
[[nodiscard]] bool is_loopback(const std::string& url);

}  // namespace mayhem::http
