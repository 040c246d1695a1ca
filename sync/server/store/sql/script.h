// Statements without parameters and rows, fixed at compile time: schemas, BEGIN and COMMIT.
#pragma once

namespace sparekey::sync {

struct Script {
    consteval explicit Script(const char* statements) : text(statements) {}
    const char* text;
};

}  // namespace sparekey::sync
