#pragma once

#include "mayhem/async/loop.hpp"

namespace mayhem::async {

namespace detail {

/// A function on the ready list, run on behalf of `branch`.
template <typename Function>
class function_node final : public ready_node {
public:
    template <typename F>
    static function_node& make(branch* b, F&& f) {
        asio::recycling_allocator<function_node> allocator;
        return *::new (static_cast<void*>(allocator.allocate(1))) function_node(b, std::forward<F>(f));
    }

private:
    template <typename F>
    function_node(branch* b, F&& f) : ready_node(&perform_function), branch_(b), function_(std::forward<F>(f)) {}

    static void perform_function(ready_node& self, action a) {
        auto& node = static_cast<function_node&>(self);
        branch* b = node.branch_;
        Function mine(std::move(node.function_));
        node.~function_node();
        asio::recycling_allocator<function_node>().deallocate(&node, 1);
        if (a == action::run) {
            enter(b);
            std::move(mine)();
        }
    }

    branch* branch_;
    Function function_;
};

}  // namespace detail

template <bool MayRunInline>
asio::execution_context& basic_executor<MayRunInline>::query(asio::execution::context_t) const noexcept {
    return loop_->context();
}

template <bool MayRunInline>
template <typename Function>
void basic_executor<MayRunInline>::execute(Function&& f) const {
    using function_type = std::decay_t<Function>;
    if (!loop_->is_own_thread()) {
        asio::post(loop_->context(), [l = loop_, b = branch_,
                                      mine = function_type(std::forward<Function>(f))]() mutable { l->step(b, mine); });
        return;
    }
    if constexpr (MayRunInline) {
        if (!loop_->in_turn_) {
            function_type mine(std::forward<Function>(f));
            loop_->step(branch_, mine);
            return;
        }
    }
    loop_->make_ready(detail::function_node<function_type>::make(branch_, std::forward<Function>(f)));
}

}  // namespace mayhem::async
