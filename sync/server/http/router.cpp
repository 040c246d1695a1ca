#include "sync/server/http/router.h"

#include <algorithm>

namespace sparekey::sync {
namespace {

using Segments = std::vector<std::string_view>;

Segments split(std::string_view path) {
    Segments segments;
    for (std::size_t at = 0; at < path.size();) {
        const std::size_t end = std::min(path.find('/', at + 1), path.size());
        segments.push_back(path.substr(at + 1, end - at - 1));
        at = end;
    }
    return segments;
}

bool is_variable(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool is_plain(std::string_view segment) {
    return segment.find_first_of("{}") == std::string_view::npos;
}

bool is_pattern(std::string_view text, const Segments& segments) {
    return text.starts_with('/') && std::all_of(segments.begin(), segments.end(), [](auto segment) {
               return is_variable(segment) || is_plain(segment);
           });
}

std::vector<std::string> fixed_parts(const Segments& segments) {
    std::vector<std::string> fixed;
    for (const auto segment : segments) {
        fixed.emplace_back(is_variable(segment) ? std::string_view() : segment);
    }
    return fixed;
}

bool fits(const std::vector<std::string>& fixed, const Segments& segments) {
    return std::equal(fixed.begin(), fixed.end(), segments.begin(), segments.end(),
                      [](const std::string& want, std::string_view is) {
                          return want.empty() ? !is.empty() : want == is;
                      });
}

}  // namespace

Router::Router(std::vector<Route> routes) : routes_(std::move(routes)) {
    for (std::size_t i = 0; i < routes_.size(); ++i) add(i);
}

void Router::add(std::size_t index) {
    const auto& facts = routes_[index].facts;
    const auto segments = split(facts.pattern);
    if (!is_pattern(facts.pattern, segments)) {
        throw core::SystemFailure("not a pattern for a route: " + facts.pattern);
    }
    Indices* known = nullptr;
    if (std::all_of(segments.begin(), segments.end(), is_plain)) {
        known = &plain_[facts.pattern];
    } else {
        const auto fixed = fixed_parts(segments);
        auto place = std::find_if(patterns_.begin(), patterns_.end(),
                                  [&](const Pattern& has) { return has.segments == fixed; });
        if (place == patterns_.end()) place = patterns_.insert(place, Pattern{fixed, {}});
        known = &place->routes;
    }
    for (const std::size_t other : *known) {
        if (routes_[other].facts.method != facts.method) continue;
        throw core::SystemFailure("two routes for " + facts.pattern);
    }
    known->push_back(index);
}

const Router::Indices* Router::match(std::string_view path, PathValues& values) const {
    if (const auto plain = plain_.find(path); plain != plain_.end()) return &plain->second;
    const auto segments = split(path);
    for (const auto& pattern : patterns_) {
        if (!fits(pattern.segments, segments)) continue;
        for (std::size_t i = 0; i < segments.size(); ++i) {
            if (pattern.segments[i].empty()) values.emplace_back(segments[i]);
        }
        return &pattern.routes;
    }
    return nullptr;
}

Router::Found Router::find(Method method, std::string_view path,
                           std::vector<Method>* allowed) const {
    Found found;
    const Indices* known = match(path, found.values);
    if (known == nullptr) return {};
    const auto by = [&](Method wanted) -> const Route* {
        for (const std::size_t index : *known) {
            if (routes_[index].facts.method == wanted) return &routes_[index];
        }
        return nullptr;
    };
    found.route = by(method);
    if (found.route == nullptr && method == Method::head) found.route = by(Method::get);
    if (found.route != nullptr || allowed == nullptr) return found;
    for (const std::size_t index : *known) {
        allowed->push_back(routes_[index].facts.method);
        if (allowed->back() == Method::get) allowed->push_back(Method::head);
    }
    return found;
}

}  // namespace sparekey::sync
