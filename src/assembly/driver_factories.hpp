#pragma once

#include <memory>
#include <vector>

#include "assembly/driver_source.hpp"
#include "mayhem/async/blocking.hpp"

namespace mayhem::app {

/// Makes the drivers of every kind in the list, and the probes, for a real machine.
class driver_factories final : public driver_source {
public:
    explicit driver_factories(const drivers::driver_surroundings& s);

    [[nodiscard]] std::unique_ptr<ports::driver> make(const group_config& g, ports::observer& o) override;
    [[nodiscard]] std::unique_ptr<ports::probe> make_probe(const group_config& g) override;
    [[nodiscard]] std::unique_ptr<ports::probe> make_stop_if(const group_config& g) override;

private:
    struct open_kind {
        const drivers::driver_kind* kind;
        std::unique_ptr<drivers::driver_factory> factory;
    };
    async::blocking& threads_;
    std::vector<open_kind> open_;
};

}  // namespace mayhem::app
