#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "mayhem/async/detail/asio.hpp"

namespace mayhem::async::test_asio {

/// An operation as Asio and its users write them, with a handler that takes `Values`: it completes when the test says
/// so, on the handler's executor. A `terminal` cancellation completes it with what `when_cancelled` returns.
template <typename... Values>
class manual_operation {
public:
    std::function<std::tuple<Values...>()> when_cancelled;

    template <typename Token>
    auto async_wait(Token&& token) {
        return asio::async_initiate<Token, void(Values...)>([this](auto handler) { this->start(std::move(handler)); },
                                                            token);
    }

    [[nodiscard]] bool is_waiting() const { return complete_ != nullptr; }

    void complete(Values... values) { std::exchange(complete_, nullptr)(std::tuple<Values...>(std::move(values)...)); }

private:
    template <typename Handler>
    void start(Handler handler) {
        auto slot = asio::get_associated_cancellation_slot(handler);
        auto kept = std::make_shared<Handler>(std::move(handler));
        complete_ = [kept, slot](std::tuple<Values...> values) mutable {
            if (slot.is_connected()) {
                slot.clear();
            }
            asio::post(asio::get_associated_executor(*kept), [kept, values = std::move(values)]() mutable {
                std::apply(std::move(*kept), std::move(values));
            });
        };
        if (slot.is_connected()) {
            slot.assign([this](asio::cancellation_type) {
                if (complete_ && when_cancelled) {
                    std::exchange(complete_, nullptr)(when_cancelled());
                }
            });
        }
    }

    std::function<void(std::tuple<Values...>)> complete_;
};

}  // namespace mayhem::async::test_asio
