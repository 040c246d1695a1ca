#include "core/merge/merge.h"

#include "core/base/mutant.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

namespace sparekey::core {
namespace {

bool holds(const Register& dots, const Dot& wanted) {
    return std::any_of(dots.begin(), dots.end(),
                       [&](const Dot& dot) { return identical(dot, wanted); });
}

bool holds_stamp(const Register& dots, const Stamp& stamp) {
    return std::any_of(dots.begin(), dots.end(),
                       [&](const Dot& dot) { return dot.stamp == stamp; });
}

/// Present, or unseen, on the other side: the value stays. A different value under the same stamp
/// counts as present, so that a device restored from a backup loses neither.
bool survives(const Dot& dot, const Register& others, const Context& seen_by_others) {
    return holds_stamp(others, dot.stamp) || !seen_by_others.covers(dot.stamp);
}

const Register kNoDots;

/// Walks both sorted field lists side by side.
class FieldMerge {
  public:
    FieldMerge(const ItemState& left, const ItemState& right) : left_(left), right_(right) {}

    void run(MergeResult& result) {
        auto a = left_.fields.begin();
        auto b = right_.fields.begin();
        while (a != left_.fields.end() || b != right_.fields.end()) {
            const bool take_a =
                b == right_.fields.end() || (a != left_.fields.end() && a->key <= b->key);
            const bool take_b =
                a == left_.fields.end() || (b != right_.fields.end() && b->key <= a->key);
            merge_field(take_a ? a->key : b->key, take_a ? a->dots : kNoDots,
                        take_b ? b->dots : kNoDots, result);
            if (take_a) ++a;
            if (take_b) ++b;
        }
    }

  private:
    void merge_field(const FieldKey& key, const Register& a, const Register& b,
                     MergeResult& result) {
        Field merged{key, {}};
        const std::size_t dropped_before = result.dropped.size();
        for (const Dot& dot : a) place(dot, b, right_.context, merged, result);
        for (const Dot& dot : b) {
            if (!holds(a, dot)) place(dot, a, left_.context, merged, result);
        }
        if (merged.dots.empty() && !a.empty() && !b.empty() && !SPAREKEY_LEFT_OUT("both-covered")) {
            // Nobody can have replaced each by the other: a device went on with a state from before
            // it wrote one of them.
            result.dropped.erase(
                result.dropped.begin() + static_cast<std::ptrdiff_t>(dropped_before),
                result.dropped.end());
            for (const Register* const dots : {&a, &b}) {
                for (const Dot& dot : *dots) merged.dots.push_back(dot.clone());
            }
        }
        if (merged.dots.empty()) return;
        std::sort(merged.dots.begin(), merged.dots.end(), comes_before);
        result.state.fields.push_back(std::move(merged));
    }

    static void place(const Dot& dot, const Register& others, const Context& seen, Field& merged,
                      MergeResult& result) {
        if (survives(dot, others, seen)) {
            merged.dots.push_back(dot.clone());
        } else {
            result.dropped.push_back({merged.key, dot.clone()});
        }
    }

    const ItemState& left_;
    const ItemState& right_;
};

std::vector<TrashMark> merge_trash(const ItemState& left, const ItemState& right) {
    const auto holds_mark = [](const std::vector<TrashMark>& marks, const TrashMark& wanted) {
        return std::find(marks.begin(), marks.end(), wanted) != marks.end();
    };
    std::vector<TrashMark> merged;
    for (const TrashMark& mark : left.trash) {
        if (holds_mark(right.trash, mark) || !right.context.covers(mark.stamp)) {
            merged.push_back(mark);
        }
    }
    for (const TrashMark& mark : right.trash) {
        if (!holds_mark(left.trash, mark) && !left.context.covers(mark.stamp)) {
            merged.push_back(mark);
        }
    }
    std::sort(merged.begin(), merged.end(),
              [](const TrashMark& a, const TrashMark& b) { return a.stamp < b.stamp; });
    return merged;
}

std::vector<Counter> merge_counters(const ItemState& left, const ItemState& right) {
    std::vector<Counter> merged = left.counters;
    for (const Counter& counter : right.counters) {
        const auto at = std::lower_bound(
            merged.begin(), merged.end(), counter.seed,
            [](const Counter& one, const std::string& seed) { return one.seed < seed; });
        if (at != merged.end() && at->seed == counter.seed) {
            at->value = std::max(at->value, counter.value);
        } else {
            merged.insert(at, counter);
        }
    }
    return merged;
}

// A value takes no more than this beside its text, in any layout.
constexpr std::size_t kLargestDotBeside = 48;

/// Drops the oldest of the values that do not show, one at least, and no more of them than surely
/// have to go: all that go have at most `excess` bytes, but for the last.
void shed(MergeResult& result, std::size_t excess) {
    struct Losing {
        Field* field;
        std::size_t at;
        Stamp stamp;
    };
    std::vector<Losing> all;
    for (Field& field : result.state.fields) {
        for (std::size_t at = 0; at + 1 < field.dots.size(); ++at) {
            all.push_back({&field, at, field.dots[at].stamp});
        }
    }
    std::ranges::stable_sort(all, {}, &Losing::stamp);
    std::map<Field*, std::size_t> shed_of;  // the first so many dots
    std::size_t gone = 0;
    for (const Losing& one : all) {
        Dot& dot = one.field->dots[one.at];
        gone += dot.value.text.size() + kLargestDotBeside;
        result.dropped.push_back({one.field->key, std::move(dot)});
        shed_of[one.field] = one.at + 1;
        if (gone > excess) break;
    }
    for (const auto& [field, count] : shed_of) {
        field->dots.erase(field->dots.begin(),
                          field->dots.begin() + static_cast<std::ptrdiff_t>(count));
    }
}

}  // namespace

MergeResult merge(const ItemState& left, const ItemState& right) {
    MergeResult result;
    result.state.created_ms = std::min(left.created_ms, right.created_ms);
    FieldMerge(left, right).run(result);
    result.state.trash = merge_trash(left, right);
    result.state.counters = merge_counters(left, right);
    result.state.context = left.context;
    result.state.context.add(right.context);
    return result;
}

std::vector<Conflict> conflicts(const ItemState& state) {
    std::vector<Conflict> found;
    for (const Field& field : state.fields) {
        Conflict conflict{field.key, shown(field.dots).clone(), {}};
        for (auto dot = field.dots.rbegin(); dot != field.dots.rend(); ++dot) {
            const auto same = [&](const Dot& other) { return same_value(other.value, dot->value); };
            const bool known = same(conflict.current) ||
                               std::any_of(conflict.others.begin(), conflict.others.end(), same);
            if (!known) conflict.others.push_back(dot->clone());
        }
        if (!conflict.others.empty()) found.push_back(std::move(conflict));
    }
    return found;
}

MergeResult shed_conflicts(ItemState state, std::size_t limit,
                           std::size_t (*size)(const ItemState&)) {
    MergeResult result{std::move(state), {}};
    const auto has_conflicts = [](const Field& field) { return field.dots.size() > 1; };
    while (std::ranges::any_of(result.state.fields, has_conflicts)) {
        const std::size_t encoded = size(result.state);
        if (encoded < limit) break;
        shed(result, encoded - limit);
    }
    return result;
}

}  // namespace sparekey::core
